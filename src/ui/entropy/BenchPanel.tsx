import { useMemo } from 'react';
import type { DataTable } from '../../base/table';
import { benchRows, type BenchRow } from '../../state/entropy/bench';
import { clearHandoverBench, exportHandover, setHandoverBench, startHandoverBench, stopHandoverBench } from '../../state/entropy/benchRun';
import { strings } from '../../state/strings';
import { useApp, useAppState } from '../context';
import { percent } from '../model/Interval';
import { Panel } from '../Panel';

const COUNTS = [20, 100, 0] as const;

/** Both models on the questions of the benchmark, here and now: every rule on the same questions. */
export function HandoverBenchPanel() {
  const results = useAppState((state) => state.entropy.bench.results);
  const rows = useMemo(() => benchRows(results), [results]);
  const text = strings.entropy.bench;
  return (
    <Panel id="entropy-bench" className="p-ebench" title={text.title} formula={text.formula} n={results.length === 0 ? '' : String(results.length)} table={rows.length === 0 ? undefined : () => benchTable(rows)}>
      <div className="ent-bench">
        <div>
          <Controls />
          <p className="rsay">{text.settings}</p>
        </div>
        {rows.length > 0 && <Rows rows={rows} />}
      </div>
    </Panel>
  );
}

function Controls() {
  const app = useApp();
  const bench = useAppState((state) => state.entropy.bench);
  const ready = useAppState((state) => state.session.phase === 'ready' && state.run.status === 'idle');
  const live = useAppState((state) => state.session.phase === 'ready');
  const text = strings.entropy.bench;
  const running = bench.phase === 'running';
  const done = bench.results.length;
  const left = bench.total - done;
  const goesOn = bench.phase === 'stopped' && left > 0;
  return (
    <>
      <div className="dock-line">
        <span className="k">{text.count}</span>
        <span className="seg" role="group" aria-label={text.count}>
          {COUNTS.map((count) => (
            <button key={count} type="button" aria-pressed={bench.count === count} disabled={running} onClick={() => setHandoverBench(app, { count })}>
              {count === 0 ? text.all : count}
            </button>
          ))}
        </span>
        {running ? (
          <button type="button" className="btn" aria-label={text.cancelLong} onClick={() => stopHandoverBench()}>
            {text.cancel}
          </button>
        ) : (
          <button type="button" className="btn solid" aria-label={goesOn ? text.resumeLong : text.startLong} disabled={!ready} onClick={() => void startHandoverBench(app)}>
            {goesOn ? text.resume : text.start}
          </button>
        )}
        {!live && <span className="ax">{text.needs}</span>}
      </div>
      {bench.total > 0 && (
        <div className="bench-progress">
          <progress aria-label={text.progressLabel} max={bench.total} value={done} />
          <span className="ax" role="status">
            {text.progress(done, bench.total)}
            {running && done > 0 && `, ${text.remaining(text.minutes((bench.milliseconds / done) * (left / 60_000)))}`}
          </span>
        </div>
      )}
      {bench.phase === 'failed' && (
        <p className="rfault" role="alert">
          {text.failed}
          {bench.message}
        </p>
      )}
      {done > 0 && !running && (
        <div className="dock-line">
          <button type="button" className="link" onClick={() => exportHandover(app)}>
            {text.export}
          </button>
          <button type="button" className="link" aria-label={text.clearLong} onClick={() => clearHandoverBench(app)}>
            {text.clear}
          </button>
        </div>
      )}
    </>
  );
}

function armName({ group, target }: BenchRow): string {
  const { arm, aimed } = strings.entropy.bench;
  return target === undefined ? arm[group] : aimed(arm[group], percent(target));
}

function Rows({ rows }: { readonly rows: readonly BenchRow[] }) {
  const [rule, right, interval, share, cost] = strings.entropy.bench.heads;
  return (
    <table className="rtable ent-rows">
      <thead>
        <tr>
          <th scope="col">{rule}</th>
          <th scope="col" className="num">
            {right}
          </th>
          <th scope="col" className="num">
            {interval}
          </th>
          <th scope="col" className="num">
            {share}
          </th>
          <th scope="col" className="num">
            {cost}
          </th>
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <tr key={row.arm} data-arm={row.arm}>
            <th scope="row">{armName(row)}</th>
            <td className="num b" data-right="">{`${row.count} of ${row.n}`}</td>
            <td className="num q">{`${percent(row.low)} \u2013 ${percent(row.high)}`}</td>
            <td className="num" data-large-share={row.largeShare.toFixed(4)}>
              {percent(row.largeShare)}
            </td>
            <td className="num">{percent(row.cost)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function benchTable(rows: readonly BenchRow[]): DataTable {
  const [rule, right, n, share, low, high, large, cost] = strings.entropy.bench.columns;
  return {
    columns: [{ name: rule }, { name: right }, { name: n }, { name: share, decimals: 4 }, { name: low, decimals: 4 }, { name: high, decimals: 4 }, { name: large, decimals: 4 }, { name: cost, decimals: 4 }],
    rows: rows.map((row) => [armName(row), row.count, row.n, row.share, row.low, row.high, row.largeShare, row.cost]),
  };
}

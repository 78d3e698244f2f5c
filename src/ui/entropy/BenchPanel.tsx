import { useMemo } from 'react';
import type { DataTable } from '../../base/table';
import { benchRows, type BenchRow } from '../../state/entropy/bench';
import { clearHandoverBench, exportHandover, setHandoverBench, startHandoverBench, stopHandoverBench } from '../../state/entropy/benchRun';
import { strings } from '../../state/strings';
import { BenchControls } from '../BenchControls';
import { useApp, useAppState } from '../context';
import { percent } from '../model/Interval';
import { Panel } from '../Panel';

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
  const live = useAppState((state) => state.session.phase === 'ready');
  const idle = useAppState((state) => state.run.status === 'idle');
  const text = strings.entropy.bench;
  return (
    <BenchControls
      bench={bench}
      text={text}
      ready={live && idle}
      {...(!live && { needs: text.needs })}
      onCount={(count) => setHandoverBench(app, { count })}
      onStart={() => void startHandoverBench(app)}
      onStop={() => stopHandoverBench()}
      onExport={() => exportHandover(app)}
      onClear={() => clearHandoverBench(app)}
    />
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

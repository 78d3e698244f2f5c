import { useMemo } from 'react';
import type { DataTable } from '../../base/table';
import { armsOf, summariseArms, type ArmSummary } from '../../state/c3poSummary';
import { clearBench, exportBench, setBench, startBench, stopBench } from '../../state/remix/benchRun';
import { ARMS, type Arm, type RouterShape } from '../../state/remix/types';
import { strings } from '../../state/strings';
import { formatCount, formatSmall } from '../../viz/format';
import { BenchControls } from '../BenchControls';
import { useApp, useAppState } from '../context';
import { percent } from '../model/Interval';
import { Panel } from '../Panel';
import { useShipped } from '../steering/useShipped';
import { useSize } from '../useSize';
import { ArmsChart, type ArmRow } from './ArmsChart';
import type { ShippedArms } from './shippedArms';
import { useShippedArms } from './useShippedArms';

/** Every arm on the same questions, run here and now, beside the results that come with the page. */
export function BenchPanel({ shape }: { readonly shape: RouterShape }) {
  const bench = useAppState((state) => state.remix.bench);
  const shipped = useShippedArms();
  const results = useShipped('c3po');
  const { ref, width } = useSize<HTMLDivElement>();
  const text = strings.remix.bench;
  const summary = useMemo(() => summariseArms(bench.results, bench.arms), [bench.results, bench.arms]);
  const rows = armRows(bench.arms, summary, shipped);
  return (
    <Panel id="remix-bench" className="p-bench" title={text.title} formula={text.formula} n={bench.results.length === 0 ? '' : String(bench.results.length)} table={summary.length === 0 ? undefined : () => benchTable(summary)}>
      <div className="bench">
        <div className="bench-side">
          <Controls shape={shape} />
        </div>
        <div>
          <div ref={ref}>{width > 0 && <ArmsChart rows={rows} width={width} label={benchSentence(rows, bench.results.length)} />}</div>
          <div className="keys" aria-hidden="true">
            <span>
              <i className="armkey" />
              {text.here}
            </span>
            <span>
              <i className="armkey hollow" />
              {shipped === undefined ? text.noShipped : text.shipped(formatCount(shipped.n))}
            </span>
          </div>
        </div>
        <Flips summary={bench.results.length > 0 ? summary : results === undefined ? [] : armsOf(results.summary)} here={bench.results.length > 0} />
      </div>
    </Panel>
  );
}

/** How many questions, which arms, and the acts. */
function Controls({ shape }: { readonly shape: RouterShape }) {
  const app = useApp();
  const bench = useAppState((state) => state.remix.bench);
  const ready = useAppState((state) => state.session.phase === 'ready');
  const text = strings.remix.bench;
  return (
    <BenchControls
      bench={bench}
      text={text}
      ready={ready}
      spread
      settings={text.settings}
      onCount={(count) => setBench(app, { count })}
      onStart={() => void startBench(app, shape)}
      onStop={() => stopBench()}
      onExport={() => exportBench(app)}
      onClear={() => clearBench(app)}
    >
      <fieldset className="bench-arms" disabled={bench.phase === 'running'}>
        <legend className="vh">{text.arms}</legend>
        {ARMS.map((arm) => (
          <label key={arm} className="rcheck">
            <input type="checkbox" className="ck" checked={bench.arms.includes(arm)} disabled={arm === 'base'} onChange={(event) => setBench(app, { arms: ARMS.filter((one) => (one === arm ? event.target.checked : bench.arms.includes(one))) })} />
            {text.arm[arm]}
            {arm === 'oracle' && <span className="rlabel">{text.label}</span>}
          </label>
        ))}
      </fieldset>
    </BenchControls>
  );
}

/** Answers that changed, both ways: of this page's run, or of the shipped one before there is any. */
function Flips({ summary, here }: { readonly summary: readonly ArmSummary[]; readonly here: boolean }) {
  const text = strings.remix.bench;
  const others = summary.filter(({ arm, fixed }) => arm !== 'base' && Number.isFinite(fixed));
  if (others.length === 0) return null;
  return (
    <table className="rtable flips">
      <thead>
        <tr>
          <td className="q">{here ? text.here : text.flipsShipped}</td>
          <th scope="col" className="num" title={text.flipsHint}>
            {text.flipsHead}
          </th>
          <th scope="col" className="num">
            p
          </th>
        </tr>
      </thead>
      <tbody>
        {others.map(({ arm, fixed, broken, p }) => (
          <tr key={arm} data-flips={arm}>
            <th scope="row">{armName(arm)}</th>
            <td className="num">{text.flips(fixed, broken)}</td>
            <td className="num q">{p >= 1 ? '1' : formatSmall(p)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** An arm in words. */
function armName(arm: string): string {
  const known = ARMS.find((one) => one === arm);
  return known === undefined ? arm : strings.remix.bench.arm[known];
}

/** Arms that were asked for or that were shipped, in the order of the paper's table. */
export function armRows(arms: readonly Arm[], summary: readonly Pick<ArmSummary, 'arm' | 'n' | 'share' | 'low' | 'high' | 'gapClosed'>[], shipped: ShippedArms | undefined): readonly ArmRow[] {
  return ARMS.filter((arm) => arms.includes(arm) || summary.some((one) => one.arm === arm) || shipped?.arms[arm] !== undefined).map((arm) => {
    const one = summary.find((row) => row.arm === arm);
    const here = one === undefined || one.n === 0 ? undefined : { n: one.n, accuracy: one.share, low: one.low, high: one.high };
    const gap = arm === 'base' || arm === 'oracle' ? undefined : here === undefined ? shipped?.gap(arm) : one?.gapClosed;
    return { arm, name: strings.remix.bench.arm[arm], here, shipped: shipped?.arms[arm], gap: Number.isFinite(gap) ? gap : undefined, usesLabel: arm === 'oracle' };
  });
}

export function benchSentence(rows: readonly ArmRow[], done: number): string {
  const text = strings.remix.bench;
  return text.sentence(
    done,
    rows.flatMap(({ name, here, shipped }) => (here ?? shipped ? [text.part(name, percent((here ?? shipped)?.accuracy ?? 0))] : [])).join(' '),
  );
}

function benchTable(summary: readonly ArmSummary[]): DataTable {
  const [arm, n, right, share, low, high, up, down, p, gap] = strings.remix.bench.columns;
  return {
    columns: [{ name: arm }, { name: n }, { name: right }, { name: share, decimals: 4 }, { name: low, decimals: 4 }, { name: high, decimals: 4 }, { name: up }, { name: down }, { name: p, decimals: 4 }, { name: gap, decimals: 4 }],
    rows: summary.map((one) => [armName(one.arm), one.n, one.count, one.share, one.low, one.high, one.fixed, one.broken, one.p, one.gapClosed]),
  };
}


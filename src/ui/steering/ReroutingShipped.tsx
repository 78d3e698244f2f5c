import type { DataTable } from '../../base/table';
import type { Results } from '../../state/results';
import { strings } from '../../state/strings';
import { Panel } from '../Panel';
import { useSize } from '../useSize';
import { LineChart, type Line } from './LineChart';

const HEIGHT = 250;

interface Estimate {
  readonly mean: number;
  readonly low: number;
  readonly high: number;
}

export interface CycleRow {
  readonly context: number;
  readonly contextFall: Estimate;
  readonly heldOut: Estimate;
  readonly randomHeldOut: Estimate;
}

/** Held-out change of each arm by cycle, with the random control of all layers. */
export function cycleLines(arms: Readonly<Record<string, { readonly cycles: readonly CycleRow[] }>>): Line[] {
  const text = strings.steering.rerouting;
  const points = (cycles: readonly CycleRow[], of: (row: CycleRow) => Estimate) => cycles.map((row, x) => ({ x, y: of(row).mean, low: of(row).low, high: of(row).high }));
  const lines = Object.entries(arms).map(([arm, { cycles }]): Line => ({ id: arm, name: text.armNames[arm] ?? arm, kind: arm === 'all' ? 'main' : 'dashed', points: points(cycles, (row) => row.heldOut) }));
  const control = arms['all'] ?? Object.values(arms)[0];
  return control === undefined ? lines : [...lines, { id: 'random', name: text.armNames['random'] ?? '', kind: 'dots', points: points(control.cycles, (row) => row.randomHeldOut) }];
}

/** What the evaluation measured on texts away from training. */
export function CyclesPanel({ results }: { readonly results: Results | undefined }) {
  const { ref, width } = useSize<HTMLDivElement>();
  const text = strings.steering.rerouting;
  const arms = (results?.['arms'] ?? {}) as Readonly<Record<string, { readonly cycles: readonly CycleRow[] }>>;
  const rows = Object.entries(arms).flatMap(([arm, { cycles }]) => cycles.map((row, i) => ({ arm, cycle: i + 1, ...row })));
  const table = (): DataTable => ({ columns: text.columns.map((name, i) => (i < 3 ? { name } : { name, decimals: 4 })), rows: rows.map(({ arm, cycle, context, contextFall, heldOut, randomHeldOut }) => [text.arms[arm] ?? arm, cycle, context, contextFall.mean, heldOut.mean, heldOut.low, heldOut.high, randomHeldOut.mean]) });
  const contexts = Object.values(arms)[0]?.cycles.map(({ context }) => String(context)) ?? [];
  return (
    <Panel id="rerouting-cycles" className="p-steer" title={text.cycles} formula={text.cyclesFormula} n={rows.length === 0 ? '' : String(results?.summary['allN'])} table={rows.length === 0 ? undefined : table}>
      <div ref={ref}>
        {rows.length === 0 ? <p className="nothing">{strings.steering.noResults}</p> : width > 0 && <LineChart lines={cycleLines(arms)} width={width} height={HEIGHT} label={`${text.cycles}. ${text.cyclesFormula}, ${strings.steering.nats}`} xLabel={text.columns[2]} names={contexts} />}
      </div>
      {rows.length > 0 && <p className="rsay">{text.cyclesSay}</p>}
    </Panel>
  );
}

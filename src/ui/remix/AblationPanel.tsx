import type { DataTable } from '../../base/table';
import type { Results } from '../../state/results';
import { strings } from '../../state/strings';
import { Panel } from '../Panel';
import { useShipped } from '../steering/useShipped';
import { useSize } from '../useSize';
import { AblationChart, type AblationValue } from './AblationChart';

/** Wished width of a setting's figure, and the gap between two, px. */
const COLUMN = 300;
const GAP = 40;

interface AblationRow {
  readonly axis: string;
  readonly value: string;
  readonly n: number;
  readonly share: number;
  readonly low: number;
  readonly high: number;
  readonly fixed: number;
  readonly broken: number;
  readonly p: number;
  readonly cost: number;
}

/** The ablations that came with the page, a small figure for each setting; nothing where there are none. */
export function AblationPanel() {
  const results = useShipped('c3po-ablation');
  return results === undefined ? null : <Ablations results={results} />;
}

function Ablations({ results }: { readonly results: Results }) {
  const { ref, width } = useSize<HTMLDivElement>();
  const text = strings.remixFigures.ablation;
  const rows = ablationRows(results);
  const axes = ablationAxes(results);
  const base = results.summary['base'];
  const span = [Math.min(...rows.map(({ low }) => low)), Math.max(...rows.map(({ high }) => high))] as const;
  const columns = Math.max(1, Math.floor((width + GAP) / (COLUMN + GAP)));
  const wide = Math.floor((width - GAP * (columns - 1)) / columns);
  const table = (): DataTable => ({ columns: text.columns.map((name, i) => (i >= 3 && i !== 6 && i !== 7 ? { name, decimals: i === 9 ? 2 : 4 } : { name })), rows: rows.map((row) => [text.axes[row.axis] ?? row.axis, valueName(row), row.n, row.share, row.low, row.high, row.fixed, row.broken, row.p, row.cost]) });
  return (
    <Panel id="remix-ablation" className="p-bench" title={text.title} formula={text.formula} n={String(results.summary['n'] ?? '')} table={rows.length === 0 ? undefined : table}>
      <div ref={ref} className="rablations">
        {width > 0 && axes.map(({ axis, title, values }) => <AblationChart key={axis} title={title} rows={values} base={typeof base === 'number' ? base : undefined} span={span} width={wide} label={text.label(title, values.map(({ value, share }) => `${value} ${Math.round(100 * share)} %`).join(', '))} />)}
      </div>
      <div className="keys" aria-hidden="true">
        <span>
          <i className="armkey dot" />
          {text.usedMark}
        </span>
      </div>
    </Panel>
  );
}

function ablationRows(results: Results): readonly AblationRow[] {
  return (results['ablation'] ?? []) as readonly AblationRow[];
}

/** The settings in the order of the file, their values named; the value that the benchmark itself runs with is marked. */
export function ablationAxes(results: Results): readonly { readonly axis: string; readonly title: string; readonly values: readonly AblationValue[] }[] {
  const rows = ablationRows(results);
  const varied = (results.settings['varied'] ?? {}) as Readonly<Record<string, unknown>>;
  return [...new Set(rows.map(({ axis }) => axis))].map((axis) => ({
    axis,
    title: strings.remixFigures.ablation.axes[axis] ?? axis,
    values: rows.filter((row) => row.axis === axis).map((row) => ({ value: valueName(row), share: row.share, low: row.low, high: row.high, used: isUsed(row, varied) })),
  }));
}

/** Whether a row is the arm as the benchmark runs it; a neighbourhood by radius and tokens by another method never are. */
function isUsed({ axis, value }: AblationRow, varied: Readonly<Record<string, unknown>>): boolean {
  return (axis === 'k' || axis === 'steps' || axis === 'core' || axis === 'kernel') && String(varied[axis]) === value;
}

function valueName({ axis, value }: Pick<AblationRow, 'axis' | 'value'>): string {
  const text = strings.remixFigures.ablation;
  const [, kind, n] = /^([FML])(\d+)$/.exec(value) ?? [];
  return axis === 'layers' && kind !== undefined && n !== undefined ? text.layers(kind, n) : (text.values[value] ?? value);
}

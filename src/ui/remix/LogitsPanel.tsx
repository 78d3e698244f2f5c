import type { DataTable } from '../../base/table';
import type { C3poSettings, StepReport } from '../../state/remix/types';
import { rowOf } from '../../state/remix/omega';
import { strings } from '../../state/strings';
import { formatSigned } from '../../viz/format';
import { Panel } from '../Panel';
import { cellOf } from '../steering/ReroutingPanels';
import { roundDomain } from '../steering/roundDomain';
import { SignedHeat, type SignedRow } from '../steering/SignedHeat';
import { useSize } from '../useSize';

/** The logits that the variant of ours adds on every token, as of the newest step. */
export function LogitsPanel({ settings, steps }: { readonly settings: C3poSettings; readonly steps: readonly StepReport[] }) {
  const { ref, width } = useSize<HTMLDivElement>();
  const text = strings.remixFigures.logits;
  const last = steps.at(-1);
  const rows = last === undefined ? [] : logitRows(last.omega, settings.layers);
  const experts = rows[0]?.values.length ?? 0;
  // One scale for all steps of the run, so that the figure shows growth.
  const domain = roundDomain(Math.max(0, ...steps.flatMap(({ omega }) => Array.from(omega, Math.abs))));
  const table = (): DataTable => ({ columns: text.columns.map((name, i) => (i === 2 ? { name, decimals: 4 } : { name })), rows: rows.flatMap(({ layer, values }) => Array.from({ length: experts }, (_, e) => [layer, e, values[e]])) });
  return (
    <Panel id="remix-omega" className="p-omega" title={text.title} formula={text.formula} n="" tools={last !== undefined && <span className="ax">{text.step(last.step)}</span>} table={rows.length === 0 ? undefined : table}>
      <div ref={ref}>{width > 0 && rows.length > 0 && <SignedHeat rows={rows} domain={domain} cell={cellOf(width, experts)} label={text.label} sentence={(layer, expert, value) => text.cell(layer, expert, formatSigned(value, 3))} />}</div>
    </Panel>
  );
}

/** Rows of a matrix [C, E] with the numbers of their layers. */
export function logitRows(delta: Float32Array, layers: readonly number[]): readonly SignedRow[] {
  const experts = delta.length / Math.max(1, layers.length);
  return layers.map((layer, c) => ({ layer, values: rowOf(delta, c, experts) }));
}

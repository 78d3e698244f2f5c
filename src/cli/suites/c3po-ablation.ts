/** One setting varied at a time, as in the paper's tables: each row is an arm of its own. */
import { PlaygroundError } from '../../base/errors';
import { checkSettings } from '../../methods/c3po/check-settings';
import { KERNELS, presetLayers, type C3poSettings, type LayerPreset, type RouterShape } from '../../methods/c3po/settings';

export interface AblationRow {
  readonly axis: string;
  readonly value: string;
  readonly settings: C3poSettings;
}

/** Name of the arm that a row becomes. */
export function rowName({ axis, value }: Pick<AblationRow, 'axis' | 'value'>): string {
  return `${axis}=${value}`;
}

const unique = (values: readonly number[]): number[] => [...new Set(values)].toSorted((a, b) => a - b);

/**
 * Rows of all axes. Token places by kernel regression, the only method that reaches all of them; everything else by gradient descent.
 * @param settings of the arm that is varied
 */
export function ablationRows(settings: C3poSettings, shape: RouterShape): AblationRow[] {
  const rows: AblationRow[] = [];
  const row = (axis: string, value: string | number, change: Partial<C3poSettings>): void => {
    const changed = { ...settings, ...change };
    checkSettings(changed, shape);
    rows.push({ axis, value: String(value), settings: changed });
  };
  for (const k of unique([1, 3, 5, 8, settings.k])) row('k', k, { neighbourhood: 'kNN', k });
  for (const epsilon of [0.3, 0.5, 0.7]) row('epsilon', epsilon, { neighbourhood: 'ball', epsilon });
  for (const steps of unique([3, 5, 10, 20, 50, settings.steps])) row('steps', steps, { steps });
  for (const kernel of KERNELS) row('kernel', kernel, { kernel });
  const presets = ([1, 2, 5] as const).filter((n) => n < shape.layers).flatMap((n): LayerPreset[] => [`F${n}`, `M${n}`, `L${n}`]);
  for (const preset of [...presets, 'all'] as const) row('layers', preset, { layers: presetLayers(preset, shape.layers) });
  for (const core of unique([shape.topK, Math.round(1.5 * shape.topK), 2 * shape.topK, settings.core, Math.round(shape.experts / 2), shape.experts])) row('core', core, { core });
  for (const place of ['first', 'middle', 'last'] as const) {
    for (const count of [1, 3]) row('token', `${place}${count}`, { method: 'kernelRegression', token: { place, count } });
  }
  return rows;
}

/** The rows of some axes; all of them where none is named. Throws `bad-input` for an axis that there is not. */
export function chosenRows(rows: readonly AblationRow[], axes: readonly string[]): AblationRow[] {
  const known = new Set(rows.map(({ axis }) => axis));
  const unknown = axes.find((axis) => !known.has(axis));
  if (unknown !== undefined) throw new PlaygroundError('bad-input', `There is no ablation "${unknown}"; there are ${[...known].join(', ')}.`);
  return rows.filter(({ axis }) => axes.length === 0 || axes.includes(axis));
}

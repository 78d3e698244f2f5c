/** Figures of all arms as a Markdown table, for the terminal and for docs/METHODS.md. */
import type { ArmSummary } from '../../state/c3poSummary';

const percent = (value: number): string => (100 * value).toFixed(1);

/** A probability with two significant digits. */
export function probability(p: number): string {
  return p < 1e-4 ? p.toExponential(0) : p.toPrecision(2);
}

/** Rows in words and numbers; a dash stands where there is no figure. */
export function armTable(rows: readonly ArmSummary[]): string[] {
  const body = rows.map(({ arm, n, share, low, high, fixed, broken, p, gapClosed, cost, milliseconds }) => {
    const flips = arm === 'base' ? '' : `${fixed} / ${broken}`;
    const gap = arm === 'base' || !Number.isFinite(gapClosed) ? '' : `${(100 * gapClosed).toFixed(0)} %`;
    return `| ${arm} | ${percent(share)} | ${percent(low)} to ${percent(high)} | ${flips} | ${arm === 'base' ? '' : probability(p)} | ${gap} | ${Number.isFinite(cost) ? cost.toFixed(2) : '-'} | ${Number.isFinite(milliseconds) ? milliseconds.toFixed(0) : '-'} | ${n} |`;
  });
  return ['| arm | accuracy % | 95 % interval | fixed / broken | McNemar p | gap closed | cost | ms | n |', '|---|---|---|---|---|---|---|---|---|', ...body];
}

interface AblationFigure {
  readonly axis: string;
  readonly value: string;
  readonly share: number;
  readonly low: number;
  readonly high: number;
}

function isFigure(row: unknown): row is AblationFigure {
  return typeof row === 'object' && row !== null && 'axis' in row && 'value' in row && 'share' in row && 'low' in row && 'high' in row;
}

/** Accuracy by setting, a line for each axis. @param ablation of a results file */
export function ablationTable(ablation: unknown): string[] {
  const figures = Array.isArray(ablation) ? ablation.filter(isFigure) : [];
  const axes = [...new Set(figures.map(({ axis }) => axis))];
  const line = (axis: string): string =>
    `| ${axis} | ${figures.filter((row) => row.axis === axis).map(({ value, share, low, high }) => `${value}: ${percent(share)} (${percent(low)} to ${percent(high)})`).join(', ')} |`;
  return ['| setting | accuracy % (95 % interval) |', '|---|---|', ...axes.map(line)];
}

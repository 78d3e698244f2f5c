/** Results as rows of text: what the page and docs/BENCHMARKS.md show. */
import type { Row } from './race';
import type { SectionName, Sections } from './report';
import type { Ratio } from './stats';
import type { BenchStrings } from './strings';

export interface TextTable {
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/** Three significant digits, without an exponent. */
export function shown(value: number | undefined): string {
  if (value === undefined || !Number.isFinite(value)) return '–';
  return Math.abs(value) >= 100 ? value.toFixed(0) : Number(value.toPrecision(3)).toString();
}

export function shownRatio(ratio: Ratio | undefined): readonly [string, string, string] {
  return ratio === undefined ? ['–', '–', '–'] : [shown(ratio.ratio), `${shown(ratio.low)} to ${shown(ratio.high)}`, String(ratio.n)];
}

function raceRows(task: string, rows: readonly Row[]): string[][] {
  return rows.map((row, i) => [i === 0 ? task : '', row.name, row.how, row.error ?? shown(row.median), ...shownRatio(row.ratio)]);
}

export function tableOf<N extends SectionName>(name: N, results: Sections[N], { columns, tokens }: BenchStrings): TextTable {
  const raceHead = [columns.task, columns.engine, columns.way, columns.median, columns.ratio, columns.interval, columns.n];
  const all: Partial<Sections> = { [name]: results };
  if (all.curves !== undefined) {
    return {
      head: [columns.task, columns.point, columns.rows, columns.median],
      rows: all.curves.flatMap(({ label, axis, points }) => points.map(({ at, rowsPerExpert, ms, row }, i) => [i === 0 ? label : '', `${axis} = ${at}`, shown(rowsPerExpert), row.error ?? shown(ms)])),
    };
  }
  if (all.roofline !== undefined) {
    return {
      head: [columns.task, columns.bandwidth, columns.arithmetic, columns.median, columns.share],
      rows: all.roofline.map(({ label, bandwidth, arithmetic, ms, share }) => [label, shown(bandwidth), shown(arithmetic), shown(ms), `${shown(100 * share)} %`]),
    };
  }
  if (all.kernels !== undefined) {
    return {
      head: [columns.task, columns.kernels, columns.median, columns.relative, columns.interval, columns.n],
      rows: all.kernels.flatMap(({ kind, tokens: n, rows }) => rows.map((row, i) => [i === 0 ? `${kind}, ${tokens(n)}` : '', row.name, row.error ?? shown(row.median), ...shownRatio(row.ratio)])),
    };
  }
  const races = [
    ...(all.products ?? []).map(({ label, rows }) => raceRows(label, rows)),
    ...[...(all.ffn ?? []), ...(all.prefill ?? []), ...(all.decode ?? [])].map((result) => raceRows(tokens(result.tokens), result.rows)),
  ];
  return { head: raceHead, rows: races.flat() };
}

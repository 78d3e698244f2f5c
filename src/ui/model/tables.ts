/** The numbers of each figure of About this model, as its table view and CSV file hold them. */
import type { DataTable, Value } from '../../base/table';
import type { Evaluation } from '../../state/evaluation';
import { strings } from '../../state/strings';
import type { SummaryRow } from './SummaryChart';

/** JSON's null is an empty cell. */
const cell = (value: number | null | undefined): Value => value ?? undefined;

function table(names: readonly string[], decimals: Readonly<Record<string, number>>, rows: DataTable['rows']): DataTable {
  return { columns: names.map((name) => ({ name, ...(decimals[name] === undefined ? {} : { decimals: decimals[name] }) })), rows };
}

const every = (names: readonly string[], decimals: number): Record<string, number> => Object.fromEntries(names.map((name) => [name, decimals]));

export function bitsTable(rows: Evaluation['domains']): DataTable {
  const names = strings.about.bits.columns;
  return table(names, every(names.slice(2), 3), rows.map((row) => [row.domain, row.tokens, row.bpb, cell(row.low), cell(row.high), cell(row.denseMatch), cell(row.peer), cell(row.denseSmall), row.ngram, cell(row.xzPrimed), row.xz]));
}

export function specialisationTable(rows: NonNullable<Evaluation['specialisation']>): DataTable {
  const names = strings.about.specialisation.columns;
  return table(names, { ...every(names.slice(1), 4), [names[3]]: 1 }, rows.map((row) => [row.layer, row.miBits, row.controlBits, row.ratio, row.maxBits]));
}

export function balanceTable(rows: NonNullable<Evaluation['balance']>): DataTable {
  const text = strings.about.balance;
  const loads = Array.from({ length: rows[0]?.load.length ?? 0 }, (_, e) => text.loadOf(e));
  const names = [...text.columns, ...loads];
  return table(names, { ...every(names.slice(1), 4), [text.columns[3]]: 0 }, rows.map((row) => [row.layer, row.maxVio, row.normalisedEntropy, row.dead, ...row.load]));
}

export function familiesTable(rows: Evaluation['families']): DataTable {
  const names = strings.about.families.columns;
  return table(names, every(names.slice(5), 3), rows.map((row) => [row.kind, row.family, row.template, row.level === 0 ? strings.about.families.all : row.level, row.n, row.accuracy, row.low, row.high, row.chance]));
}

export function sweepTable(rows: NonNullable<Evaluation['kSweep']>): DataTable {
  const names = strings.about.sweep.columns;
  return table(names, { ...every(names.slice(3), 3), [names[1]]: 3 }, rows.map((row) => [row.k, row.bpb, row.n, row.accuracy, row.low, row.high]));
}

export function summaryTable(rows: readonly SummaryRow[]): DataTable {
  const { columns, rows: what } = strings.about.summary;
  return table(columns, every(columns.slice(2), 3), rows.map((row) => [what[row.what], row.n, row.accuracy, row.low === row.high ? undefined : row.low, row.low === row.high ? undefined : row.high]));
}

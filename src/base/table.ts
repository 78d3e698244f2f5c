/** A table of a panel: what its table view shows and what its CSV file holds. */
import { fixed, plain } from './numerals';

export interface Column {
  readonly name: string;
  /** Decimals on screen; files hold numbers in full. Absent for text and whole numbers. */
  readonly decimals?: number;
}

/** NaN and undefined are an empty cell: there is no such number. */
export type Value = string | number | undefined;

export interface DataTable {
  readonly columns: readonly Column[];
  readonly rows: readonly (readonly Value[])[];
}

/** Characters with which spreadsheets start a formula. */
const FORMULA = /^[=+\-@\t\r]/;

/**
 * One field after RFC 4180. A text that a spreadsheet would take for a formula gets an apostrophe in front;
 * numbers are written as numbers, to seven significant digits (values are float32).
 */
export function csvField(value: Value): string {
  if (value === undefined || (typeof value === 'number' && !Number.isFinite(value))) return '';
  if (typeof value === 'number') return String(Number.isInteger(value) ? value : Number(value.toPrecision(7)));
  const safe = FORMULA.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** The table as a CSV file: a header line, CRLF after every line. */
export function toCsv({ columns, rows }: DataTable): string {
  return [columns.map(({ name }) => name), ...rows].map((row) => `${row.map(csvField).join(',')}\r\n`).join('');
}

/** A value as the table view writes it. */
export function cellText(value: Value, { decimals }: Column): string {
  if (value === undefined || (typeof value === 'number' && !Number.isFinite(value))) return '\u2013';
  if (typeof value === 'string') return value;
  return (decimals === undefined ? plain(value) : fixed(value, decimals)).replace('-', '\u2212');
}

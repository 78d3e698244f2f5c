/** An agreement report as figures and as text. */
import type { Agreement } from '../analysis/agreement';

/** Flat figures of a report, named in camel case. */
export function summaryOf(report: Agreement): Record<string, number | boolean> {
  const expertChoices = report.close.filter((decision) => decision.layer !== undefined);
  return {
    pass: report.pass,
    tokens: report.tokens,
    tokensCompared: report.tokensCompared,
    expertChoices: report.decisions,
    expertChoicesCompared: report.decisionsCompared,
    closeExpertChoices: expertChoices.length,
    closeExpertChoicesShare: report.decisionsCompared === 0 ? 0 : expertChoices.length / report.decisionsCompared,
    closeTokenChoices: report.close.length - expertChoices.length,
    ...Object.fromEntries(report.criteria.map(({ name, value }) => [camelCase(name), value])),
  };
}

function camelCase(name: string): string {
  return name.replaceAll(/[^a-zA-Z]+(.)/g, (_, letter: string) => letter.toUpperCase());
}

/** The report as text for a terminal. */
export function agreementTable(report: Agreement): string {
  const rows = [
    ['', 'measured', 'limit', 'compared', ''],
    ...report.criteria.map(({ name, value, limit, n, pass }) => [name, n === 0 ? 'not recorded' : figure(value), figure(limit), String(n), pass ? 'ok' : 'FAILED']),
  ];
  const widths = [0, 1, 2, 3].map((column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const lines = rows.map((row) => row.map((cell, column) => (column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0))).join('  ').trimEnd());
  const close = report.close.map(({ token, layer, margin, same }) => {
    const what = layer === undefined ? `choice of the token after ${token}` : `experts of token ${token}, layer ${layer}`;
    return `  ${what}: margin ${figure(margin)}, ${same ? 'decided alike' : 'decided differently'}`;
  });
  const share = report.decisions === 0 ? '' : `, ${report.decisionsCompared} of ${report.decisions} expert choices`;
  return [
    ...lines,
    '',
    `Compared ${report.tokensCompared} of ${report.tokens} tokens${share}.`,
    close.length === 0 ? 'No choice was too close to call.' : `Too close to call (${close.length}):`,
    ...close,
    '',
  ].join('\n');
}

function figure(value: number): string {
  return Number.isInteger(value) ? String(value) : value.toPrecision(3);
}

/** `npm run agree`: compares two traces of one run from two engines, as a table and a report. */
import { AGREEMENT_LIMITS, compareTraces, type AgreementLimits } from '../analysis/agreement';
import { agreementTable, summaryOf } from './agreement-table';
import { runCommand, type Command } from './args';
import { readTraceFile, writeText } from './files';

const limit = (value: number, help: string) => ({ kind: 'number', min: 0, max: 1e6, whole: false, default: value, help }) as const;

export const AGREE = {
  name: 'agree',
  purpose: 'Compares two traces of the same run from two engines. A decision may differ only where its margin is too small to call.',
  positionals: { usage: 'FIRST.json SECOND.json', min: 2, max: 2 },
  flags: {
    margin: limit(AGREEMENT_LIMITS.margin, 'Margin up to which a choice of experts (router logits) or of a token (log-probability) may differ.'),
    share: limit(AGREEMENT_LIMITS.differingShare, 'Share of expert choices that may differ for that reason.'),
    mix: limit(AGREEMENT_LIMITS.mix, 'Largest difference of mixing weights.'),
    'router-logits': limit(AGREEMENT_LIMITS.routerLogits, 'Largest difference of router logits.'),
    'next-logits': limit(AGREEMENT_LIMITS.nextLogits, 'Largest difference of next-token logits (recorded with --with-logits).'),
    report: { kind: 'text', placeholder: 'FILE', default: 'reports/agree.json', help: 'Where to write the report.' },
  },
  notes: ['Prints a table, writes the report as JSON with a flat "summary", and ends with exit code 1 when the traces do not agree.'],
} as const satisfies Command;

/** Entry of `npm run agree`. */
export function run(argv: readonly string[]): Promise<number> {
  return runCommand(AGREE, argv, async ({ flags, positionals: [first = '', second = ''] }) => {
    const limits: AgreementLimits = {
      ...AGREEMENT_LIMITS,
      margin: flags.margin,
      differingShare: flags.share,
      mix: flags.mix,
      routerLogits: flags['router-logits'],
      nextLogits: flags['next-logits'],
    };
    const report = compareTraces(readTraceFile(first), readTraceFile(second), limits);
    writeText(flags.report, `${JSON.stringify({ first, second, summary: summaryOf(report), limits, ...report }, undefined, 2)}\n`);
    process.stdout.write(agreementTable(report));
    process.stdout.write(`\n${report.pass ? 'The traces agree.' : 'The traces do NOT agree.'} Report: ${flags.report}\n`);
    return report.pass ? 0 : 1;
  });
}

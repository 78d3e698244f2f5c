/** `npm run agree`: compares two traces of one run from two engines, or two engines on many runs, as a table and a report. */
import { AGREEMENT_LIMITS, compareTraces, type AgreementLimits } from '../analysis/agreement';
import { PlaygroundError } from '../base/errors';
import { agreeEngines, mergeAgreements } from './agree-engines';
import { agreementTable, summaryOf } from './agreement-table';
import { runCommand, type Arguments, type Command } from './args';
import { ENGINES, type EngineName } from './engines';
import { readTraceFile, writeText } from './files';

const limit = (value: number, help: string) => ({ kind: 'number', min: 0, max: 1e6, whole: false, default: value, help }) as const;

export const AGREE = {
  name: 'agree',
  purpose: 'Compares two traces of the same run from two engines, or (with --engine) runs two engines on the same prompts. A decision may differ only where its margin is too small to call.',
  positionals: { usage: 'FIRST.json SECOND.json', min: 0, max: 2 },
  flags: {
    margin: limit(AGREEMENT_LIMITS.margin, 'Margin up to which a choice of experts (router logits) or of a token (log-probability) may differ.'),
    share: limit(AGREEMENT_LIMITS.differingShare, 'Share of expert choices that may differ for that reason.'),
    mix: limit(AGREEMENT_LIMITS.mix, 'Largest difference of mixing weights.'),
    'router-logits': limit(AGREEMENT_LIMITS.routerLogits, 'Largest difference of router logits.'),
    'next-logits': limit(AGREEMENT_LIMITS.nextLogits, 'Largest difference of next-token logits (recorded with --with-logits).'),
    engine: { kind: 'choice', options: ['none', ...ENGINES], default: 'none', help: 'Runs this engine instead of reading traces.' },
    against: { kind: 'choice', options: ENGINES, default: 'webgpu', help: 'The engine that --engine is held against.' },
    model: { kind: 'text', placeholder: 'DIR', default: 'public/models/moe', help: 'The checkpoint that both run.' },
    texts: { kind: 'text', placeholder: 'FILE', default: 'public/benchmarks/texts.test.jsonl', help: 'Texts whose beginnings are the prompts.' },
    prompts: { kind: 'number', min: 1, max: 1000, whole: true, default: 50, help: 'Prompts, from all domains of the texts.' },
    'new-tokens': { kind: 'number', min: 1, max: 400, whole: true, default: 32, help: 'Greedy tokens of each prompt.' },
    plans: { kind: 'text', placeholder: 'DIR', default: 'docs/plans', help: 'Folder with routing plans, which are run as well.' },
    'plan-prompts': { kind: 'number', min: 0, max: 1000, whole: true, default: 5, help: 'Prompts of each plan.' },
    report: { kind: 'text', placeholder: 'FILE', default: 'reports/agree.json', help: 'Where to write the report.' },
  },
  notes: ['Prints a table, writes the report as JSON with a flat "summary", and ends with exit code 1 when the traces do not agree.'],
} as const satisfies Command;

type Flags = Arguments<(typeof AGREE)['flags']>['flags'];

function limitsOf(flags: Flags): AgreementLimits {
  return {
    ...AGREEMENT_LIMITS,
    margin: flags.margin,
    differingShare: flags.share,
    mix: flags.mix,
    routerLogits: flags['router-logits'],
    nextLogits: flags['next-logits'],
  };
}

function readBoth(flags: Flags, first: string, second: string): boolean {
  const limits = limitsOf(flags);
  const report = compareTraces(readTraceFile(first), readTraceFile(second), limits);
  writeText(flags.report, `${JSON.stringify({ first, second, summary: summaryOf(report), limits, ...report }, undefined, 2)}\n`);
  process.stdout.write(agreementTable(report));
  process.stdout.write(`\n${report.pass ? 'The traces agree.' : 'The traces do NOT agree.'} Report: ${flags.report}\n`);
  return report.pass;
}

async function runBoth(flags: Flags, engine: EngineName): Promise<boolean> {
  const limits = limitsOf(flags);
  const request = {
    engine,
    against: flags.against,
    model: flags.model,
    texts: flags.texts,
    prompts: flags.prompts,
    planPrompts: flags['plan-prompts'],
    plans: flags.plans,
    tokens: flags['new-tokens'],
  };
  const rows = await agreeEngines(request, limits, ({ plan, prompts, agreement }) => {
    process.stdout.write(`${plan}, ${prompts.length} prompts\n${agreementTable(agreement)}\n`);
  });
  const all = mergeAgreements(rows.map(({ agreement }) => agreement));
  const plain = rows.map(({ plan, prompts, agreement, close }) => ({ plan, prompts: prompts.length, summary: summaryOf(agreement), criteria: agreement.criteria, close }));
  writeText(flags.report, `${JSON.stringify({ ...request, summary: summaryOf(all), limits, rows: plain }, undefined, 2)}\n`);
  process.stdout.write(`${all.pass ? 'The engines agree.' : 'The engines do NOT agree.'} Report: ${flags.report}\n`);
  return all.pass;
}

/** Entry of `npm run agree`. */
export function run(argv: readonly string[]): Promise<number> {
  return runCommand(AGREE, argv, async ({ flags, positionals }) => {
    const [first, second] = positionals;
    if (flags.engine !== 'none' && first === undefined) return (await runBoth(flags, flags.engine)) ? 0 : 1;
    if (first === undefined || second === undefined || flags.engine !== 'none') {
      throw new PlaygroundError('bad-input', 'Give either two traces or --engine. See npm run agree -- --help.');
    }
    return readBoth(flags, first, second) ? 0 : 1;
  });
}

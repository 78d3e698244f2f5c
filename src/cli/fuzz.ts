/** `npm run fuzz`: damaged files and links against every reader of what comes from outside. */
import { runCommand, type Command } from './args';
import { writeText } from './files';
import { fuzz, type TargetReport } from './fuzz/run';

export const FUZZ = {
  name: 'fuzz',
  purpose: 'Gives damaged files and links to every reader: safetensors, config, tokenizer, traces, importers, plans, links. Each is read, or refused in words; none crashes, none hangs.',
  positionals: { usage: '', min: 0, max: 0 },
  flags: {
    inputs: { kind: 'number', min: 1, max: 100_000_000, whole: true, default: 50_000, help: 'Of all readers together.' },
    seed: { kind: 'number', min: 0, max: 2_147_483_647, whole: true, default: 1, help: 'The same seed gives the same inputs.' },
    'limit-ms': { kind: 'number', min: 10, max: 600_000, whole: true, default: 5_000, help: 'Most that one input may take; beyond it the process ends and says which one it was.' },
    only: { kind: 'text', placeholder: 'TEXT', help: 'Only readers whose name contains this.' },
    out: { kind: 'text', placeholder: 'FILE', default: 'reports/fuzz.json', help: 'The report.' },
  },
  notes: ['Exit code 0 when no input failed.'],
} as const satisfies Command;

/** Entry of `npm run fuzz`. */
export function run(argv: readonly string[]): Promise<number> {
  return runCommand(FUZZ, argv, async ({ flags }) => {
    process.stdout.write(`seed ${flags.seed}\n`);
    const start = performance.now();
    const reports = await fuzz({ inputs: flags.inputs, seed: flags.seed, limitMs: flags['limit-ms'], only: flags.only, onTarget: (report) => process.stdout.write(lineOf(report)) });
    const inputs = reports.reduce((sum, report) => sum + report.inputs, 0);
    const failed = reports.filter(({ failure }) => failure !== undefined);
    writeText(flags.out, `${JSON.stringify({ seed: flags.seed, inputs, limitMs: flags['limit-ms'], seconds: (performance.now() - start) / 1000, targets: reports }, null, 2)}\n`);
    process.stdout.write(`${inputs} inputs in ${((performance.now() - start) / 1000).toFixed(1)} s; ${failed.length === 0 ? 'none crashed, none hung' : `${failed.length} readers FAILED`}. Report: ${flags.out}\n`);
    return failed.length === 0 ? 0 : 1;
  });
}

function lineOf({ name, inputs, read, refused, slowestMs, failure }: TargetReport): string {
  return `${name.padEnd(22)} ${String(inputs).padStart(7)} inputs: ${read} read, ${refused} refused, slowest ${slowestMs.toFixed(1)} ms\n${failure === undefined ? '' : `${failure}\n`}`;
}

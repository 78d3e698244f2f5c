/** `npm run bench -- SECTION`: measures, and merges the section's figures into one report. */
import { existsSync } from 'node:fs';
import { PlaygroundError } from '../base/errors';
import { SECTION_NAMES } from '../bench/report';
import { runCommand, type Command } from './args';
import { readJson, writeText } from './files';

export interface BenchResult {
  /** Flat figures, merged with those of other sections. */
  readonly summary: Readonly<Record<string, number>>;
  /** Anything else that makes the figures readable later. */
  readonly details: Readonly<Record<string, unknown>>;
  /** The figures in words, for the terminal. */
  readonly lines: readonly string[];
}

export interface BenchOptions {
  /** Folder of the checkpoint. */
  readonly model: string;
  /** Repetitions of each measurement; the median counts. */
  readonly repeats: number;
}

/** A section of the bench: one line here, one file beside this one, loaded only when it is asked for. */
const SECTIONS: Readonly<Record<string, (options: BenchOptions) => Promise<BenchResult>>> = {
  engine: async (options) => (await import('./bench-engine')).benchEngine(options),
  gradients: async (options) => (await import('./bench-gradients')).benchGradients(options),
};

export const BENCH = {
  name: 'bench',
  purpose: `Measures the engine on this machine. Without SECTION: against other libraries, in a browser page. Sections: ${Object.keys(SECTIONS).join(', ')}, docs.`,
  positionals: { usage: '[SECTION]', min: 0, max: 1 },
  flags: {
    only: { kind: 'text', placeholder: 'A,B', help: `Parts of the comparison: some of ${SECTION_NAMES.join(',')}. With --against: tasks of src/bench/own.ts.` },
    quick: { kind: 'switch', help: 'A smoke test: small sizes, few rounds. Its figures are not for publication.' },
    node: { kind: 'switch', help: 'Our engine alone, in Node through Dawn: for a machine with a GPU and no browser (GPU=hardware).' },
    against: { kind: 'text', placeholder: 'COMMIT', help: 'This checkout against an older commit of it, in turns, in one browser.' },
    model: { kind: 'text', placeholder: 'DIR', default: 'public/models/moe', help: 'Folder of the checkpoint.' },
    repeats: { kind: 'number', min: 1, max: 100, whole: true, default: 5, help: 'Repetitions of each measurement, of which the median counts; with --against pairs.' },
    out: { kind: 'text', placeholder: 'FILE', default: 'reports/bench.json', help: 'The report. Other sections in it are kept.' },
  },
  notes: [
    'Writes --out: {"summary": {flat figures of all sections}, "sections": {"<section>": {"measured": time, "details": ...}}}.',
    'SECTION docs writes docs/BENCHMARKS.md from --out and measures nothing.',
    'A second process on the machine spoils the times; ratios and counts stay usable.',
  ],
} as const satisfies Command;

/** Entry of `npm run bench`. */
export function run(argv: readonly string[]): Promise<number> {
  return runCommand(BENCH, argv, async ({ flags, positionals: [name] }) => {
    const add = (section: string, result: BenchResult): void => {
      const before = existsSync(flags.out) ? readJson(flags.out) : undefined;
      writeText(flags.out, `${JSON.stringify(mergeReport(before, section, result, new Date().toISOString()), undefined, 2)}\n`);
      process.stdout.write(`${result.lines.join('\n')}\n`);
    };
    if (name === 'docs') {
      writeText('docs/BENCHMARKS.md', (await import('./bench-docs')).benchmarksDocument(readJson(flags.out)));
      process.stdout.write('docs/BENCHMARKS.md is written.\n');
      return 0;
    }
    const only = flags.only ?? '';
    if (flags.against !== undefined) {
      const result = await (await import('./bench-against')).benchAgainst(flags.against, only, flags.repeats);
      add(`step-${String(result.details['before'])}-${String(result.details['now'])}`, result);
    } else if (name === undefined) {
      await (await import('./bench-peers')).benchPeers({ only, quick: flags.quick, node: flags.node, model: flags.model, onSection: add });
    } else {
      const section = Object.hasOwn(SECTIONS, name) ? SECTIONS[name] : undefined;
      if (section === undefined) throw new PlaygroundError('bad-input', `There is no section "${name}": wanted is one of ${Object.keys(SECTIONS).join(', ')}, docs, or none.`);
      add(name, await section({ model: flags.model, repeats: flags.repeats }));
    }
    process.stdout.write(`Report: ${flags.out}\n`);
    return 0;
  });
}

/** The report with one section replaced and all others kept. What is no report is left out. */
export function mergeReport(before: unknown, section: string, result: BenchResult, measured: string): Record<string, unknown> {
  return {
    summary: { ...fieldsOf(before, 'summary'), ...result.summary },
    sections: { ...fieldsOf(before, 'sections'), [section]: { measured, details: result.details } },
  };
}

function fieldsOf(value: unknown, key: 'summary' | 'sections'): Record<string, unknown> {
  if (typeof value !== 'object' || value === null || !(key in value)) return {};
  const field: unknown = (value as Readonly<Record<string, unknown>>)[key];
  return typeof field === 'object' && field !== null ? { ...field } : {};
}

/** `npm run evaluate`: measures methods on items, unit by unit, and writes a report that the page can show. */
import { PlaygroundError } from '../base/errors';
import { SETTINGS } from '../state/settings';
import { parseResults, type Results } from '../state/results';
import { helpText, runCommand, type Command } from './args';
import { ENGINES, openEngine } from './engines';
import { writeText } from './files';
import { finishedResults, PartialRun, type StoredResult } from './partial-run';
import { Progress } from './progress';
import { readCheckpoint } from './read-checkpoint';
import { SUITES } from './suites/index';
import type { PreparedSuite, Suite, SuiteContext } from './suites/suite';

export const EVALUATE = {
  name: 'evaluate',
  purpose: 'Measures a method on many items and writes figures with intervals. All runs are greedy.',
  positionals: { usage: '', min: 0, max: 0 },
  flags: {
    suite: { kind: 'text', placeholder: 'NAME', help: `What to measure: ${Object.keys(SUITES).join(', ')}.` },
    items: { kind: 'text', placeholder: 'FILE', help: "Items, a JSON object a line. Default: the suite's own." },
    references: { kind: 'text', placeholder: 'FILE', help: "References, a JSON object a line. Default: the suite's own." },
    limit: { kind: 'number', min: 0, max: 1e6, whole: true, default: 0, help: 'Items at most, drawn by --seed; a smaller draw is part of a larger one. 0 is all.' },
    seed: { kind: 'number', min: 0, max: SETTINGS.seed.max, whole: true, default: 1, help: 'Of every random choice.' },
    engine: { kind: 'choice', options: ENGINES, default: 'webgpu', help: 'What runs the model.' },
    model: { kind: 'text', placeholder: 'DIR', default: 'public/models/moe', help: 'Folder of the checkpoint.' },
    set: { kind: 'text', placeholder: 'NAME=VALUE[;...]', help: 'Settings of the suite; --suite NAME --help lists them.' },
    ablate: { kind: 'switch', help: 'Vary one setting at a time, where the suite can.' },
    merge: { kind: 'text', placeholder: 'FILE', help: 'Take answers of arms that ran elsewhere, where the suite can.' },
    compare: { kind: 'text', placeholder: 'FILE', help: 'Compare with what another implementation computed, where the suite can.' },
    out: { kind: 'text', placeholder: 'FILE', help: 'The report. Default reports/SUITE.json.' },
  },
  notes: [
    'Writes --out: {"suite", "created", "command", "model", "engine", "settings", "summary": {flat figures}, "items": [...]} (public/schema/results-1.json).',
    'A run that was stopped goes on where it was: its results are in OUT.partial.jsonl until it is complete. Other settings need another --out.',
    'Where --out is a report of the same run, its results are used: --merge can be given later.',
  ],
} as const satisfies Command;

async function openSuite(name: string | undefined): Promise<Suite> {
  const open = name !== undefined && Object.hasOwn(SUITES, name) ? SUITES[name] : undefined;
  if (open === undefined) {
    const got = name === undefined ? 'No suite was named' : `There is no suite "${name}"`;
    throw new PlaygroundError('bad-input', `${got}: --suite takes one of ${Object.keys(SUITES).join(', ')}. See npm run evaluate -- --help.`);
  }
  return open();
}

/**
 * `a=1;b=x` as a record. A name may stand behind a dot, for one part of the suite only: `ngd.k=5`.
 * @throws PlaygroundError `bad-input` for anything else, and for names that the suite does not know
 */
export function readSet(text: string | undefined, suite: Pick<Suite, 'name' | 'settings'>): Record<string, string> {
  const out: Record<string, string> = {};
  for (const part of (text ?? '').split(';')) {
    if (part.trim() === '') continue;
    const at = part.indexOf('=');
    const name = part.slice(0, at).trim();
    if (at === -1) throw new PlaygroundError('bad-input', `--set holds "${part.trim()}", but NAME=VALUE is wanted, several parted by semicolons.`);
    if (!Object.hasOwn(suite.settings, name.slice(name.lastIndexOf('.') + 1))) {
      throw new PlaygroundError('bad-input', `The suite ${suite.name} has no setting "${name}"; it has ${Object.keys(suite.settings).join(', ') || 'none'}.`);
    }
    out[name] = part.slice(at + 1).trim();
  }
  return out;
}

/** Help of one suite: its settings after those of the command. */
function suiteHelp(suite: Suite): string {
  const rows = Object.entries(suite.settings).map(([name, meaning]) => `  ${name.padEnd(16)}  ${meaning}`);
  return [helpText(EVALUATE), `--suite ${suite.name}: ${suite.purpose}`, ...(rows.length > 0 ? ['Settings for --set:', ...rows] : []), ''].join('\n');
}

/** The command as one would type it, without what does not change the result. */
function commandLine(argv: readonly string[]): string {
  return ['npm run evaluate --', ...argv.map((word) => (/^[\w./=,:+-]+$/u.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`))].join(' ');
}

/** Runs all units that are not done yet; results in the order of the units. */
export async function runUnits(prepared: PreparedSuite, partial: PartialRun, progress: Pick<Progress, 'show'>): Promise<StoredResult[]> {
  const results: StoredResult[] = [];
  const open = prepared.units.filter(({ id }) => partial.get(id) === undefined).length;
  let done = 0;
  for (const unit of prepared.units) {
    const known = partial.get(unit.id);
    results.push(known ?? partial.add(unit.id, await unit.run((id) => partial.get(id))));
    if (known === undefined) progress.show(++done, open, prepared.units.length - open);
  }
  return results;
}

/** Entry of `npm run evaluate`. */
export async function run(argv: readonly string[]): Promise<number> {
  const named = argv.includes('--help') || argv.includes('-h') ? argv[argv.indexOf('--suite') + 1] : undefined;
  if (named !== undefined && argv.includes('--suite') && Object.hasOwn(SUITES, named)) {
    process.stdout.write(suiteHelp(await openSuite(named)));
    return 0;
  }
  return runCommand(EVALUATE, argv, async ({ flags }) => {
    const suite = await openSuite(flags.suite);
    const set = readSet(flags.set, suite);
    const out = flags.out ?? `reports/${suite.name}.json`;
    const checkpoint = await readCheckpoint(flags.model);
    const engine = await openEngine(flags.engine);
    try {
      const model = await engine.load(checkpoint);
      const items = flags.items ?? suite.defaults.items;
      const references = flags.references ?? suite.defaults.references;
      const { limit, seed, ablate, merge, compare } = flags;
      const load: SuiteContext['load'] = async (folder) => {
        const further = await readCheckpoint(folder);
        return { checkpoint: further, model: await engine.load(further) };
      };
      const prepared = await suite.prepare({ checkpoint, model, engine: engine.info, load, items, references, limit, seed, set, ablate, merge, compare });
      const header = { suite: suite.name, model: checkpoint.sha256, engine: engine.info.backend, settings: prepared.settings };
      const partial = new PartialRun(`${out}.partial.jsonl`, header);
      partial.take(finishedResults(out, header));
      const results = await runUnits(prepared, partial, new Progress(process.stderr));
      const { figures, lines, details, pass = true } = prepared.summarise(results);
      const report: Results = {
        format: 'moe-results',
        version: '1.0',
        suite: suite.name,
        created: new Date().toISOString(),
        command: commandLine(argv),
        model: { id: checkpoint.name, sha256: checkpoint.sha256 },
        engine: engine.info.adapter === '' ? engine.info.backend : `${engine.info.backend} (${engine.info.adapter})`,
        settings: { ...prepared.settings },
        summary: { ...figures },
        ...details,
        items: results,
      };
      writeText(out, `${JSON.stringify(parseResults(report), undefined, 1)}\n`);
      partial.remove();
      process.stdout.write(`${lines.join('\n')}\nReport: ${out}\n`);
      return pass ? 0 : 1;
    } finally {
      engine.dispose();
    }
  });
}

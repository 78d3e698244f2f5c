/** `npm run record`: runs the examples of the page again and writes their traces. Needed after every new checkpoint. */
import { join } from 'node:path';
import * as v from 'valibot';
import { PlaygroundError } from '../base/errors';
import { ROUTER_AS_TRAINED } from '../routing/plan';
import { DEFAULTS } from '../state/settings';
import { traceText } from '../trace/file';
import { runCommand, type Command } from './args';
import { ENGINES, openEngine } from './engines';
import { readJson, writeText } from './files';
import { readCheckpoint } from './read-checkpoint';
import { runTrace } from './run-trace';

/** The page draws the first example before anything else, so it has to arrive quickly. */
export const FIRST_EXAMPLE_BYTES = 300_000;

const exampleSchema = v.strictObject({
  id: v.pipe(v.string(), v.regex(/^[a-z0-9-]+$/)),
  /** File name beside the list. */
  trace: v.pipe(v.string(), v.regex(/^[\w.-]+\.json$/)),
  title: v.string(),
  domain: v.string(),
  prompt: v.pipe(v.string(), v.nonEmpty()),
  /** 0 scores the text only. */
  maxNewTokens: v.pipe(v.number(), v.integer(), v.minValue(0)),
  seed: v.pipe(v.number(), v.integer(), v.minValue(0)),
  temperature: v.optional(v.number(), DEFAULTS.temperature),
  topK: v.optional(v.number(), DEFAULTS.topK),
  topP: v.optional(v.number(), DEFAULTS.topP),
});

export type Example = v.InferOutput<typeof exampleSchema>;

/** Checks the list of examples. Throws `bad-input` naming the first fault. */
export function readExamples(value: unknown): readonly Example[] {
  const result = v.safeParse(v.object({ examples: v.array(exampleSchema) }), value);
  if (result.success) return result.output.examples;
  const [issue] = result.issues;
  throw new PlaygroundError('bad-input', `The list of examples is wrong at ${v.getDotPath(issue) ?? 'its top'}: ${issue.message}.`);
}

export const RECORD = {
  name: 'record',
  purpose: 'Runs every example of the page and writes its trace, in float16 to keep the page light.',
  positionals: { usage: '[ID ...]', min: 0, max: 1000 },
  flags: {
    folder: { kind: 'text', placeholder: 'DIR', default: 'public/traces', help: 'Holds examples.json; traces are written beside it.' },
    engine: { kind: 'choice', options: ENGINES, default: 'webgpu', help: 'What runs the examples.' },
    model: { kind: 'text', placeholder: 'DIR', default: 'public/models/moe', help: 'Folder of the checkpoint.' },
  },
  notes: ['With ids, only these examples are run. Writes DIR/<trace> for each, and a line for each to stderr.'],
} as const satisfies Command;

/** Entry of `npm run record`. */
export function run(argv: readonly string[]): Promise<number> {
  return runCommand(RECORD, argv, async ({ flags, positionals }) => {
    const all = readExamples(readJson(join(flags.folder, 'examples.json')));
    const unknown = positionals.find((id) => !all.some((example) => example.id === id));
    if (unknown !== undefined) throw new PlaygroundError('bad-input', `There is no example "${unknown}": wanted is one of ${all.map(({ id }) => id).join(', ')}.`);
    const checkpoint = await readCheckpoint(flags.model);
    const engine = await openEngine(flags.engine);
    try {
      const model = await engine.load(checkpoint);
      for (const example of all.filter(({ id }) => positionals.length === 0 || positionals.includes(id))) {
        const { id, domain, title, prompt, maxNewTokens, seed, temperature, topK, topP } = example;
        const { trace, ending } = await runTrace(model, checkpoint, engine.info, {
          title,
          prompt,
          maxNewTokens,
          sampling: { temperature, topK, topP, seed },
          plan: ROUTER_AS_TRAINED,
          withLogits: false,
          meta: { example: id, domain },
        });
        const text = traceText(trace, { arrays: 'base64', float: 'f16' });
        if (example === all[0] && text.length > FIRST_EXAMPLE_BYTES) {
          throw new PlaygroundError('bad-input', `The first example takes ${text.length} bytes, but the page can only afford ${FIRST_EXAMPLE_BYTES}: shorten it.`);
        }
        writeText(join(flags.folder, example.trace), text);
        process.stderr.write(`${example.trace}: ${trace.tokens.ids.length} tokens, ${(text.length / 1000).toFixed(0)} kB, ${ending}\n`);
      }
      model.dispose();
      return 0;
    } finally {
      engine.dispose();
    }
  });
}

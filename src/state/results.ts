/**
 * The file that `npm run evaluate` writes, and that the page shows (public/results/). `public/schema/results-1.json` is
 * generated from this. Unknown fields are kept: a suite may add to its items and settings.
 */
import * as v from 'valibot';
import { PlaygroundError } from '../base/errors';

const finite = v.pipe(v.number(), v.finite());

const figure = v.nullable(v.union([finite, v.string(), v.boolean()]));

export const resultsSchema = v.looseObject({
  format: v.literal('moe-results'),
  version: v.literal('1.0'),
  suite: v.pipe(v.string(), v.nonEmpty(), v.description('Which evaluation.')),
  created: v.pipe(v.string(), v.isoTimestamp(), v.description('When it was finished, UTC.')),
  command: v.pipe(v.string(), v.description('The command line that writes this file.')),
  model: v.looseObject({
    id: v.string(),
    sha256: v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/, 'a SHA-256'), v.description('Of model.safetensors.')),
  }),
  engine: v.pipe(v.string(), v.description('What ran the model, and where it was not this, `summary` says so.')),
  settings: v.pipe(v.record(v.string(), v.unknown()), v.description('All that the results depend on besides model and engine.')),
  summary: v.pipe(v.record(v.string(), figure), v.description('Flat figures, null where there is none. Shares are in [0, 1].')),
  items: v.pipe(v.array(v.looseObject({ id: v.pipe(v.string(), v.nonEmpty()) })), v.description('One entry for each unit of work, in the order of the input.')),
});

export type Results = v.InferOutput<typeof resultsSchema>;

/**
 * Reads a results file.
 * @throws PlaygroundError `bad-file` with the first fault in a sentence
 */
export function parseResults(value: unknown): Results {
  const read = v.safeParse(resultsSchema, value);
  if (read.success) return read.output;
  const [issue] = read.issues;
  throw new PlaygroundError('bad-file', `This is not a results file: ${v.getDotPath(issue) ?? 'the file'} is not what is wanted (${issue.message}).`);
}

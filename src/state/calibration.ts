/**
 * Scores of steps on reference items (public/references/first-token-entropy.json): what a share of steps for the large
 * model is a quantile of. Written by `npm run evaluate -- --suite glimprouter --set calibration=FILE`.
 */
import * as v from 'valibot';
import { PlaygroundError } from '../base/errors';

const scores = (meaning: string) => v.pipe(v.array(v.pipe(v.number(), v.finite(), v.minValue(0))), v.description(meaning));
const hash = v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/, 'a SHA-256'));

export const calibrationSchema = v.object({
  format: v.literal('moe-first-token-entropy'),
  version: v.literal('1.0'),
  model: v.pipe(v.object({ id: v.string(), sha256: hash }), v.description('The small model, which wrote all steps and was asked before each.')),
  source: v.object({ path: v.string(), sha256: hash, items: v.pipe(v.number(), v.integer()) }),
  delimiter: v.object({ kind: v.picklist(['blank-line', 'newline', 'sentence']) }),
  /** All lists are in the same order: one entry a step. */
  entropy: scores('Entropy of the first token, nats, whole vocabulary.'),
  top20: scores('The same over the 20 likeliest tokens, renormalised.'),
  maxProbability: scores('1 - the highest probability of the first token.'),
  variance: scores('1 - the dispersion of the first token.'),
  stepMean: scores('Mean entropy of the tokens of the step, nats.'),
  selfCheck: scores('1 - the probability that the small model gives to its own step.'),
});

export type Calibration = v.InferOutput<typeof calibrationSchema>;
export type CalibrationScore = 'entropy' | 'top20' | 'maxProbability' | 'variance' | 'stepMean' | 'selfCheck';

/** Reads a calibration file. Throws `bad-file` with the first fault in a sentence. */
export function parseCalibration(value: unknown): Calibration {
  const read = v.safeParse(calibrationSchema, value);
  if (read.success) return read.output;
  const [issue] = read.issues;
  throw new PlaygroundError('bad-file', `This is not a calibration file: ${v.getDotPath(issue) ?? 'the file'} is not what is wanted (${issue.message}).`);
}

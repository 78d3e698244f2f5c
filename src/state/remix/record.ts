/** What a trace says about the re-mix that made it: written into `run.method.params`, read back with every field checked. */
import * as v from 'valibot';
import { DISTANCES, KERNELS, MEMBERSHIPS, METHODS, NEIGHBOURHOODS, OPTIMISERS, POOLS, PROJECTIONS, SCHEDULES, TOKEN_PLACES } from '../../methods/c3po/settings';
import type { Trace } from '../../trace/trace';
import { MIX_SOURCES } from './state';

/** `run.method.id` of traces that the panel wrote. */
export const C3PO_ID = 'c3po';

const finite = v.pipe(v.number(), v.finite());
const whole = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const text = v.pipe(v.string(), v.maxLength(10_000));
const probability = v.pipe(v.number(), v.minValue(0), v.maxValue(1 + 1e-6));
const list = <S extends v.GenericSchema>(schema: S, most: number) => v.pipe(v.array(schema), v.maxLength(most));
const rows = list(list(probability, 65_536), 10_000);

const settingsSchema = v.object({
  method: v.picklist(METHODS),
  pool: v.picklist(POOLS),
  neighbourhood: v.picklist(NEIGHBOURHOODS),
  k: whole,
  epsilon: finite,
  distance: v.picklist(DISTANCES),
  kernel: v.picklist(KERNELS),
  sigma: finite,
  steps: whole,
  rateStart: finite,
  rateEnd: finite,
  schedule: v.picklist(SCHEDULES),
  optimiser: v.picklist(OPTIMISERS),
  alphaMode: finite,
  alphaRegression: v.union([finite, v.literal('search')]),
  layers: list(whole, 10_000),
  core: whole,
  token: v.object({ place: v.picklist(TOKEN_PLACES), count: whole }),
  membership: v.picklist(MEMBERSHIPS),
  projection: v.picklist(PROJECTIONS),
  duplicate: finite,
  seed: whole,
});

const recordSchema = v.object({
  item: v.object({
    id: text,
    family: text,
    level: v.exactOptional(finite),
    template: v.exactOptional(v.picklist(['home', 'away'])),
    prompt: text,
    options: v.pipe(list(text, 1000), v.minLength(2)),
    answer: v.exactOptional(text),
  }),
  settings: settingsSchema,
  /** Where the mix came from, and the share of the router that was blended in. */
  source: v.picklist(MIX_SOURCES),
  keep: probability,
  layers: list(whole, 10_000),
  /** Distributions at the last prompt token, one row for each of `layers`. */
  router: rows,
  omega: rows,
  neighbours: list(v.object({ id: text, prompt: text, answer: text, correct: v.boolean(), distance: finite, weight: finite }), 10_000),
  /** Of the method's run; losses in nats. */
  steps: list(v.object({ step: whole, surrogate: v.exactOptional(finite), truth: v.exactOptional(finite), rate: v.exactOptional(finite) }), 10_000),
  /** Probability of each option's first token. */
  options: list(v.object({ text, before: probability, after: probability }), 1000),
  /** Of the method's run, relative to one pass over the question. */
  relativeCost: v.exactOptional(finite),
});

export type RemixRecord = v.InferOutput<typeof recordSchema>;

/** The record of a trace that the panel wrote; undefined for any other trace, and where a field is not as written. */
export function recordOf({ run }: Trace): RemixRecord | undefined {
  if (run.method?.id !== C3PO_ID) return undefined;
  const read = v.safeParse(recordSchema, run.method.params);
  if (!read.success) return undefined;
  const { layers, router, omega } = read.output;
  return router.length === layers.length && omega.length === layers.length ? read.output : undefined;
}

/** Rows of a matrix as plain numbers with as many digits as float32 has. */
export function plainRows(matrix: Float32Array, count: number): number[][] {
  const width = matrix.length / Math.max(1, count);
  return Array.from({ length: count }, (_, r) => Array.from(matrix.subarray(r * width, (r + 1) * width), (value) => Number(value.toPrecision(8))));
}

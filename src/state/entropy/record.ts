/**
 * A text that two models wrote in turns, as its trace says it: who wrote each step and what the decision saw. It travels
 * as the parameters of the trace's method, beside the `marks`, so that an opened file shows the same rows again.
 */
import * as v from 'valibot';
import type { Trace } from '../../trace/trace';

export const COLLABORATION_ID = 'glimprouter';

const finite = v.pipe(v.number(), v.finite());
const share = v.pipe(finite, v.minValue(0), v.maxValue(1));
const place = v.pipe(v.number(), v.integer(), v.minValue(0));

const cost = v.object({ tokens: place, flops: v.pipe(finite, v.minValue(0)), ms: v.pipe(finite, v.minValue(0)) });

const recordedStep = v.object({
  /** Token of the text. */
  position: place,
  length: place,
  writer: v.picklist(['small', 'large']),
  final: v.boolean(),
  /** Of the small model before the step, nats, whole vocabulary; absent where it was not asked. */
  entropy: v.optional(v.pipe(finite, v.minValue(0))),
  /** Sum of the squared probabilities. */
  squares: v.optional(share),
  /** Likeliest probabilities, descending. */
  top: v.optional(v.pipe(v.array(share), v.maxLength(64))),
  /** After the step of the small model: mean entropy in nats, or its own doubt in [0, 1]. */
  judgement: v.optional(v.pipe(finite, v.minValue(0))),
  /** Tokens of the small model that were thrown away for this step. */
  discarded: v.optional(place),
});

const recordSchema = v.object({
  settings: v.record(v.string(), v.unknown()),
  small: v.string(),
  large: v.string(),
  steps: v.array(recordedStep),
  costs: v.object({ probe: cost, smallDecode: cost, largePrefill: cost, largeDecode: cost }),
  end: v.string(),
  /** What a benchmark expects, where the prompt is one of its questions. */
  item: v.optional(v.object({ id: v.string(), answer: v.string() })),
});

export type RecordedStep = v.InferOutput<typeof recordedStep>;
export type CollaborationRecord = v.InferOutput<typeof recordSchema>;

const read = new WeakMap<Trace, CollaborationRecord | null>();

/** The record of a trace; undefined for any other text, or where the record does not fit it. */
export function collaborationOf(trace: Trace): CollaborationRecord | undefined {
  const known = read.get(trace);
  if (known !== undefined) return known ?? undefined;
  const found = trace.run.method?.id === COLLABORATION_ID ? v.safeParse(recordSchema, trace.run.method.params) : undefined;
  const record = found?.success === true && fits(trace, found.output) ? found.output : null;
  read.set(trace, record);
  return record ?? undefined;
}

/** Steps follow one another and end inside the text. */
function fits(trace: Trace, { steps }: CollaborationRecord): boolean {
  let at = trace.run.promptTokens;
  for (const { position, length } of steps) {
    if (position !== at) return false;
    at += length;
  }
  return at <= trace.tokens.ids.length;
}

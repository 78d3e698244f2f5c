/** Outputs of the graph as a StepBatch. */
import type { ModelConfig } from '../../model/config';
import { entropyNats, logProbability, topCandidates } from '../distribution';
import { CANDIDATES, type Recording, type RoutingBatch, type StepBatch } from '../engine';
import { OUTPUT } from './graph';
import type { Results } from './runtime';

/** The distribution after a token. */
export interface After {
  /** [V] */
  readonly logits: Float32Array;
  /** log sum exp of the logits. */
  readonly normaliser: number;
}

/** What ran, beside what the graph gave. */
export interface RanTokens {
  readonly ids: readonly number[];
  /** The token that follows each. */
  readonly next: readonly number[];
  /** The distribution before the first of them; undefined where it is not known. */
  readonly before: After | undefined;
  readonly after: readonly After[];
  readonly config: ModelConfig;
  readonly slots: number;
  readonly record: Recording;
}

function routingOf({ config, slots }: RanTokens, outputs: Results): RoutingBatch {
  const numbers = (name: string): ArrayLike<number> => outputs[name]?.data as Float32Array | Int32Array;
  return {
    layers: config.layers,
    experts: config.feedForward.kind === 'moe' ? config.feedForward.experts : 0,
    slots,
    logits: Float32Array.from(numbers(OUTPUT.routerLogits)),
    chosen: Uint16Array.from(numbers(OUTPUT.chosen)),
    prob: Float32Array.from(numbers(OUTPUT.prob)),
    mix: Float32Array.from(numbers(OUTPUT.mix)),
    outputNorm: Float32Array.from(numbers(OUTPUT.outputNorm)),
    count: Uint16Array.from(numbers(OUTPUT.count)),
  };
}

function packLogits(rows: readonly After[], vocabulary: number): Float32Array {
  const out = new Float32Array(rows.length * vocabulary);
  rows.forEach(({ logits }, i) => out.set(logits, i * vocabulary));
  return out;
}

/** @param start absolute position of the first token */
export function batchOf(start: number, ran: RanTokens, outputs: Results): StepBatch {
  const { ids, next, after, before, config, record } = ran;
  const candidates = Math.min(CANDIDATES, config.vocabulary);
  const topIds = new Uint32Array(ids.length * candidates);
  const topProb = new Float32Array(ids.length * candidates);
  after.forEach(({ logits, normaliser }, i) => {
    const top = topCandidates(logits, CANDIDATES, normaliser);
    topIds.set(top.ids, i * candidates);
    topProb.set(top.prob, i * candidates);
  });
  const givenBefore = (i: number): After | undefined => (i === 0 ? before : after[i - 1]);
  return {
    start,
    ids: Uint32Array.from(ids),
    logProb: Float32Array.from(ids, (id, i) => {
      const distribution = givenBefore(i);
      return distribution === undefined ? NaN : logProbability(distribution.logits, id, distribution.normaliser);
    }),
    entropy: Float32Array.from(after, ({ logits, normaliser }) => entropyNats(logits, normaliser)),
    chosen: Uint32Array.from(next),
    topIds,
    topProb,
    ...(record.routing ? { routing: routingOf(ran, outputs) } : {}),
    ...(record.logits === 'none' ? {} : { logits: packLogits(record.logits === 'last' ? after.slice(-1) : after, config.vocabulary) }),
  };
}

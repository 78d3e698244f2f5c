/** Arithmetic and bytes that a task needs whatever runs it: the numerator of the roofline. */
import type { ModelConfig } from '../model/config';

export interface Work {
  readonly flops: number;
  /** Of weights and cache read once; activations stay near the processor. */
  readonly bytes: number;
}

export type WorkOf = { readonly block: number } | { readonly prefill: number } | { readonly decode: number; readonly after: number };

/** GFLOP/s. */
export function modelGflops(flops: number, ms: number): number {
  return flops / 1e6 / ms;
}

interface Parts {
  /** Multiply-adds for one token. */
  readonly attention: number;
  readonly router: number;
  readonly chosen: number;
  readonly head: number;
  /** Weights of one expert. */
  readonly expert: number;
  readonly experts: number;
  readonly topK: number;
}

function partsOf({ width, heads, kvHeads, headDim, vocabulary, feedForward }: ModelConfig): Parts {
  const moe = feedForward.kind === 'moe' ? feedForward : { experts: 1, topK: 1, hidden: feedForward.hidden };
  const expert = 3 * width * moe.hidden;
  return { attention: width * (heads + 2 * kvHeads) * headDim + heads * headDim * width, router: width * moe.experts, chosen: moe.topK * expert, head: width * vocabulary, expert, experts: moe.experts, topK: moe.topK };
}

/** Weights and cache are float32. A prefill reads an expert once, however many tokens it gets. */
export function workOf(config: ModelConfig, work: WorkOf): Work {
  const { attention, router, chosen, head, expert, experts, topK } = partsOf(config);
  const blockWeights = (tokens: number): number => router + expert * Math.min(experts, tokens * topK);
  const scores = (keys: number): number => 2 * config.heads * config.headDim * keys;
  const { layers } = config;
  if ('block' in work) return { flops: 2 * work.block * (router + chosen), bytes: 4 * blockWeights(work.block) };
  if ('prefill' in work) {
    const tokens = work.prefill;
    const perLayer = tokens * (attention + router + chosen) + scores((tokens * (tokens + 1)) / 2);
    return { flops: 2 * (layers * perLayer + tokens * head), bytes: 4 * (layers * (attention + blockWeights(tokens)) + head) };
  }
  const { decode, after } = work;
  const keys = decode * after + (decode * (decode + 1)) / 2;
  const weights = decode * (layers * (attention + router + chosen) + head);
  return { flops: 2 * (weights + layers * scores(keys)), bytes: 4 * (weights + layers * 2 * config.kvHeads * config.headDim * keys) };
}

import { describe, expect, it } from 'vitest';
import type { Glimpse } from '../../engine/write';
import { ROUTER_AS_TRAINED } from '../../routing/plan';
import { chosenExperts, tokenFlops, type ModelShape } from './flops';
import { gateScore, selfDoubt, stepMean } from './gate';
import { oneModelPair } from './writer';

/** softmax of logits over a vocabulary of four. */
function glimpse(logits: readonly number[]): Glimpse {
  const e = logits.map(Math.exp);
  const sum = e.reduce((a, b) => a + b, 0);
  const prob = e.map((x) => x / sum).sort((a, b) => b - a);
  return {
    entropy: -prob.reduce((nats, p) => nats + p * Math.log(p), 0),
    squares: prob.reduce((total, p) => total + p * p, 0),
    topIds: Uint32Array.of(0, 1, 2, 3),
    topProb: Float32Array.from(prob),
  };
}

describe('gates', () => {
  // Dispersion and 1 - H/ln 4 of Mowst's code, worked out by hand.
  it.each([
    [[2, 0, 0, 0], 0.3782, 0.337598],
    [[1, 1, 0, 0], 0.071184, 0.080029],
    [[0, 0, 0, 0], 0, 0],
    [[5, 0, 0, 0], 0.947862, 0.914103],
  ])('of the logits %j', (logits, variance, certainty) => {
    const seen = glimpse(logits);
    expect(1 - gateScore(seen, { gate: 'variance', candidates: 'all' }, 4)).toBeCloseTo(variance, 5);
    expect(1 - gateScore(seen, { gate: 'entropy', candidates: 'all' }, 4) / Math.log(4)).toBeCloseTo(certainty, 5);
    // Four candidates are the whole vocabulary here.
    for (const gate of ['entropy', 'variance', 'maxProbability'] as const) {
      expect(gateScore(seen, { gate, candidates: 20 }, 4)).toBeCloseTo(gateScore(seen, { gate, candidates: 'all' }, 4), 5);
    }
  });

  it('of the likeliest candidates renormalise them', () => {
    const topProb = new Float32Array(20).fill(0.01);
    topProb[0] = 0.31;
    const seen = { entropy: 4, squares: 0.1, topIds: new Uint32Array(20), topProb };
    // Ten candidates: 0.31 and nine times 0.01, together 0.4.
    expect(gateScore(seen, { gate: 'entropy', candidates: 10 }, 4096)).toBeCloseTo(-0.775 * Math.log(0.775) - 0.225 * Math.log(0.025), 5);
    expect(gateScore(seen, { gate: 'maxProbability', candidates: 10 }, 4096)).toBeCloseTo(0.225, 5);
    expect(gateScore(seen, { gate: 'maxProbability', candidates: 20 }, 4096)).toBeCloseTo(0.38, 5);
    expect(gateScore(seen, { gate: 'entropy', candidates: 'all' }, 4096)).toBe(4);
  });

  it('of a step', () => {
    expect(stepMean(Float32Array.of(1, 2, 0))).toBe(1);
    expect(stepMean(new Float32Array())).toBe(0);
    expect(selfDoubt(Float32Array.of(Math.log(0.5), Math.log(0.5)))).toBeCloseTo(0.75, 6);
  });
});

describe('floating-point operations', () => {
  const shape: ModelShape = {
    modelType: 'qwen3_moe', layers: 8, width: 128, heads: 4, kvHeads: 2, headDim: 32, vocabulary: 4096, context: 512, ropeTheta: 1e4, normEpsilon: 1e-6, qkNorm: true, tiedEmbedding: true, endOfText: [0],
    feedForward: { kind: 'moe', experts: 16, topK: 2, hidden: 128, scoring: 'softmax', normTopK: true, sharedHidden: 0, sharedGate: false },
  };
  const dense: ModelShape = { ...shape, layers: 4, width: 64, headDim: 16, feedForward: { kind: 'dense', hidden: 128 } };

  it('by the shapes of the shipped models, by hand', () => {
    // 8 layers of 49,152 projections, 2,048 router and 98,304 expert weights, each used twice, and the head.
    expect(tokenFlops(shape, 2, 0, 1, 1)).toBe(2 * 8 * (49_152 + 2_048 + 98_304) + 2 * 128 * 4096 + 4 * 8 * 128);
    expect(tokenFlops(shape, 1, 0, 1, 1)).toBe(2 * 8 * (49_152 + 2_048 + 49_152) + 2 * 128 * 4096 + 4 * 8 * 128);
    expect(tokenFlops(dense, 0, 0, 1, 0)).toBe(2 * 4 * (12_288 + 24_576) + 4 * 4 * 64);
    // Positions 10 to 12 look at 11, 12 and 13 tokens.
    expect(tokenFlops(dense, 0, 10, 13, 1) - 2 * 64 * 4096 - 3 * 2 * 4 * 36_864).toBe(4 * 4 * 64 * (11 + 12 + 13));
    expect(tokenFlops(dense, 0, 5, 5, 0)).toBe(0);
  });

  it('take the experts of the plan', () => {
    const { small, large } = oneModelPair('moe', { config: shape, write: () => Promise.reject(new Error('not run')) });
    expect([chosenExperts(shape, small.plan), chosenExperts(shape, large.plan), chosenExperts(dense, ROUTER_AS_TRAINED)]).toEqual([1, 2, 0]);
  });
});

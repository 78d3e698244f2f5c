import { describe, expect, it } from 'vitest';
import type { RoutingRule } from './plan';
import { decidingMargin } from './margin';
import { selectExperts } from './select';

/** Softmax of these is exactly [0.5, 0.25, 0.125, 0.125]. */
const HALVES = [Math.log(4), Math.log(2), 0, 0];

const PLAIN: RoutingRule = {
  selection: { kind: 'top-k', k: 2 },
  masked: [false, false, false, false],
  bias: [0, 0, 0, 0],
  selectionBias: [0, 0, 0, 0],
  scale: [1, 1, 1, 1],
  renormalise: 'off',
};

const topP = (p: number, min = 1, max = 4, mass: 'all' | 'topk' = 'all', k = 2): RoutingRule['selection'] => ({ kind: 'top-p', p, min, max, mass, k });

function route(rule: Partial<RoutingRule>, logits: readonly number[] = HALVES, scoring: 'softmax' | 'sigmoid' = 'softmax') {
  const { prob, chosen, mix, count } = selectExperts(logits, { ...PLAIN, ...rule }, scoring);
  return { prob: rounded(prob), chosen: [...chosen], mix: rounded(mix), count };
}

const rounded = (values: Float64Array): number[] => [...values].map((v) => Number(v.toFixed(9)));

describe('top-k', () => {
  it('takes the k most likely experts and uses their probabilities as weights', () => {
    expect(route({})).toEqual({ prob: [0.5, 0.25, 0.125, 0.125], chosen: [0, 1], mix: [0.5, 0.25], count: 2 });
  });
  it('takes one expert at k = 1', () => {
    expect(route({ selection: { kind: 'top-k', k: 1 } })).toMatchObject({ chosen: [0], mix: [0.5] });
  });
  it('takes all experts at k = E, ties to the lower id', () => {
    expect(route({ selection: { kind: 'top-k', k: 4 } })).toMatchObject({ chosen: [0, 1, 2, 3], mix: [0.5, 0.25, 0.125, 0.125] });
  });
  it('gives a tie at the cut to the lower id', () => {
    expect(route({ selection: { kind: 'top-k', k: 3 } })).toMatchObject({ chosen: [0, 1, 2] });
    expect(route({}, [0, 0, 0, 0])).toMatchObject({ chosen: [0, 1], mix: [0.25, 0.25] });
  });
  it('survives logits that overflow exp', () => {
    expect(route({}, [1000, 1000, -1000, 0])).toMatchObject({ prob: [0.5, 0.5, 0, 0], chosen: [0, 1], mix: [0.5, 0.5] });
  });
});

describe('masks', () => {
  it('leave before the cut, and keep the probabilities of all experts as they are', () => {
    expect(route({ masked: [true, false, false, false] })).toEqual({ prob: [0.5, 0.25, 0.125, 0.125], chosen: [1, 2], mix: [0.25, 0.125], count: 2 });
  });
  it('may leave fewer than k', () => {
    expect(route({ masked: [true, false, true, true] })).toMatchObject({ chosen: [1], mix: [0.25], count: 1 });
  });
  it('over everything give a row without experts, also when renormalised', () => {
    const masked = [true, true, true, true];
    expect(route({ masked, renormalise: 'before-scale' })).toMatchObject({ chosen: [], mix: [], count: 0 });
    expect(route({ masked, selection: topP(0.9) })).toMatchObject({ chosen: [], count: 0 });
  });
});

describe('top-p over the mass of all experts', () => {
  it('takes one expert as p approaches 0', () => {
    expect(route({ selection: topP(1e-9) })).toMatchObject({ chosen: [0], count: 1 });
  });
  it('stops at the first expert whose cumulative probability reaches p', () => {
    expect(route({ selection: topP(0.5) })).toMatchObject({ count: 1 });
    expect(route({ selection: topP(0.500001) })).toMatchObject({ chosen: [0, 1], mix: [0.5, 0.25] });
    expect(route({ selection: topP(0.75) })).toMatchObject({ count: 2 });
    expect(route({ selection: topP(0.8) })).toMatchObject({ count: 3 });
  });
  it('takes all at p = 1', () => {
    expect(route({ selection: topP(1) })).toMatchObject({ chosen: [0, 1, 2, 3], count: 4 });
  });
  it('takes ceil(pE) experts of a uniform distribution', () => {
    expect(route({ selection: topP(0.4) }, [0, 0, 0, 0])).toMatchObject({ chosen: [0, 1] });
  });
  it('keeps floor and cap', () => {
    expect(route({ selection: topP(0.1, 3) })).toMatchObject({ chosen: [0, 1, 2] });
    expect(route({ selection: topP(0.99, 1, 2) })).toMatchObject({ chosen: [0, 1] });
  });
  it('takes all that is left when a mask makes p unreachable', () => {
    expect(route({ selection: topP(0.6), masked: [true, false, false, false] })).toMatchObject({ chosen: [1, 2, 3] });
  });
});

describe('top-p over the mass of the top k', () => {
  it('counts shares of the first k: 2/3 and 1/3 here', () => {
    expect(route({ selection: topP(0.6, 1, 4, 'topk') })).toMatchObject({ chosen: [0], mix: [0.5] });
    expect(route({ selection: topP(0.7, 1, 4, 'topk') })).toMatchObject({ chosen: [0, 1] });
  });
  it('goes past k only for a floor', () => {
    expect(route({ selection: topP(0.99, 3, 4, 'topk') })).toMatchObject({ chosen: [0, 1, 2] });
  });
});

describe('hooks', () => {
  it('adds the bias to logits before the softmax', () => {
    expect(route({ bias: [0, 0, Math.log(8), 0] })).toMatchObject({ chosen: [2, 0], prob: [0.266666667, 0.133333333, 0.533333333, 0.066666667] });
  });
  it('lets a selection bias choose but not weigh', () => {
    expect(route({ selectionBias: [0, 0, 0, 1] })).toMatchObject({ chosen: [3, 0], mix: [0.125, 0.5], prob: [0.5, 0.25, 0.125, 0.125] });
  });
  it('cumulates P in the order of the selection score', () => {
    expect(route({ selection: topP(0.6), selectionBias: [0, 0, 0, 1] })).toMatchObject({ chosen: [3, 0], mix: [0.125, 0.5] });
  });
  it('uses an override as it is given, even when it does not sum to 1', () => {
    expect(route({ override: [0.1, 0.2, 0.3, 0.1], bias: [9, 0, 0, 0] })).toMatchObject({ prob: [0.1, 0.2, 0.3, 0.1], chosen: [2, 1], mix: [0.3, 0.2] });
  });
  it('scores by sigmoid where the model does', () => {
    expect(route({}, [0, Math.log(3), -Math.log(3), 0], 'sigmoid')).toMatchObject({ prob: [0.5, 0.75, 0.25, 0.5], chosen: [1, 0], mix: [0.75, 0.5] });
  });
  it('renormalises before the scale, after it, or not', () => {
    const scale = [2, 1, 1, 1];
    expect(route({ scale })).toMatchObject({ mix: [1, 0.25] });
    expect(route({ scale, renormalise: 'before-scale' })).toMatchObject({ mix: [1.333333333, 0.333333333] });
    expect(route({ scale, renormalise: 'after-scale' })).toMatchObject({ mix: [0.8, 0.2] });
  });
  it('keeps weights of zero at zero when there is nothing to divide by', () => {
    expect(route({ scale: [0, 0, 1, 1], renormalise: 'after-scale' })).toMatchObject({ mix: [0, 0] });
  });
  it('applies all of them in the order of the contract', () => {
    // z + bias = ln [4, 8, 1, 1]; P = [4, 8, 1, 1] / 14; expert 0 masked; score of 3 is P + 1; w = [1, 8] / 9; scale 1 by 3.
    const all = route({
      bias: [0, Math.log(4), 0, 0],
      masked: [true, false, false, false],
      selectionBias: [0, 0, 0, 1],
      selection: topP(0.6, 1, 3),
      renormalise: 'before-scale',
      scale: [1, 3, 1, 1],
    });
    expect(all).toEqual({ prob: [0.285714286, 0.571428571, 0.071428571, 0.071428571], chosen: [3, 1], mix: [0.111111111, 2.666666667], count: 2 });
  });
});

describe('deciding margin', () => {
  const margin = (rule: Partial<RoutingRule>) => decidingMargin(HALVES, { ...PLAIN, ...rule }, 'softmax');
  it('of top-k is the gap between the last chosen and the first not chosen score', () => {
    expect(margin({})).toBeCloseTo(0.125, 12);
    expect(margin({ selection: { kind: 'top-k', k: 3 } })).toBe(0);
  });
  it('is infinite when every expert is chosen or none can be', () => {
    expect(margin({ selection: { kind: 'top-k', k: 4 } })).toBe(Infinity);
    expect(margin({ masked: [true, true, true, true] })).toBe(Infinity);
  });
  it('of top-p is also the distance of the mass from p on either side', () => {
    expect(margin({ selection: topP(0.74) })).toBeCloseTo(0.01, 12);
    expect(margin({ selection: topP(0.52) })).toBeCloseTo(0.02, 12);
  });
  it('leaves out a side that a floor or a cap decides', () => {
    expect(margin({ selection: topP(0.49, 2, 2) })).toBeCloseTo(0.125, 12);
  });
});

import { describe, expect, it } from 'vitest';
import { accessOf, type ModelAccess } from '../../engine/access';
import { GREEDY } from '../../engine/engine';
import type { RouterLogitProblem } from '../../engine/gradients';
import { createReferenceEngine } from '../../engine/reference/engine';
import { tinyCheckpoint } from '../../engine/testing/tiny-model';
import { ROUTER_AS_TRAINED } from '../../routing/plan';
import { meanWeights, rerouteCycle, rerouteText, type RerouteEvent } from './cycle';
import { changedLayers, deltaNorms, deltaPlan, noDelta, randomDelta, rowsOf } from './delta';
import { chooseLayers, layerConfidence } from './layers';
import { editDistance, gateEntropy } from './measure';
import { descend } from './optimise';
import { readingContexts, rerouteReading } from './reading';
import { checkRerouting, REROUTING_DEFAULTS } from './settings';

describe('confidence of layers', () => {
  it('is the mean of -ln p over the chosen experts', () => {
    // Two tokens, two layers, two slots.
    const routing = { layers: 2, slots: 2, prob: Float32Array.from([0.5, 0.5, 1, 0, 0.25, 0.25, 1, 0]), count: Uint16Array.from([2, 1, 2, 1]) };
    const [unsure, sure] = layerConfidence(routing);
    expect(unsure).toBeCloseTo((Math.log(2) + Math.log(4)) / 2, 6);
    expect(sure).toBe(0);
  });

  it('chooses layers, both signs of the name', () => {
    const confidence = [0.9, 0.2, 0.7, 0.4];
    const layers = (part: object): number[] => chooseLayers(confidence, { choice: 'hard', share: 0.5, sign: 'most', seed: 1, ...part }).map(({ layer }) => layer);
    expect(layers({})).toEqual([1, 3]);
    expect(layers({ sign: 'least' })).toEqual([0, 2]);
    expect(layers({ choice: 'first' })).toEqual([0, 1]);
    expect(layers({ choice: 'last', share: 0.01 })).toEqual([3]);
    expect(layers({ choice: 'all' })).toEqual([0, 1, 2, 3]);
    expect(layers({ choice: 'random' })).toHaveLength(2);
    expect(layers({ choice: 'random', seed: 4 })).toEqual(layers({ choice: 'random', seed: 4 }));
  });

  it('weighs all of them in a soft choice', () => {
    const soft = (sign: 'most' | 'least') => chooseLayers([0.8, 0.2, 0.4], { choice: 'soft', share: 0.3, sign, seed: 1 }).map(({ weight }) => weight);
    expect(soft('most')).toEqual([0.25, 1, 0.5]);
    expect(soft('least')).toEqual([1, 0.25, 0.5]);
  });
});

describe('added logits', () => {
  const delta = { layers: 3, experts: 4, values: Float32Array.from([0, 0, 0, 0, 1, 0, -1, 0, 2, 2, 2, 2]) };

  it('become a plan', () => {
    expect(deltaPlan(delta).entries).toEqual([
      { layers: [1], tokens: 'all', bias: { '0': 1, '2': -1 } },
      { layers: [2], tokens: 'all', bias: { '0': 2, '1': 2, '2': 2, '3': 2 } },
    ]);
    expect(deltaPlan(noDelta(3, 4)).entries).toEqual([]);
    expect(changedLayers(delta)).toEqual([1, 2]);
    expect([...rowsOf(delta, [1])]).toEqual([1, 0, -1, 0]);
  });

  it('are measured without what softmax does not see', () => {
    expect(deltaNorms(delta)).toEqual([0, Math.SQRT2, 0]);
  });

  it('have a random control of equal size, by seed', () => {
    const random = randomDelta(delta, 7);
    expect(deltaNorms(random)).toEqual([0, expect.closeTo(Math.SQRT2, 6), 0]);
    expect(random.values).not.toEqual(delta.values);
    expect(randomDelta(delta, 7).values).toEqual(random.values);
    expect(randomDelta(delta, 8).values).not.toEqual(random.values);
  });
});

/** Loss 1/2 sum (delta - 1)^2: the gradient is delta - 1. */
const bowl: RouterLogitProblem = {
  size: 1,
  layers: [0, 1],
  experts: 2,
  evaluate: async (delta, { gradient }) => ({
    loss: Float32Array.of(delta.reduce((sum, value) => sum + (value - 1) ** 2 / 2, 0)),
    ...(gradient ? { gradient: delta.map((value) => value - 1) } : {}),
  }),
  dispose: () => undefined,
};

describe('steps', () => {
  const settings = { rate: 0.5, steps: 2, optimiser: 'plain', clamp: Infinity } as const;

  it('descend, by layer weights', async () => {
    const { delta, steps } = await descend(bowl, new Float32Array(4), { settings, weights: [1, 0.5] });
    expect([...delta]).toEqual([0.75, 0.75, 0.4375, 0.4375]);
    expect(steps.map(({ contextLoss }) => contextLoss)).toEqual([2, 0.8125, expect.closeTo(0.37890625, 6)]);
  });

  it('of Adam are as long as the rate at first', async () => {
    const { delta } = await descend(bowl, Float32Array.of(0, 3, 0, 0), { settings: { ...settings, optimiser: 'adam', steps: 1, rate: 0.05 }, weights: [1, 0] });
    expect([...delta]).toEqual([expect.closeTo(0.05, 6), expect.closeTo(2.95, 6), 0, 0]);
  });

  it('keep to the bound, report held-out loss, and none move at 0 steps', async () => {
    expect([...(await descend(bowl, new Float32Array(4), { settings: { ...settings, clamp: 0.25 }, weights: [1, 1] })).delta]).toEqual([0.25, 0.25, 0.25, 0.25]);
    const { steps, delta } = await descend(bowl, new Float32Array(4), { settings: { ...settings, steps: 0 }, weights: [1, 1], heldOut: async () => 7 });
    expect([...delta]).toEqual([0, 0, 0, 0]);
    expect(steps).toEqual([{ step: 0, contextLoss: 2, heldOutLoss: 7 }]);
  });
});

describe('what it did', () => {
  const routing = (chosen: readonly number[]) => ({ layers: 1, slots: 2, chosen: Uint16Array.from(chosen), count: Uint16Array.from([2, 2]) });
  it('is the share of choices that are gone', () => {
    expect(editDistance(routing([0, 1, 2, 3]), routing([1, 0, 2, 5]))).toEqual([0.25]);
  });
  it('is the entropy before and after', () => {
    const recorded = { layers: 1, experts: 2, logits: Float32Array.of(0, 0) };
    expect(gateEntropy(recorded)[0]).toBeCloseTo(Math.LN2, 12);
    // 3/4 and 1/4
    expect(gateEntropy(recorded, { layers: 1, experts: 2, values: Float32Array.of(Math.log(3), 0) })[0]).toBeCloseTo(0.562335, 6);
  });
});

describe('a cycle on a model', () => {
  const IDS = [3, 14, 15, 92, 65, 35, 3, 14, 15, 92, 65, 35];
  const settings = { ...REROUTING_DEFAULTS, choice: 'all' as const };
  const open = async (): Promise<ModelAccess> => accessOf(await createReferenceEngine().load(tinyCheckpoint({ endOfText: [] })), undefined);
  const meanLoss = async (access: ModelAccess, plan = ROUTER_AS_TRAINED): Promise<number> => -(await access.score(IDS, plan)).logProb.slice(1).reduce((a, b) => a + b, 0) / (IDS.length - 1);

  it('lowers the context loss, and its plan gives that loss in a plain run', async () => {
    const access = await open();
    const report = await rerouteCycle(access, IDS, { settings });
    const [first, last] = [report.steps[0]!.contextLoss, report.steps.at(-1)!.contextLoss];
    expect(first).toBeCloseTo(await meanLoss(access), 5);
    expect(last).toBeLessThan(first);
    expect(await meanLoss(access, deltaPlan(report.delta))).toBeCloseTo(last, 5);
    expect(report.layers).toEqual([...report.confidence.keys()]);
  });

  it('is blind to what is added to all logits of a layer alike', async () => {
    const access = await open();
    const { delta } = await rerouteCycle(access, IDS, { settings });
    const shifted = { ...delta, values: delta.values.map((value) => value + 0.7) };
    expect(await meanLoss(access, deltaPlan(shifted))).toBeCloseTo(await meanLoss(access, deltaPlan(delta)), 5);
  });

  it('never sees held-out tokens', async () => {
    const access = await open();
    const one = await rerouteCycle(access, IDS, { settings, context: 6 });
    const other = await rerouteCycle(access, [...IDS.slice(0, 6), 1, 2, 4, 5], { settings, context: 6 });
    expect(other.delta.values).toEqual(one.delta.values);
    expect(other.steps[0]!.heldOutLoss).not.toBe(one.steps[0]!.heldOutLoss);
    expect(one.steps).toHaveLength(6);
  });

  it('goes on from the cycle before, or from nothing', async () => {
    const access = await open();
    const before = (await rerouteCycle(access, IDS, { settings: { ...settings, choice: 'first', share: 0.5 } })).delta;
    const kept = await rerouteCycle(access, IDS, { settings: { ...settings, choice: 'last', share: 0.5 }, before });
    expect(changedLayers(kept.delta)).toEqual([...kept.confidence.keys()]);
    const cold = await rerouteCycle(access, IDS, { settings: { ...settings, choice: 'last', share: 0.5, warmStart: false }, before });
    expect(changedLayers(cold.delta)).toEqual(cold.layers);
  });

  it('alternates with writing, and tells each step', async () => {
    const access = await open();
    const events: RerouteEvent[] = [];
    const { ids, cycles } = await rerouteText(access, IDS.slice(0, 6), 5, GREEDY, { settings: { ...settings, interval: 3, steps: 2 }, observe: (event) => events.push(event) });
    expect(ids).toHaveLength(11);
    expect(cycles.map(({ context }) => context)).toEqual([6, 9]);
    expect(events.map(({ type }) => type)).toEqual(['step', 'step', 'step', 'cycle', 'tokens', 'step', 'step', 'step', 'cycle', 'tokens']);
  });

  it('reads a text cycle by cycle, each from the one before or from an earlier text', async () => {
    expect(readingContexts(12, 4, 3)).toEqual([4, 7, 10]);
    expect(readingContexts(12, 1, 5)).toEqual([2, 7]);
    expect(readingContexts(5, 5, 3)).toEqual([]);
    const access = await open();
    const seen: string[] = [];
    const reports = await rerouteReading(access, IDS, { settings: { ...settings, interval: 4, steps: 1 }, first: 4, onStep: (cycle, context, { step }) => seen.push(`${cycle}:${context}:${step}`) });
    expect(seen).toEqual(['0:4:0', '0:4:1', '1:8:0', '1:8:1']);
    expect(reports[1]!.steps[0]!.contextLoss).toBeCloseTo(-(await access.score(IDS.slice(0, 8), deltaPlan(reports[0]!.delta))).logProb.slice(1).reduce((a, b) => a + b, 0) / 7, 5);
    const [later] = await rerouteReading(access, IDS, { settings: { ...settings, interval: 40, steps: 0 }, first: 8, before: reports[0]!.delta });
    expect(later!.delta.values).toEqual(reports[0]!.delta.values);
  });

  it('refuses what cannot be', async () => {
    const access = await open();
    await expect(rerouteCycle(access, IDS, { settings, context: 1 })).rejects.toThrow('A context of 1 tokens cannot be used: at least 2 are needed, and the text has 12.');
    await expect(rerouteCycle({ ...access, gradients: undefined }, IDS, { settings })).rejects.toThrow('This model offers no gradients of its routing');
    await expect(rerouteCycle(access, IDS, { settings: { ...settings, rate: NaN } })).rejects.toThrow('The step size is NaN');
    expect(() => checkRerouting({ ...settings, steps: 0.5, interval: 0, share: 2, clamp: 0 })).toThrow('The number of steps is 0.5, but a whole number from 0 to 50 is wanted. The interval is 0 tokens');
  });

  it('takes the mean over the predicted tokens', () => {
    expect(meanWeights(4, 1, 4)).toEqual([1 / 3, 1 / 3, 1 / 3, 0]);
    expect(meanWeights(5, 3, 5)).toEqual([0, 0, 0.5, 0.5, 0].map((_, t) => (t === 2 || t === 3 ? 0.5 : 0)));
  });
});

import { beforeAll, describe, expect, it } from 'vitest';
import { createReferenceEngine } from '../../engine/reference/engine';
import { readCheckpoint } from '../read-checkpoint';
import { parseCalibration } from '../../state/calibration';
import { COLLABORATION_DEFAULTS } from '../../methods/collaboration/settings';
import { collaborate } from '../../methods/collaboration/collaborate';
import { accessOf } from '../../engine/access';
import { ROUTER_AS_TRAINED } from '../../routing/plan';
import { armsOf, TARGETS } from './glimprouter-arms';
import { accuracyAt, correlation, curveOf, meanDifference, pointOf, resampled, variation, type Point } from './glimprouter-curve';
import { lastStep, openTree, packCounts, countsOf, runAll, unpackCounts, type LoadedPair } from './glimprouter-run';
import { givenSteps, ownScores, parseStepItems } from './glimprouter-steps';
import { summarise } from './glimprouter-summary';

const WISHES = { delimiter: 'blank-line', maxStepTokens: 48, seed: 1, item: 0 } as const;
const HUNDRED = Array.from({ length: 100 }, (_, i) => (i + 1) / 100);
const SCORES = { entropy: HUNDRED, top20: HUNDRED, maxProbability: HUNDRED, variance: HUNDRED, stepMean: HUNDRED, selfCheck: HUNDRED };

describe('curves', () => {
  const arm = { right: [1, 0, 1, 0], largeSteps: [1, 2, 0, 1], steps: [2, 2, 2, 4] };
  it('have the share of all steps and the accuracy of the items picked', () => {
    expect(pointOf([arm], [0, 1, 2, 3])).toEqual([0.4, 0.5]);
    expect(pointOf([arm], [0, 0])).toEqual([0.5, 1]);
    expect(pointOf([arm, { ...arm, right: [0, 0, 0, 0] }], [0, 1, 2, 3])).toEqual([0.4, 0.25]);
    expect(curveOf({ points: [[arm], [{ ...arm, largeSteps: [0, 0, 0, 0] }]] }, [0, 1, 2, 3])).toEqual([[0, 0.5], [0.4, 0.5]]);
  });

  it('are straight between points', () => {
    const curve: Point[] = [[0, 0], [0.5, 1], [1, 0.5]];
    expect([0, 0.25, 0.5, 0.75, 1, 2].map((share) => accuracyAt(curve, share))).toEqual([0, 0.5, 1, 0.75, 0.5, 0.5]);
    // Twice the share against the share: a difference of x, from 0.15 to 0.5.
    expect(meanDifference(curve, [[0, 0], [1, 1]])).toBeCloseTo(0.325, 10);
    expect(meanDifference(curve, curve)).toBe(0);
  });

  it('have intervals over items', () => {
    const values = [0, 0, 1, 1];
    const { mean, low, high } = resampled(4, (pick) => pick.reduce((sum, i) => sum + values[i]!, 0) / 4);
    expect([mean, low, high]).toEqual([0.5, 0, 1]);
    expect(correlation([1, 2, 3], [2, 4, 6])).toBeCloseTo(1, 12);
    expect(correlation([1, 2, 3, 4], [1, -1, 1, -1])).toBeCloseTo(-0.4472136, 6);
    expect(variation([1, 3])).toBeCloseTo(Math.SQRT2 / 2, 12);
  });
});

describe('arms', () => {
  it('have thresholds at the quantiles of the calibration, at least eight of first-token entropy', () => {
    const arms = armsOf(SCORES, undefined, WISHES);
    const own = arms.filter(({ group }) => group === 'entropy');
    expect(TARGETS.length).toBeGreaterThanOrEqual(8);
    expect(own.map(({ settings }) => HUNDRED.filter((score) => score >= settings.threshold).length)).toEqual(TARGETS.map((target) => Math.round(100 * target)));
    expect(new Set(arms.map(({ name }) => name)).size).toBe(arms.length);
    expect(arms.filter(({ pair }) => pair === 'one')).toEqual([]);
    expect(armsOf(SCORES, SCORES, WISHES).filter(({ pair }) => pair === 'one')).toHaveLength(5);
    const coins = (item: number) => armsOf(SCORES, undefined, { ...WISHES, item }).filter(({ group }) => group === 'random').map(({ settings }) => settings.seed);
    expect(new Set([...coins(0), ...coins(1)]).size).toBe(6);
  });

  it('are packed and unpacked without loss', () => {
    const counts = { right: true, steps: 5, largeSteps: 2, tokens: 60, largeTokens: 20, run: [90, 40, 80, 20], kiloFlops: 123456 } as const;
    expect(unpackCounts(packCounts(counts))).toEqual(counts);
    expect([lastStep('a\n\nanswer: 3\n\n'), lastStep('answer: 3'), lastStep('')]).toEqual(['answer: 3', 'answer: 3', '']);
  });
});

describe('a summary', () => {
  it('compares entropy with chance at equal share, and costs with the large model alone', () => {
    const arms = armsOf(SCORES, undefined, WISHES);
    // Item i is right by entropy from a target of 0.1 i on, by chance only when large writes all.
    const items = Array.from({ length: 10 }, (_, i) => ({
      id: `q${i}`, kind: 'item', family: i < 5 ? 'a' : 'b',
      arms: Object.fromEntries(arms.map(({ name, group, target }) => {
        const share = name === 'large' ? 1 : (target ?? 0);
        const right = name === 'large' || (group !== 'random' && group !== 'small' && share >= 0.1 * i);
        return [name, packCounts({ right, steps: 100, largeSteps: Math.round(100 * share), tokens: 100, largeTokens: Math.round(100 * share), run: [10, 100 - 100 * share, 10, 100 * share], kiloFlops: Math.round(1000 * (0.2 + 0.8 * share)) })];
      })),
      given: { first: [0.1 * i, 2], mean: [1, 1.1], advantage: [0.2 * i, 4] },
      measured: { small: { readTokens: 10, readMs: 5, writtenTokens: 10, writeMs: 10 }, large: { readTokens: 10, readMs: 10, writtenTokens: 10, writeMs: 40 }, one: { readTokens: 0, readMs: 0, writtenTokens: 0, writeMs: 0 } },
    }));
    const { figures, details } = summarise(items, arms, SCORES);
    expect(figures).toMatchObject({ n: 10, small: 0, large: 1, bestHandover: 1, bestHandoverShare: 0.9, thresholds: 11, msReadSmall: 0.5, msWriteLarge: 4, steps: 20 });
    expect(figures['areaAboveRandomLow']).toBeGreaterThan(0);
    expect(figures['rankCorrelation']).toBeGreaterThan(0.9);
    expect(figures['advantageCorrelation']).toBeCloseTo(1, 6);
    expect(figures['cvFirstToken']).toBeGreaterThan(figures['cvStepMean'] as number);
    // FLOPs of a target are 0.2 + 0.8 of it: half the steps are within 60 %, and right on the items 0 to 5.
    expect(figures).toMatchObject({ gainShareAt60PercentFlops: 0.6, gainShareAt60PercentFlopsArm: 'entropy50', flopsAt90PercentGain: 0.84 });
    expect((details!['points'] as { arm: string; ms: number }[]).find(({ arm }) => arm === 'small')).toMatchObject({ share: 0, flops: 0.2, ms: (10 * 0.5 + 100 * 1) / 400 });
    expect(details!['families']).toHaveLength(2);
  });
});

describe('on the shipped pair', () => {
  let pair: LoadedPair;
  const ITEM = parseStepItems(JSON.stringify({ id: 'x', family: 'chain', level: 1, template: 'home', prompt: 'From 3 we add 1 and add 6. Show each step:\n\n', answer: '10', steps: ['3 + 1 = 4', '4 + 6 = 10'] }))[0]!;
  beforeAll(async () => {
    const engine = createReferenceEngine();
    const [large, small] = [await readCheckpoint('public/models/moe'), await readCheckpoint('public/models/dense-small')];
    pair = { small: { model: await engine.load(small), name: small.name }, large: { model: await engine.load(large), name: large.name }, tokenizer: large.tokenizer };
  }, 60_000);

  it('a remembered tree gives what the models give without it', async () => {
    const tree = openTree(pair);
    const ids = pair.tokenizer!.encode(ITEM.prompt);
    const settings = { ...COLLABORATION_DEFAULTS, finalByLarge: false, threshold: 0.1 };
    await runAll(tree.writers.two, ids, { ...settings, method: 'large' });
    await runAll(tree.writers.two, ids, { ...settings, method: 'small' });
    const { result } = await runAll(tree.writers.two, ids, settings);
    const writer = (which: 'small' | 'large') => ({ name: which, access: accessOf(pair[which].model, pair.tokenizer), plan: ROUTER_AS_TRAINED });
    const run = collaborate(writer('small'), writer('large'), ids, settings);
    let next = await run.next();
    while (next.done !== true) next = await run.next();
    const plain = next.value;
    const timeless = (value: typeof plain) => ({ ...value, total: value.total.flops, costs: value.costs.largePrefill.tokens });
    expect(timeless(result)).toEqual(timeless(plain));
    expect(tree.writers.two.small.measured.readTokens).toBeGreaterThanOrEqual(ids.length);
    const counts = countsOf(result, ITEM.answer, tree.writers.two.large, ids.length);
    expect(counts.right).toBe(lastStep(result.text) === 'answer: 10');
    tree.dispose();
  }, 60_000);

  it('scores own steps and given ones, one entry a step', async () => {
    const tree = openTree(pair);
    const given = await givenSteps(tree, pair.tokenizer!, ITEM);
    expect([given.first.length, given.mean.length, given.advantage.length]).toEqual([3, 3, 3]);
    const scores = await ownScores(tree.writers.two, pair.tokenizer!.encode(ITEM.prompt), WISHES);
    expect(new Set(Object.values(scores).map((list) => list.length)).size).toBe(1);
    // The first given step begins where the first own one does.
    expect(given.first[0]).toBeCloseTo(scores.entropy[0]!, 3);
    tree.dispose();
  }, 60_000);
});

it('items and calibrations that are none are refused in words', () => {
  expect(() => parseStepItems('{"id": "x"}')).toThrow('Line 1 is no multi-step item');
  expect(() => parseCalibration({ format: 'moe-first-token-entropy', version: '2.0' })).toThrow('This is not a calibration file: version');
});

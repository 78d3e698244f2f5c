import { describe, expect, it } from 'vitest';
import { parseResults } from '../results';
import { createApp } from '../app';
import { BETA_SCALE, lastStep, RATE_SCALE, stepOf, valueAt } from './powerScale';
import { withStep } from './rerouting';
import { RICE_CARD } from './riceCard';
import { chosenExperts, pickExpert, rankingOf, setMarkerWeight, shippedMarkers, weightsOf } from './riceRanking';
import { runCard } from './slice';

const services = {} as Parameters<typeof createApp>[0];

describe('sliders over powers', () => {
  it('begin at 0 for beta and step by half doublings', () => {
    expect([0, 1, 2, 3, 5, 6, 9].map((step) => valueAt(BETA_SCALE, step))).toEqual([0, 0.25, 0.35, 0.5, 1, 1.4, 4]);
    expect(valueAt(BETA_SCALE, lastStep(BETA_SCALE))).toBe(512);
    expect([0, 0.01, 4, 64, 1000].map((value) => stepOf(BETA_SCALE, value))).toEqual([0, 1, 9, 17, 23]);
  });
  it('cover the step sizes', () => {
    expect([valueAt(RATE_SCALE, 0), valueAt(RATE_SCALE, lastStep(RATE_SCALE)), stepOf(RATE_SCALE, 0.05), valueAt(RATE_SCALE, 17)]).toEqual([0.001, 0.51, 17, 0.051]);
  });
});

describe('cycles on screen', () => {
  it('open with their first step and take the later ones', () => {
    const step = (n: number) => ({ step: n, contextLoss: 3 - n });
    const one = withStep(withStep([], 0, 8, step(0)), 0, 8, step(1));
    expect(one).toEqual([{ context: 8, steps: [step(0), step(1)] }]);
    expect(withStep(one, 1, 16, step(0)).map(({ context, steps }) => [context, steps.length])).toEqual([[8, 2], [16, 1]]);
  });
});

// 1 layer, 4 experts. T = 8. Marker "a" M = 2: expert 0 always and only there; expert 1 everywhere; expert 2 never.
const found = { tokens: 8, markers: 2, layers: 1, experts: 4, active: [2, 8, 4, 2], together: [2, 2, 0, 1] };
const results = parseResults({
  format: 'moe-results', version: '1.0', suite: 'rice', created: '2026-01-01T00:00:00.000Z', command: 'x', model: { id: 'm', sha256: '0'.repeat(64) }, engine: 'reference', summary: {},
  settings: { markers: [{ name: 'a', ids: [7] }, { name: 'b', ids: [9] }, { name: 'lost', ids: [1] }] },
  items: [{ id: 'find-a', at: found }, { id: 'find-b', at: { ...found, together: [0, 2, 2, 0] } }],
});

describe('markers and ranking', () => {
  const shipped = shippedMarkers(results);
  it('come with their counts, and the first one counts alone', () => {
    expect(shipped.map(({ name, ids }) => [name, ids])).toEqual([['a', [7]], ['b', [9]]]);
    expect(weightsOf(RICE_CARD, shipped)).toEqual({ a: 1 });
    expect(weightsOf(RICE_CARD, [])).toEqual({ own: 1 });
  });
  it('rank by the weighted sum of nPMI', () => {
    const ranking = rankingOf(RICE_CARD, shipped);
    // 1; 0; -1; [log2(1/2) + log2(8/2)] / log2(8/1) = 1/3.
    expect(ranking.maps[0]?.values).toEqual([1, 0, -1, expect.closeTo(1 / 3, 12)]);
    expect(ranking.ranked.map(({ expert }) => expert)).toEqual([0, 3, 1, 2]);
    // b: k = 2 of K = 4, M = 2: [0 + 1] / 2 = .5 for expert 2, -1 for 0 and 3.
    const both = rankingOf({ ...RICE_CARD, weights: { a: 1, b: -1 } }, shipped);
    expect(both.ranked.map(({ expert, score }) => [expert, score])).toEqual([[0, 2], [3, expect.closeTo(4 / 3, 12)], [1, 0], [2, -1.5]]);
    expect(both.maps.map(({ name }) => name)).toEqual(['a', 'b']);
  });
  it('wait for the own marker until it is counted on its text', () => {
    const own = { ...RICE_CARD, weights: { own: 1 }, own: ' x' };
    expect(rankingOf(own, shipped).ranked).toEqual([]);
    const counts = shipped[0]!.counts!;
    expect(rankingOf({ ...own, ownCounts: { own: ' y', counts } }, shipped).ranked).toEqual([]);
    expect(rankingOf({ ...own, ownCounts: { own: ' x', counts } }, shipped).ranked).toHaveLength(4);
  });
  it('give the set that is steered, and a click makes it the visitor\u2019s own', () => {
    const { ranked } = rankingOf(RICE_CARD, shipped);
    expect(chosenExperts(RICE_CARD, ranked)).toEqual([{ layer: 0, expert: 0 }, { layer: 0, expert: 3 }]);
    expect(chosenExperts({ ...RICE_CARD, set: 'bottom' }, ranked)).toEqual([{ layer: 0, expert: 2 }, { layer: 0, expert: 1 }]);
    expect(chosenExperts(RICE_CARD, [])).toEqual([]);
    const app = createApp(services);
    pickExpert(app, { layer: 0, expert: 3 }, ranked);
    expect(app.store.getState().steering.rice).toMatchObject({ set: 'manual', picked: [{ layer: 0, expert: 0 }] });
    pickExpert(app, { layer: 0, expert: 1 }, ranked);
    expect(app.store.getState().steering.rice.picked).toEqual([{ layer: 0, expert: 0 }, { layer: 0, expert: 1 }]);
    setMarkerWeight(app, shipped, 'b', -0.5);
    expect(app.store.getState().steering.rice.weights).toEqual({ a: 1, b: -0.5 });
  });
});

describe('the work of a card', () => {
  it('is said to run, and ends with a result, a sentence, or what was there', async () => {
    const app = createApp(services);
    const card = () => app.store.getState().steering.topP;
    const taken: number[] = [];
    const seen: boolean[] = [];
    await runCard(app, 'topP', async () => { seen.push(card().running); return { result: 3 }; }, (n) => taken.push(n));
    expect([seen, taken, card().running, card().fault]).toEqual([[true], [3], false, '']);
    await runCard(app, 'topP', async () => ({ fault: 'No text.' }), () => taken.push(0));
    expect([taken, card().fault]).toEqual([[3], 'No text.']);
    await runCard(app, 'topP', async () => undefined, () => taken.push(0));
    expect([taken, card().running, card().fault]).toEqual([[3], false, '']);
  });
});

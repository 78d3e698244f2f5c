import { describe, expect, it } from 'vitest';
import { degeneration, perplexity, repetitionRate } from './degeneration';
import { countMarker, markerPlaces, npmi, npmiOf, type MarkerCounts } from './npmi';
import { chooseExperts, rankExperts } from './rank';
import { checkRice, RICE_DEFAULTS, ricePlan } from './settings';

describe('nPMI of an expert and a marker', () => {
  it('is 1 for an expert that is active at the marker, always, and nowhere else', () => {
    expect(npmi(10, 10, 10, 1000)).toBe(1);
  });

  it('is 0 for an expert that is always active', () => {
    expect(npmi(10, 1000, 10, 1000)).toBe(0);
  });

  it('is 0 for an expert that does not care', () => {
    expect(npmi(5, 100, 50, 1000)).toBeCloseTo(0, 12);
  });

  it('is -1 where the two never meet, and 0 where both are everywhere', () => {
    expect(npmi(0, 100, 50, 1000)).toBe(-1);
    expect(npmi(1000, 1000, 1000, 1000)).toBe(0);
  });

  it('agrees with a value worked out by hand', () => {
    // p(x, E) = 1/8, p(x) = 1/4, p(E) = 1/4: log2(2) / 3
    expect(npmi(1, 2, 2, 8)).toBeCloseTo(1 / 3, 12);
  });
});

/** One layer, three experts, one chosen for each of six tokens. */
const routing = { layers: 1, experts: 3, slots: 2, chosen: Uint16Array.from([0, 0, 1, 0, 0, 0, 1, 0, 2, 1, 0, 0]), count: Uint16Array.from([1, 1, 1, 1, 2, 1]) };
const text = { ids: [7, 9, 7, 9, 8, 7], routing };

describe('counting', () => {
  it('knows the places of a marker', () => {
    expect(markerPlaces([7, 9, 7], { ids: [9], place: 'at' })).toEqual([false, true, false]);
    expect(markerPlaces([7, 9, 7], { ids: [9], place: 'before' })).toEqual([true, false, false]);
  });

  it('counts choices, all of a token, over all texts', () => {
    const counts = countMarker([text, text], { ids: [9], place: 'at' });
    expect(counts).toEqual({ tokens: 12, markers: 4, active: Uint32Array.from([6, 6, 2]), together: Uint32Array.from([0, 4, 0]), layers: 1, experts: 3 });
    // log2(4/4) + log2(12/6) over log2(12/4)
    expect([...npmiOf(counts)]).toEqual([-1, expect.closeTo(0.63093, 5), -1]);
  });
});

const counts = (together: readonly number[], active: readonly number[]): MarkerCounts => ({ tokens: 100, markers: 10, layers: 2, experts: 3, active: Uint32Array.from(active), together: Uint32Array.from(together) });

describe('ranking', () => {
  const start = counts([10, 0, 1, 9, 1, 0], [10, 50, 40, 9, 50, 41]);
  const end = counts([0, 10, 0, 10, 0, 0], [10, 50, 40, 9, 50, 41]);

  it('goes over all layers, by weighted nPMI', () => {
    expect(rankExperts([{ weight: 1, counts: start }]).slice(0, 2)).toEqual([
      { layer: 0, expert: 0, score: 1, npmi: [1], together: [10], active: 10 },
      { layer: 1, expert: 0, score: expect.closeTo(0.95625, 4) as number, npmi: [expect.closeTo(0.95625, 4)], together: [9], active: 9 },
    ]);
    // The second of them goes with the other marker as well, which has a negative weight.
    const signed = rankExperts([{ weight: 1, counts: start }, { weight: -1, counts: end }]);
    expect(signed[0]).toMatchObject({ layer: 0, expert: 0, score: 2, together: [10, 0] });
    expect(signed.at(-1)).toMatchObject({ layer: 0, expert: 1 });
  });

  it('refuses what it cannot rank', () => {
    expect(() => rankExperts([])).toThrow('No marker is chosen');
    expect(() => rankExperts([{ weight: 1, counts: { ...start, markers: 0 } }])).toThrow('Marker 1 does not occur in the text');
  });

  it('gives top, bottom and random sets; random ones of the same layers, by seed', () => {
    const ranked = rankExperts([{ weight: 1, counts: start }]);
    expect(chooseExperts(ranked, 2, 'top')).toEqual([{ layer: 0, expert: 0 }, { layer: 1, expert: 0 }]);
    expect(chooseExperts(ranked, 2, 'bottom')).toEqual([{ layer: 1, expert: 2 }, { layer: 0, expert: 1 }]);
    const draws = Array.from({ length: 20 }, (_, seed) => chooseExperts(ranked, 2, 'random', seed));
    for (const draw of draws) {
      expect(draw.map(({ layer }) => layer)).toEqual([0, 1]);
      for (const { expert } of draw) expect([1, 2]).toContain(expert);
    }
    expect(new Set(draws.map((draw) => JSON.stringify(draw))).size).toBeGreaterThan(1);
    expect(chooseExperts(ranked, 2, 'random', 3)).toEqual(chooseExperts(ranked, 2, 'random', 3));
    expect(chooseExperts(ranked, 0, 'bottom')).toEqual([]);
  });
});

describe('steering', () => {
  it('scales the chosen experts, a layer an entry', () => {
    const experts = [{ layer: 5, expert: 3 }, { layer: 2, expert: 1 }, { layer: 5, expert: 7 }];
    expect(ricePlan(experts, { beta: 4, renormalise: true }).entries).toEqual([
      { layers: [2], tokens: 'all', scale: { '1': 4 }, renormalise: 'after-scale' },
      { layers: [5], tokens: 'all', scale: { '3': 4, '7': 4 }, renormalise: 'after-scale' },
    ]);
    expect(ricePlan(experts.slice(0, 1), { beta: 0, renormalise: false }, { from: 9 }).entries).toEqual([{ layers: [5], tokens: { from: 9 }, scale: { '3': 0 } }]);
    expect(ricePlan([], RICE_DEFAULTS).entries).toEqual([]);
  });

  it('refuses settings that cannot be', () => {
    expect(() => checkRice(RICE_DEFAULTS)).not.toThrow();
    expect(() => checkRice({ l: 11, beta: NaN })).toThrow('The number of experts is 11, but a whole number from 0 to 10 is wanted. Beta is NaN, but a number from 0 to 512 is wanted.');
  });
});

describe('degeneration', () => {
  const plain = { ids: [1, 2, 3, 4, 5, 6, 7, 8], logProb: Array<number>(8).fill(-1) };

  it('sees repetition', () => {
    expect(repetitionRate([1, 2, 3, 4, 1, 2, 3, 4])).toBe(1 / 5);
    expect(repetitionRate([1, 1, 1, 1, 1, 1, 1])).toBe(3 / 4);
    expect(repetitionRate([1, 2])).toBe(0);
    expect(degeneration({ ids: [1, 1, 1, 1, 1, 1, 1], logProb: [-1] }, plain)).toEqual({ repetition: 0.75, perplexity: Math.E, degenerate: true });
  });

  it('sees what the unsteered model finds unlikely', () => {
    expect(perplexity([-Math.LN2, -3 * Math.LN2])).toBeCloseTo(4, 12);
    expect(degeneration({ ids: plain.ids, logProb: [-2.3] }, plain).degenerate).toBe(false);
    expect(degeneration({ ids: plain.ids, logProb: [-2.4] }, plain).degenerate).toBe(true);
  });
});

import { describe, expect, it } from 'vitest';
import { CorePathway, coreExperts, optimiser, rateAt, rowChange } from './core';
import type { Reference, ReferenceStore } from './item';
import { kernelWeights, median } from './kernel';
import { findNeighbours, hashText, poolOf, searchIn } from './neighbours';
import { tokenPositions } from './other-tokens';
import { defaultSettings } from './settings';
import { embeddingDistances, pathwayDistances } from './space';

const SETTINGS = defaultSettings({ layers: 1, experts: 2, topK: 1 });
const reference = (id: string, correct: boolean, embedding: readonly number[], pathway: readonly number[] = [0.5, 0.5]): Reference => ({
  id,
  family: '',
  prompt: id,
  options: ['a', 'b'],
  answer: 'a',
  baseAnswer: correct ? 'a' : 'b',
  correct,
  pathway: Float32Array.from(pathway),
  embedding: Float32Array.from(embedding),
});
/** Mean embedding (1, 0). */
const STORE: ReferenceStore = {
  layers: 1,
  experts: 2,
  width: 2,
  references: [reference('r0', true, [4, 0], [1, 0]), reference('r1', true, [1, 4], [0.6, 0.4]), reference('r2', false, [-2, 0], [0, 1]), reference('r3', true, [1, -4], [0.5, 0.5])],
};

describe('distances', () => {
  it('are cosines of centred embeddings', () => {
    const { distance, similarity } = embeddingDistances(STORE, [4, 3], 'cosine');
    const half = Math.SQRT1_2;
    [half, half, -half, -half].forEach((s, i) => {
      expect(similarity[i]).toBeCloseTo(s, 12);
      expect(distance[i]).toBeCloseTo(1 - s, 12);
    });
  });
  it('or Euclidean, of embeddings as they are', () => {
    expect([...embeddingDistances(STORE, [1, 0], 'euclidean').distance]).toEqual([3, 4, 3, 4]);
  });
  it('of pathways are Euclidean in the chosen layers', () => {
    const { distance, similarity } = pathwayDistances(STORE, [1, 0], [0]);
    expect(distance[0]).toBe(0);
    expect(distance[2]).toBeCloseTo(Math.SQRT2, 12);
    expect([similarity[0], similarity[2]]).toEqual([1, 0]);
    expect(similarity[3]).toBeCloseTo(Math.SQRT1_2, 12);
  });
});

describe('kernels', () => {
  const at = (...distances: readonly number[]) => distances.map((distance) => ({ distance, similarity: 1 - distance }));
  it('have the values of their formulas', () => {
    const ratio = (kernel: Parameters<typeof kernelWeights>[0]): number => {
      const [a = 0, b = 0] = kernelWeights(kernel, at(0, 0.5), 0.25);
      return b / a;
    };
    expect(ratio('gaussian')).toBeCloseTo(Math.exp(-2), 12);
    expect(ratio('matern')).toBeCloseTo((1 + 2 * Math.sqrt(3)) * Math.exp(-2 * Math.sqrt(3)), 12);
    expect(ratio('polynomial')).toBeCloseTo(2.25 / 4, 12);
    expect(ratio('linear')).toBeCloseTo(0.5, 12);
  });
  it('a wide one weighs all the same, a narrow one takes the nearest', () => {
    for (const kernel of ['gaussian', 'matern'] as const) {
      expect([...kernelWeights(kernel, at(0.2, 0.4, 0.9), 1e9)].map((w) => w.toFixed(6))).toEqual(['0.333333', '0.333333', '0.333333']);
      expect([...kernelWeights(kernel, at(0.2, 0.4, 0.9), 1e-9)]).toEqual([1, 0, 0]);
      expect([...kernelWeights(kernel, at(0.2, 0.4), 0)]).toEqual([1, 0]);
      expect([...kernelWeights(kernel, at(0, 0), 0)]).toEqual([0.5, 0.5]);
    }
  });
  it('that are 0 everywhere weigh all the same', () => {
    expect([...kernelWeights('linear', at(1.5, 2), 1)]).toEqual([0.5, 0.5]);
  });
  it('take the median of an even number between its middle values', () => {
    expect([median([3, 1, 2]), median([4, 1, 2, 3])]).toEqual([2, 2.5]);
  });
});

describe('neighbours', () => {
  const { distance, similarity } = embeddingDistances(STORE, [4, 3], 'cosine');
  const search = (pool: readonly number[]) => searchIn(pool, { distance, similarity }, 1);
  it('come from a pool without duplicates', () => {
    expect(poolOf(STORE, { prompt: 'x' }, similarity, SETTINGS)).toEqual([0, 1, 3]);
    expect(poolOf(STORE, { prompt: 'r1' }, similarity, { pool: 'all', duplicate: 0.95 })).toEqual([0, 2, 3]);
    expect(poolOf(STORE, { prompt: 'r1' }, similarity, { pool: 'all', duplicate: 1 })).toEqual([0, 1, 2, 3]);
    expect(poolOf(STORE, { prompt: 'x' }, Float64Array.of(0.96, 0.94, 0, 0), { pool: 'all', duplicate: 0.95 })).toEqual([1, 2, 3]);
  });
  it('are the nearest, ties to the earlier line', () => {
    const exact = { distance: Float64Array.of(2, 1, 1, 3), similarity: new Float64Array(4) };
    expect(findNeighbours(STORE, { prompt: 'x' }, { pool: [0, 1, 2, 3], distances: exact, bandwidth: 1e9 }, { ...SETTINGS, k: 3 }).map(({ index }) => index)).toEqual([1, 2, 0]);
  });
  it('or all in a ball', () => {
    expect(findNeighbours(STORE, { prompt: 'x' }, search([0, 1, 3]), { ...SETTINGS, neighbourhood: 'ball', epsilon: 0.3 }).map(({ index }) => index).toSorted()).toEqual([0, 1]);
    expect(findNeighbours(STORE, { prompt: 'x' }, search([3]), { ...SETTINGS, neighbourhood: 'ball', epsilon: 0.3 })).toEqual([]);
  });
  it('are random with a hash of the prompt', () => {
    expect([hashText(''), hashText('a'), hashText('foobar')]).toEqual([0x811c9dc5, 0xe40c292c, 0xbf9cf968]);
  });
});

describe('the free part of a pathway', () => {
  const start = Float64Array.of(0.4, 0.3, 0.2, 0.1);
  it('is what the router ranks highest', () => {
    expect(coreExperts([0.1, 0.4, 0.4, 0.1, 0.7, 0.1, 0.1, 0.1], 4, 2)).toEqual([[1, 2], [0, 1]]);
  });
  it('is kept from becoming negative, and in its sum', () => {
    const pathway = new CorePathway(start, 4, [[0, 1]], 'rescale');
    pathway.descend([1, -0.7, 9, 9], 0.5, optimiser('gradient-descent', 4));
    expect([...pathway.omega].map((v) => Number(v.toFixed(12)))).toEqual([0, 0.7, 0.2, 0.1]);
    pathway.moveTo([-1, -1, 5, 5]);
    expect([...pathway.omega].map((v) => Number(v.toFixed(12)))).toEqual([0, 0.7, 0.2, 0.1]);
  });
  it('moves over logits as the chain rule says', () => {
    const pathway = new CorePathway(start, 4, [[0, 1]], 'logits');
    const gradient = [1, -1, 0, 0];
    // mean = (0.4 - 0.3) / 0.7; du = 0.4 (1 - mean), 0.3 (-1 - mean)
    const mean = 0.1 / 0.7;
    const u = [Math.log(0.4) - 0.5 * 0.4 * (1 - mean), Math.log(0.3) - 0.5 * 0.3 * (-1 - mean)] as const;
    const share = Math.exp(u[0]) / (Math.exp(u[0]) + Math.exp(u[1]));
    pathway.descend(gradient, 0.5, optimiser('gradient-descent', 4));
    expect(pathway.omega[0]).toBeCloseTo(0.7 * share, 12);
    expect(pathway.omega[1]).toBeCloseTo(0.7 * (1 - share), 12);
    expect(pathway.omega[2]).toBe(0.2);
  });
  it('is compared row by row', () => {
    expect([...rowChange([0.5, 0.5, 1, 0], [0.25, 0.75, 1, 0], 2)]).toEqual([0.5, 0]);
  });
});

describe('steps', () => {
  it('follow a cosine from the first to the last size', () => {
    const settings = { steps: 3, rateStart: 1, rateEnd: 0.5, schedule: 'cosine' } as const;
    expect([1, 2, 3].map((t) => rateAt(t, settings))).toEqual([1, 0.75, 0.5]);
    expect(rateAt(1, { ...settings, steps: 1 })).toBe(1);
    expect(rateAt(3, { ...settings, schedule: 'constant' })).toBe(1);
  });
  it('of Adam are as long as the rate at first, whatever the gradient', () => {
    const step = optimiser('adam', 2);
    const first = step(Float64Array.of(3, -0.001), 0.1);
    expect(first[0]).toBeCloseTo(-0.1, 6);
    expect(first[1]).toBeCloseTo(0.1, 5);
    // Second step by hand: m = 0.9 * 0.3 + 0.1 * -1 = 0.17 (over 0.19), v = 0.999 * 0.009 + 0.001 = 0.009991 (over 0.001999).
    expect(step(Float64Array.of(-1, 0), 0.1)[0]).toBeCloseTo((-0.1 * (0.17 / 0.19)) / Math.sqrt(0.009991 / 0.001999), 6);
  });
});

it('places of tokens', () => {
  expect(tokenPositions({ place: 'first', count: 3 }, 10)).toEqual([0, 1, 2]);
  expect(tokenPositions({ place: 'middle', count: 1 }, 10)).toEqual([4]);
  expect(tokenPositions({ place: 'middle', count: 3 }, 10)).toEqual([3, 4, 5]);
  expect(tokenPositions({ place: 'last', count: 3 }, 2)).toEqual([0, 1]);
});

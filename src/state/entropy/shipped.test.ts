import { describe, expect, it } from 'vitest';
import { parseResults } from '../results';
import { curvePlaces, handoverPoints, placeAt } from './shipped';

const time = { probe: 1, smallDecode: 2, largePrefill: 3, largeDecode: 4 };
const point = (arm: string, group: string, target: number | null, share: number, mean: number) => ({ arm, group, pair: 'two', target, threshold: null, accuracy: { mean, low: mean - 0.1, high: mean + 0.1, n: 300 }, share, tokenShare: share, flops: 0.2 + share, ms: 0.3 + share, tokens: time, time });
const file = (points: unknown) =>
  parseResults({ format: 'moe-results', version: '1.0', suite: 'glimprouter', created: '2026-01-01T00:00:00.000Z', command: 'c', model: { id: 'moe', sha256: 'a'.repeat(64) }, engine: 'webgpu', settings: {}, summary: {}, items: [], points });

const points = handoverPoints(
  file([point('small', 'small', null, 0, 0.2), point('large', 'large', null, 1, 0.8), point('entropy30', 'entropy', 0.3, 0.25, 0.5), point('random30-1', 'random', 0.3, 0.3, 0.3), point('random30-2', 'random', 0.3, 0.32, 0.4)]),
);

describe('the shipped curve', () => {
  it('runs from the small model to the large one; coins of one share are one point', () => {
    expect(curvePlaces(points, 'entropy').map(({ target, share, y }) => [target, share, y])).toEqual([[0, 0, 0.2], [0.3, 0.25, 0.5], [1, 1, 0.8]]);
    const [, coin] = curvePlaces(points, 'random');
    expect(coin?.share).toBeCloseTo(0.31, 12);
    expect(coin?.y).toBeCloseTo(0.35, 12);
  });

  it('has a place for every share that is aimed at', () => {
    const half = placeAt(curvePlaces(points, 'entropy'), 0.15);
    expect(half?.share).toBeCloseTo(0.125, 12);
    expect(half?.y).toBeCloseTo(0.35, 12);
    expect(half?.cost).toBeCloseTo(0.325, 12);
    expect(half?.time).toEqual(time);
    expect(placeAt([], 0.5)).toBeUndefined();
  });

  it('is none where a file lists no points, or one that is no point', () => {
    expect(handoverPoints(file(undefined))).toEqual([]);
    expect(handoverPoints(file([{ arm: 'small' }]))).toEqual([]);
  });
});

import { describe, expect, it } from 'vitest';
import { blended, layerRows, mixRows, ranked, rowDistance, uniformOmega, withWeight } from './omega';

const round = (values: ArrayLike<number>): number[] => Array.from(values, (value) => Number(value.toFixed(6)));

describe('rows of mixing weights', () => {
  it('rank by weight, ties to the lower id', () => {
    expect(ranked([0.1, 0.4, 0.1, 0.4])).toEqual([1, 3, 0, 2]);
  });

  it('keep their sum when one weight is set', () => {
    expect(round(withWeight([0.5, 0.3, 0.2], 0, 0.75))).toEqual([0.75, 0.15, 0.1]);
    expect(round(withWeight([1, 0, 0], 0, 0.4))).toEqual([0.4, 0.3, 0.3]);
    expect(round(withWeight([0.5, 0.5], 1, 7))).toEqual([0, 1]);
  });

  it('blend with the router', () => {
    expect(round(blended(Float32Array.of(1, 0), Float32Array.of(0, 1), 0.25))).toEqual([0.25, 0.75]);
  });

  it('are taken out by layer', () => {
    expect([...layerRows(Float32Array.of(1, 2, 3, 4, 5, 6), [0, 2], 2)]).toEqual([1, 2, 5, 6]);
    expect([...uniformOmega(1, 4)]).toEqual([0.25, 0.25, 0.25, 0.25]);
    expect(rowDistance([0.5, 0.5], [0.25, 0.75])).toBe(0.5);
  });

  it('say who crosses the cut', () => {
    const rows = mixRows([0.5, 0.3, 0.15, 0.05], [0.2, 0.3, 0.45, 0.05], [0, 1, 2], 2);
    expect(rows.map(({ expert, rankBefore, rankAfter, crossing }) => [expert, rankBefore, rankAfter, crossing])).toEqual([
      [2, 3, 1, 'enters'],
      [1, 2, 2, undefined],
      [0, 1, 3, 'leaves'],
    ]);
    expect(rows[0]?.share).toBeCloseTo(0.6, 9);
    expect(rows[2]?.share).toBeUndefined();
  });
});

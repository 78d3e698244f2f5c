import { describe, expect, it } from 'vitest';
import { binValues, layoutSentence, rollLane, scrollToShow, spreadLabels, tokenAt, tokensBetween } from './sentence';

const layout = layoutSentence([10, 20.2, 0], { padding: 4, gap: 2, minimum: 16 });

describe('sentence layout', () => {
  it('places tokens one after the other with a least width', () => {
    expect([...layout.left]).toEqual([0, 20, 51]);
    expect([...layout.width]).toEqual([18, 29, 16]);
    expect(layout.total).toBe(67);
  });

  it('finds the token under a point, clamped to the text', () => {
    expect([-5, 0, 19, 20, 50, 51, 900].map((x) => tokenAt(layout, x))).toEqual([0, 0, 0, 1, 1, 2, 2]);
  });

  it('finds what is in sight', () => {
    expect(tokensBetween(layout, 19, 25)).toEqual({ first: 0, end: 2 });
    expect(tokensBetween(layoutSentence([], { padding: 4, gap: 2, minimum: 16 }), 0, 100)).toEqual({ first: 0, end: 0 });
  });

  it('scrolls only as far as a token needs', () => {
    const long = layoutSentence(new Array<number>(100).fill(10), { padding: 4, gap: 2, minimum: 16 });
    expect(scrollToShow(long, 2, 0, 400)).toBe(0);
    expect(scrollToShow(long, 50, 0, 400)).toBe(50 * 20 + 18 + 100 - 400);
    expect(scrollToShow(long, 99, 0, 400)).toBe(long.total - 400);
    expect(scrollToShow(long, 0, 300, 400)).toBe(0);
  });

  it('thins the lanes of many experts', () => {
    expect(rollLane(16)).toBe(4.5);
    expect(rollLane(64)).toBe(1.5);
    expect(rollLane(0)).toBe(0);
  });

  it('moves labels apart and keeps their order', () => {
    expect(spreadLabels([10, 12, 40], 14, 0, 100)).toEqual([10, 24, 40]);
    expect(spreadLabels([98, 96], 14, 0, 100)).toEqual([100, 86]);
  });

  it('bins values, the largest into the last bin and unknown ones nowhere', () => {
    expect(binValues([0, 0.9, 1, 9, Number.NaN], 4, 4)).toEqual([2, 1, 0, 1]);
  });
});

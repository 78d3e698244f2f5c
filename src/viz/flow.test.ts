import { describe, expect, it } from 'vitest';
import { labelledLanes, layoutFlow, shortLabel } from './flow';

const gate = [0.1, 0.5, 0.05, 0.35];
const base = { width: 420, experts: 4, lane: 16, gate, chosen: [1, 3], mix: [0.6, 0.4], cut: 0.2 };

describe('flow layout', () => {
  it('keeps lanes in id order at equal distances', () => {
    const { lanes } = layoutFlow(base);
    expect(lanes.map(({ expert }) => expert)).toEqual([0, 1, 2, 3]);
    expect(new Set(lanes.slice(1).map(({ y }, i) => y - (lanes[i]?.y ?? 0)))).toEqual(new Set([16]));
  });

  it('draws bars in proportion to the gate and the cut between them', () => {
    const { lanes, barX, cutX } = layoutFlow(base);
    expect((lanes[1]?.bar ?? 0) / (lanes[0]?.bar ?? 1)).toBeCloseTo(5, 6);
    expect(cutX).toBeGreaterThan(barX + (lanes[0]?.bar ?? 0));
    expect(cutX).toBeLessThan(barX + (lanes[3]?.bar ?? 0));
  });

  it('gives one ribbon to each chosen expert, in rank order, and none when nothing ran', () => {
    expect(layoutFlow(base).ribbons.map(({ expert, rank }) => [expert, rank])).toEqual([[1, 0], [3, 1]]);
    expect(layoutFlow({ ...base, chosen: [], mix: [] }).ribbons).toEqual([]);
    expect(layoutFlow({ ...base, chosen: [], mix: [] }).cutX).toBeUndefined();
  });

  it('stays finite where probabilities are unknown or all weights are zero', () => {
    const unknown = layoutFlow({ ...base, gate: [Number.NaN, Number.NaN, Number.NaN, Number.NaN], mix: [0, 0], cut: undefined });
    expect(JSON.stringify(unknown)).not.toMatch(/null|NaN/);
  });

  it('writes the numbers of chosen lanes first and leaves out what would collide', () => {
    expect([...labelledLanes(8, 16, [3])].sort()).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
    expect([...labelledLanes(16, 4, [5, 6, 12])].sort((a, b) => a - b)).toEqual([0, 5, 8, 12]);
  });

  it('never lets the boxes reach the sum, even in a narrow column', () => {
    for (const width of [320, 340, 400, 640, 900]) {
      const { boxX, boxWidth, sum } = layoutFlow({ ...base, width });
      expect(boxX + boxWidth).toBeLessThan(sum.x - sum.radius - 20);
    }
  });
});

describe('a token beside the lanes', () => {
  it('stays whole where it fits', () => {
    expect(shortLabel('had', 46)).toBe('had');
  });

  it('is cut off with an ellipsis where it does not, and never to nothing', () => {
    expect(shortLabel('<|endoftext|>', 46)).toBe('<|e\u2026');
    expect(shortLabel('adjective', 46)).toBe('adj\u2026');
    expect(shortLabel('\u6771\u4eac\u90fd\u5e81', 46)).toBe('\u6771\u2026');
    expect(shortLabel('word', 3)).toBe('w\u2026');
  });
});

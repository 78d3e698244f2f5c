import { describe, expect, it } from 'vitest';
import { diamond, disc, rollPaths, stemPaths } from './marks';

describe('marks', () => {
  it('are drawn around their place', () => {
    expect(disc(10, 20, 2)).toBe('M8 20a2 2 0 1 0 4 0a2 2 0 1 0 -4 0z');
    expect(diamond(10, 20, 5)).toBe('M10 15l5 5l-5 5l-5 -5z');
  });

  it('give first tokens of steps a diamond, filled at the threshold, and the others a dot', () => {
    const at = [{ token: 3, x: 10, y: 5 }, { token: 4, x: 30, y: 6 }, { token: 5, x: 50, y: 7 }];
    const paths = stemPaths({ at, base: 60, first: new Map([[4, true], [5, false]]) });
    expect(paths.stems).toBe('M10 60V5M50 60V7');
    expect(paths.strong).toBe('M30 60V6');
    expect([paths.dots.match(/M/g)?.length, paths.above.match(/M/g)?.length, paths.below.match(/M/g)?.length]).toEqual([1, 1, 1]);
  });
});

describe('the roll', () => {
  it('gathers bars by paint: first choices, later ones, and each slot', () => {
    const chosen = [[0, 1], [2, 0], [1]];
    const paths = rollPaths({ first: 0, end: 3, left: [0, 20, 40], width: [18, 18, 18], top: 100, lane: 4, chosen: (t) => chosen[t] ?? [], slots: new Map([[1, 0]]) });
    expect(paths.first).toBe('M1 100.25h16v3.5h-16zM21 108.25h16v3.5h-16z');
    expect(paths.later).toBe('M21 100.25h16v3.5h-16z');
    expect([...paths.slots]).toEqual([[0, 'M1 104.25h16v3.5h-16zM41 104.25h16v3.5h-16z']]);
  });
});

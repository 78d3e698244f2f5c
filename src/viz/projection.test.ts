import { describe, expect, it } from 'vitest';
import { projectPoints } from './projection';

describe('projectPoints', () => {
  // Eigenvalues of the scatter of these points, worked out by hand: 40 along (1, 1, 0)/sqrt 2, 4 along (0, 0, 1), 0 else.
  const points = [
    [3, 3, 1],
    [-3, -3, 1],
    [1, 1, -1],
    [-1, -1, -1],
  ];

  it('finds the axes of most variance, with their shares', () => {
    const { x, y, share } = projectPoints(points, 1);
    expect([...x].map((value) => Number(value.toFixed(6)))).toEqual([4.242641, -4.242641, 1.414214, -1.414214]);
    expect([...y].map((value) => Number(value.toFixed(6)) + 0)).toEqual([1, 1, -1, -1]);
    expect(share[0]).toBeCloseTo(40 / 44, 9);
    expect(share[1]).toBeCloseTo(4 / 44, 9);
  });

  it('gives the same map for another seed, and places a new point on it', () => {
    const [a, b] = [projectPoints(points, 1), projectPoints(points, 99)];
    for (const i of points.keys()) expect(b.x[i]).toBeCloseTo(a.x[i] ?? 0, 6);
    const [x, y] = a.place([2, 2, 5]);
    expect(x).toBeCloseTo(2 * Math.SQRT2, 6);
    expect(y).toBeCloseTo(5, 6);
  });

  it('lays points that are all one on one place', () => {
    const { x, y, share } = projectPoints([[1, 2], [1, 2]], 1);
    expect([...x, ...y, ...share]).toEqual([0, 0, 0, 0, 0, 0]);
    expect(projectPoints([], 1).x).toHaveLength(0);
  });
});

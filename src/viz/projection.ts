/**
 * A map of many points in two dimensions: principal component analysis by power iteration with deflation, seeded, so that
 * the same points give the same map. Distances on the map are those that its two axes can show, no more.
 */
import { uniformAt } from '../base/pcg';

export interface Projection {
  /** Coordinates along the two axes of most variance. [n] */
  readonly x: Float64Array;
  readonly y: Float64Array;
  /** Share of the variance along each axis, 0 to 1; 0 where all points are one. */
  readonly share: readonly [number, number];
  /** Places another point on the map. */
  readonly place: (point: ArrayLike<number>) => readonly [x: number, y: number];
}

const AXES = 2;
const MOST_ROUNDS = 1000;
/** An axis stands when a round turns it by less than this. */
const TURNED = 1e-14;

/**
 * O(n d^2 + rounds d^2).
 * @param points n rows of d numbers each
 * @param seed of the first guess of each axis
 */
export function projectPoints(points: readonly ArrayLike<number>[], seed: number): Projection {
  const width = points[0]?.length ?? 0;
  const mean = new Float64Array(width);
  for (const point of points) for (let i = 0; i < width; i += 1) mean[i] = (mean[i] ?? 0) + (point[i] ?? 0) / points.length;
  const rows = points.map((point) => Float64Array.from(mean, (middle, i) => (point[i] ?? 0) - middle));
  const scatter = scatterOf(rows, width);
  const total = scatter.reduce((sum, row, i) => sum + (row[i] ?? 0), 0);
  const axes: Float64Array[] = [];
  const share: [number, number] = [0, 0];
  for (let a = 0; a < AXES; a += 1) {
    const { axis, spread } = mainAxis(scatter, axes, seed + a);
    axes.push(axis);
    share[a] = total > 0 ? spread / total : 0;
  }
  const along = (a: number) => Float64Array.from(rows, (row) => dot(row, axes[a] ?? row));
  return {
    x: along(0),
    y: along(1),
    share,
    place: (point) => {
      const row = Float64Array.from(mean, (middle, i) => (point[i] ?? 0) - middle);
      return [dot(row, axes[0] ?? row), dot(row, axes[1] ?? row)];
    },
  };
}

/** Sums of products of all pairs of coordinates. [d, d], symmetric */
function scatterOf(rows: readonly Float64Array[], width: number): readonly Float64Array[] {
  const scatter = Array.from({ length: width }, () => new Float64Array(width));
  for (const row of rows) {
    for (let i = 0; i < width; i += 1) {
      const line = scatter[i] ?? row;
      const value = row[i] ?? 0;
      for (let j = i; j < width; j += 1) line[j] = (line[j] ?? 0) + value * (row[j] ?? 0);
    }
  }
  for (let i = 0; i < width; i += 1) for (let j = 0; j < i; j += 1) (scatter[i] ?? new Float64Array(0))[j] = scatter[j]?.[i] ?? 0;
  return scatter;
}

/** The direction of most variance at right angles to the axes found before, and the sum of squares along it. */
function mainAxis(scatter: readonly Float64Array[], before: readonly Float64Array[], seed: number): { readonly axis: Float64Array; readonly spread: number } {
  let axis = Float64Array.from(scatter, (_, i) => uniformAt(seed, i) - 0.5);
  clear(axis, before);
  scale(axis);
  let spread = 0;
  for (let round = 0; round < MOST_ROUNDS; round += 1) {
    const next = Float64Array.from(scatter, (row) => dot(row, axis));
    clear(next, before);
    spread = scale(next);
    if (spread === 0) break;
    const turned = 1 - dot(next, axis);
    axis = next;
    if (turned < TURNED) break;
  }
  // The sign of an axis means nothing: its largest entry is made positive, so that it does not flip between runs.
  const largest = axis.reduce((most, value) => (Math.abs(value) > Math.abs(most) ? value : most), 0);
  return { axis: largest < 0 ? axis.map((value) => -value) : axis, spread };
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i += 1) sum += (a[i] ?? 0) * (b[i] ?? 0);
  return sum;
}

/** Takes what lies along the given axes out of a vector. */
function clear(vector: Float64Array, axes: readonly Float64Array[]): void {
  for (const axis of axes) {
    const along = dot(vector, axis);
    for (let i = 0; i < vector.length; i += 1) vector[i] = (vector[i] ?? 0) - along * (axis[i] ?? 0);
  }
}

/** Brings a vector to length 1 and returns the length it had. */
function scale(vector: Float64Array): number {
  const length = Math.sqrt(dot(vector, vector));
  if (length > 0) for (let i = 0; i < vector.length; i += 1) vector[i] = (vector[i] ?? 0) / length;
  return length;
}

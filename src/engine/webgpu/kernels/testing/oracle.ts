/**
 * The blocks of the model in float64 from their formulas, each value with a bound on what float32 may differ by:
 *   a dot product of K terms: (K + 1) 2^-23 sum |a_i b_i|;
 *   what follows it: the derivative's bound times that, plus WebNN's units in the last place (sigmoid 34, softmax 3N + 3).
 */
import { uniformAt } from '../../../../base/pcg';

export const ULP = 2 ** -23;
const TINY = 1e-30;

/** A value and how far from it a float32 computation may be. */
export interface Bounded {
  readonly value: number;
  readonly bound: number;
}

export type Vector = ArrayLike<number>;

/** n standard normal numbers times `spread`, in float32; the same for the same seed. */
export function normals(seed: number, n: number, spread = 1): Float32Array<ArrayBuffer> {
  return Float32Array.from({ length: n }, (_, i) => {
    const radius = Math.sqrt(-2 * Math.log(1 - uniformAt(seed, 2 * i)));
    return spread * radius * Math.cos(2 * Math.PI * uniformAt(seed, 2 * i + 1));
  });
}

/** Marks memory that nothing may write. */
export const UNTOUCHED = 12345;

export function untouched(n: number): Float32Array<ArrayBuffer> {
  return new Float32Array(n).fill(UNTOUCHED);
}

/** Rows [rows, width] as columns [width, rows padded to vec4]; what fills up would be seen. */
export function padded(matrix: Float32Array, rows: number, width: number): Float32Array<ArrayBuffer> {
  const stride = Math.ceil(rows / 4) * 4;
  return Float32Array.from({ length: width * stride }, (_, i) => (i % stride < rows ? matrix[(i % stride) * width + Math.floor(i / stride)]! : 1e30));
}

export function row(matrix: Float32Array, index: number, width: number): Float32Array {
  return matrix.subarray(index * width, (index + 1) * width);
}

export function dot(a: Vector, at: (k: number) => number, scale = 1): Bounded {
  let value = 0;
  let size = 0;
  for (let k = 0; k < a.length; k++) {
    value += a[k]! * at(k);
    size += Math.abs(a[k]! * at(k));
  }
  // Twice: the mean of squares in `scale` is a dot product of as many terms, under a square root.
  const factor = scale === 1 ? 1 : 2;
  return { value: value * scale, bound: factor * (a.length + 5) * ULP * size * scale + TINY };
}

export function normScale(x: Vector, epsilon: number): number {
  let squares = 0;
  for (let i = 0; i < x.length; i++) squares += x[i]! * x[i]!;
  return 1 / Math.sqrt(squares / x.length + epsilon);
}

/** x [K] times w [K, N], optionally of the normalised x: N values. */
export function product(x: Vector, w: Vector, columns: number, scale = 1): Bounded[] {
  return Array.from({ length: columns }, (_, n) => dot(x, (k) => w[k * columns + n]!, scale));
}

export function add(a: Bounded, b: number): Bounded {
  const value = a.value + b;
  return { value, bound: a.bound + ULP * (Math.abs(b) + Math.abs(value)) };
}

/** silu(g) u */
export function swiglu(g: Bounded, u: Bounded): Bounded {
  const silu = g.value / (1 + Math.exp(-g.value));
  // |silu'| < 1.1 everywhere.
  return { value: silu * u.value, bound: 1.1 * g.bound * (Math.abs(u.value) + u.bound) + Math.abs(silu) * u.bound + 36 * ULP * Math.abs(silu * u.value) + TINY };
}

/** sum_i weights[i] rows[i]. */
export function weighted(weights: readonly number[], values: readonly Bounded[], start = 0): Bounded {
  let value = start;
  let bound = TINY;
  let size = Math.abs(start);
  values.forEach((v, i) => {
    value += weights[i]! * v.value;
    size += Math.abs(weights[i]! * v.value);
    bound += Math.abs(weights[i]!) * v.bound;
  });
  return { value, bound: bound + (values.length + 2) * ULP * size };
}

/** Euclidean length of a vector whose parts are known up to their bounds. */
export function length(values: readonly Bounded[]): Bounded {
  const value = Math.hypot(...values.map((v) => v.value));
  return { value, bound: Math.hypot(...values.map((v) => v.bound)) + (values.length + 4) * ULP * value + TINY };
}

/** RMSNorm with a gain over one head. */
export function headNorm(values: readonly Bounded[], gains: Vector, epsilon: number): Bounded[] {
  const plain = values.map((v) => v.value);
  const scale = normScale(plain, epsilon);
  const size = length(values);
  const relative = size.bound / Math.max(size.value, TINY) + (values.length + 6) * ULP;
  return values.map((v, i) => ({ value: v.value * scale * gains[i]!, bound: Math.abs(gains[i]!) * scale * (v.bound + Math.abs(v.value) * relative) }));
}

/** q'[i] = q[i] cos - q[i + h/2] sin,  q'[i + h/2] = q[i + h/2] cos + q[i] sin,  angle = position theta^(-2i/h). */
export function rotate(values: readonly Bounded[], position: number, theta: number): Bounded[] {
  const half = values.length / 2;
  return values.map((own, j) => {
    const other = values[(j + half) % values.length]!;
    const angle = position * theta ** ((-2 * (j % half)) / values.length);
    const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
    const value = own.value * cos + (j < half ? -1 : 1) * other.value * sin;
    const bound = own.bound + other.bound + 6 * ULP * (Math.abs(own.value) + Math.abs(other.value));
    return { value, bound: bound + TINY };
  });
}

/** Attention of one query over n keys and values, each [headDim]. */
export function attend(query: Vector, keys: readonly Vector[], values: readonly Vector[]): Bounded[] {
  const scores = keys.map((key) => dot(query, (i) => key[i]!));
  const scale = 1 / Math.sqrt(query.length);
  const most = Math.max(...scores.map((s) => s.value)) * scale;
  const least = Math.min(...scores.map((s) => s.value)) * scale;
  const weights = scores.map((s) => Math.exp(s.value * scale - most));
  const total = weights.reduce((sum, w) => sum + w, 0);
  // exp is good to 3 + 2 |x| units; a running maximum multiplies up to n of them, whose exponents add up to the range.
  const units = 8 * keys.length + 40 + 4 * (most - least);
  const relative = 2 * scale * Math.max(...scores.map((s) => s.bound)) + units * ULP;
  return Array.from({ length: query.length }, (_, i) => {
    let value = 0;
    let size = 0;
    weights.forEach((w, j) => {
      value += (w / total) * values[j]![i]!;
      size += (w / total) * Math.abs(values[j]![i]!);
    });
    return { value, bound: size * relative + TINY };
  });
}

/** The vector arithmetic that every block uses, in float64. Weights stay float32, in which they are exact. */

/** out = W x for W [rows, cols] row-major; `out` may be longer than rows. */
export function matVec(weights: Float32Array, x: Float64Array, out: Float64Array, rows: number, cols: number): void {
  for (let row = 0; row < rows; row++) {
    // Four sums, because one would wait for each addition before the next.
    let a = 0;
    let b = 0;
    let c = 0;
    let d = 0;
    const base = row * cols;
    let i = 0;
    for (; i + 3 < cols; i += 4) {
      a += (weights[base + i] as number) * (x[i] as number);
      b += (weights[base + i + 1] as number) * (x[i + 1] as number);
      c += (weights[base + i + 2] as number) * (x[i + 2] as number);
      d += (weights[base + i + 3] as number) * (x[i + 3] as number);
    }
    for (; i < cols; i++) a += (weights[base + i] as number) * (x[i] as number);
    out[row] = a + b + (c + d);
  }
}

/**
 * out = x / sqrt(mean(x^2) + epsilon) * gain over `size` values from `offset`, also in place
 * (https://arxiv.org/abs/1910.07467).
 */
export function rmsNorm(x: Float64Array, gain: Float32Array, epsilon: number, out: Float64Array, offset = 0, size = gain.length): void {
  let squares = 0;
  for (let i = 0; i < size; i++) squares += (x[offset + i] as number) ** 2;
  const scale = 1 / Math.sqrt(squares / size + epsilon);
  for (let i = 0; i < size; i++) out[offset + i] = (x[offset + i] as number) * scale * (gain[i] as number);
}

/** out += factor * x over the length of `out`. */
export function addScaled(out: Float64Array, x: Float64Array, factor: number): void {
  for (let i = 0; i < out.length; i++) out[i] = (out[i] as number) + factor * (x[i] as number);
}

/** Euclidean norm of the first `size` values. */
export function norm(x: Float64Array, size: number): number {
  let squares = 0;
  for (let i = 0; i < size; i++) squares += (x[i] as number) ** 2;
  return Math.sqrt(squares);
}

/** 1 / (1 + e^-x) */
export function sigmoid(x: number): number {
  return 1 / (1 + Math.exp(-x));
}

/**
 * Derivatives of the vector arithmetic in linear.ts and of one SwiGLU, in float64. Every function adds to the gradient that it is
 * given, because a value that is used twice gets two parts. Gradients of weights are not taken: the weights stay as they are.
 */
import { matVec, sigmoid } from './linear';
import type { Swiglu } from './feed-forward';

/** dx += W^T dy for W [rows, cols] row-major: the derivative of y = W x. */
export function matVecBackward(weights: Float32Array, dy: Float64Array, dx: Float64Array, rows: number, cols: number): void {
  for (let row = 0; row < rows; row++) {
    const factor = dy[row] as number;
    if (factor === 0) continue;
    const base = row * cols;
    for (let i = 0; i < cols; i++) dx[i] = (dx[i] as number) + factor * (weights[base + i] as number);
  }
}

/**
 * Of y = x r gain with r = 1 / sqrt(mean(x^2) + epsilon), over `size` values from `offset`:
 * dx += r (gain dy - x r^2 mean(gain dy x)).
 */
export function rmsNormBackward(x: Float64Array, gain: Float32Array, epsilon: number, dy: Float64Array, dx: Float64Array, offset = 0, size = gain.length): void {
  let squares = 0;
  let dot = 0;
  for (let i = 0; i < size; i++) {
    const value = x[offset + i] as number;
    squares += value * value;
    dot += (gain[i] as number) * (dy[offset + i] as number) * value;
  }
  const mean = squares / size + epsilon;
  const scale = 1 / Math.sqrt(mean);
  const pull = dot / size / mean;
  for (let i = 0; i < size; i++) {
    const at = offset + i;
    dx[at] = (dx[at] as number) + scale * ((gain[i] as number) * (dy[at] as number) - (x[at] as number) * pull);
  }
}

/** What one SwiGLU was computed from, kept for its derivative. */
export interface SwigluTape {
  /** Before the activation. [F] */
  readonly gate: Float64Array;
  /** [F] */
  readonly up: Float64Array;
  /** [D] */
  readonly out: Float64Array;
}

/** down(silu(gate x) * up x), with all that its derivative needs. */
export function tapeSwiglu(x: Float64Array, weights: Swiglu): SwigluTape {
  const { hidden } = weights;
  const tape = { gate: new Float64Array(hidden), up: new Float64Array(hidden), out: new Float64Array(x.length) };
  matVec(weights.gate, x, tape.gate, hidden, x.length);
  matVec(weights.up, x, tape.up, hidden, x.length);
  const inner = tape.gate.map((g, i) => g * sigmoid(g) * (tape.up[i] as number));
  matVec(weights.down, inner, tape.out, x.length, hidden);
  return tape;
}

/** dx += the derivative of `factor * swiglu(x)` with respect to x, for the gradient dy of the product. */
export function swigluBackward(tape: SwigluTape, weights: Swiglu, factor: number, dy: Float64Array, dx: Float64Array): void {
  const { hidden } = weights;
  const inner = new Float64Array(hidden);
  matVecBackward(weights.down, dy, inner, dx.length, hidden);
  const dGate = new Float64Array(hidden);
  const dUp = new Float64Array(hidden);
  for (let i = 0; i < hidden; i++) {
    const g = tape.gate[i] as number;
    const s = sigmoid(g);
    const d = factor * (inner[i] as number);
    dUp[i] = d * g * s;
    dGate[i] = d * (tape.up[i] as number) * (s + g * s * (1 - s));
  }
  matVecBackward(weights.gate, dGate, dx, hidden, dx.length);
  matVecBackward(weights.up, dUp, dx, hidden, dx.length);
}

/** Inner product of two vectors of one length. */
export function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i] as number) * (b[i] as number);
  return sum;
}

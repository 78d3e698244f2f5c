/** The free values of a pathway: which they are, and how they are kept a distribution. docs/METHODS.md, "Core experts" and "Projection". */
import type { C3poSettings } from './settings';

/**
 * The n experts of each row with the largest weight, ties to the lower id.
 * @param omega [C, E]
 * @returns [C][n], highest first
 */
export function coreExperts(omega: ArrayLike<number>, experts: number, n: number): number[][] {
  return Array.from({ length: omega.length / experts }, (_, c) => {
    const weight = (e: number): number => omega[c * experts + e] ?? 0;
    return Array.from({ length: experts }, (__, e) => e)
      .sort((a, b) => weight(b) - weight(a) || a - b)
      .slice(0, n);
  });
}

/** Sum of absolute differences of each row. [C] */
export function rowChange(a: ArrayLike<number>, b: ArrayLike<number>, experts: number): Float32Array {
  const out = new Float64Array(a.length / experts);
  for (let i = 0; i < a.length; i++) {
    const c = Math.floor(i / experts);
    out[c] = (out[c] ?? 0) + Math.abs((a[i] ?? 0) - (b[i] ?? 0));
  }
  return Float32Array.from(out);
}

/** Turns a gradient into a change of the values, before the step size. */
export type Optimiser = (gradient: Float64Array, rate: number) => Float64Array;

/** Plain descent, or Adam (https://arxiv.org/abs/1412.6980) with bias correction. */
export function optimiser(kind: C3poSettings['optimiser'], size: number): Optimiser {
  if (kind === 'gradient-descent') return (gradient, rate) => gradient.map((g) => -rate * g);
  const mean = new Float64Array(size);
  const square = new Float64Array(size);
  let step = 0;
  return (gradient, rate) => {
    step++;
    return gradient.map((g, i) => {
      const m = (mean[i] = 0.9 * (mean[i] ?? 0) + 0.1 * g);
      const v = (square[i] = 0.999 * (square[i] ?? 0) + 0.001 * g * g);
      return (-rate * (m / (1 - 0.9 ** step))) / (Math.sqrt(v / (1 - 0.999 ** step)) + 1e-8);
    });
  };
}

/** Step size of step t = 1..steps. */
export function rateAt(t: number, settings: Pick<C3poSettings, 'steps' | 'rateStart' | 'rateEnd' | 'schedule'>): number {
  const { steps, rateStart, rateEnd, schedule } = settings;
  if (schedule === 'constant' || steps === 1) return rateStart;
  return rateEnd + ((rateStart - rateEnd) * (1 + Math.cos((Math.PI * (t - 1)) / (steps - 1)))) / 2;
}

/** A pathway of which only the core moves, in float64 between float32 evaluations. */
export class CorePathway {
  /** [C, E] */
  omega: Float64Array;
  /** Logits of the free values where the projection is over them. [C, E] */
  private u: Float64Array;
  /** What the free values of each layer sum to, always. [C] */
  private readonly mass: readonly number[];
  private readonly free: readonly boolean[];

  constructor(
    readonly start: Float64Array,
    readonly experts: number,
    readonly core: readonly (readonly number[])[],
    private readonly projection: C3poSettings['projection'],
  ) {
    this.omega = start.slice();
    this.u = start.map((value) => Math.log(Math.max(value, Number.MIN_VALUE)));
    this.mass = core.map((ids, c) => ids.reduce((sum, e) => sum + (start[c * experts + e] ?? 0), 0));
    this.free = Array.from(start, (_, i) => core[Math.floor(i / experts)]?.includes(i % experts) ?? false);
  }

  /** Moves to the given values, which are projected: not negative, free ones only, of their old sum. */
  moveTo(target: ArrayLike<number>): void {
    const moved = this.start.map((value, i) => (this.free[i] ? Math.max(0, target[i] ?? 0) : value));
    this.core.forEach((ids, c) => {
      const sum = ids.reduce((total, e) => total + (moved[c * this.experts + e] ?? 0), 0);
      for (const e of ids) {
        const i = c * this.experts + e;
        moved[i] = sum === 0 ? (this.omega[i] ?? 0) : ((moved[i] ?? 0) * (this.mass[c] ?? 0)) / sum;
      }
    });
    this.omega = moved;
  }

  /** One step down a gradient [C, E] of omega. */
  descend(gradient: ArrayLike<number>, rate: number, optimise: Optimiser): void {
    const own = this.start.map((_, i) => (this.free[i] ? (gradient[i] ?? 0) : 0));
    if (this.projection === 'rescale') {
      const change = optimise(own, rate);
      this.moveTo(this.omega.map((value, i) => value + (change[i] ?? 0)));
      return;
    }
    const change = optimise(this.logitGradient(own), rate);
    this.u = this.u.map((value, i) => value + (this.free[i] ? (change[i] ?? 0) : 0));
    const omega = this.omega.slice();
    this.core.forEach((ids, c) => {
      const at = (e: number): number => this.u[c * this.experts + e] ?? 0;
      const most = Math.max(...ids.map(at));
      const total = ids.reduce((sum, e) => sum + Math.exp(at(e) - most), 0);
      for (const e of ids) omega[c * this.experts + e] = ((this.mass[c] ?? 0) * Math.exp(at(e) - most)) / total;
    });
    this.omega = omega;
  }

  /** dL/du_e = omega_e (g_e - sum over the core of omega_j g_j / mass) */
  private logitGradient(gradient: Float64Array): Float64Array {
    const mean = this.core.map((ids, c) => ids.reduce((sum, e) => sum + (this.omega[c * this.experts + e] ?? 0) * (gradient[c * this.experts + e] ?? 0), 0) / (this.mass[c] || 1));
    return gradient.map((g, i) => (this.free[i] ? (this.omega[i] ?? 0) * (g - (mean[Math.floor(i / this.experts)] ?? 0)) : 0));
  }
}

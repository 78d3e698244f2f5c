/** The steps of one cycle: gradient descent or Adam on a loss with respect to added router logits. */
import { throwIfCancelled } from '../../base/errors';
import type { RouterLogitProblem } from '../../engine/gradients';
import type { ReroutingSettings } from './settings';

export interface RerouteStep {
  /** 0 is before the first step. */
  readonly step: number;
  /** Mean next-token loss of the context, nats. */
  readonly contextLoss: number;
  /** Of the tokens after the context; present where there are any to be held out. */
  readonly heldOutLoss?: number;
}

const ADAM = { beta1: 0.9, beta2: 0.999, epsilon: 1e-8 } as const;

export interface StepRequest {
  readonly settings: Pick<ReroutingSettings, 'rate' | 'steps' | 'optimiser' | 'clamp'>;
  /** Factor on the step size of each layer of the problem; 0 leaves a layer as it is. [C] */
  readonly weights: readonly number[];
  /** Called with every step before it is followed by the next. */
  readonly observe?: (step: RerouteStep) => void;
  /** Loss of the held-out tokens under these values; not called where absent. */
  readonly heldOut?: (delta: Float32Array) => Promise<number>;
  readonly signal?: AbortSignal;
}

/**
 * Runs the steps of a cycle from `start`.
 * @param start [C, E], left as it is
 * @returns the final values, and steps + 1 losses: of `start` first, of the result last
 */
export async function descend(problem: RouterLogitProblem, start: Float32Array, request: StepRequest): Promise<{ delta: Float32Array; steps: RerouteStep[] }> {
  const { settings, weights, observe, heldOut, signal } = request;
  const { rate, optimiser, clamp } = settings;
  const options = signal ? { signal } : {};
  const delta = start.slice();
  const first = new Float64Array(delta.length);
  const second = new Float64Array(delta.length);
  const steps: RerouteStep[] = [];
  for (let step = 0; step <= settings.steps; step++) {
    throwIfCancelled(signal);
    const last = step === settings.steps;
    const { loss, gradient } = await problem.evaluate(delta, { gradient: !last, ...options });
    const reached = { step, contextLoss: loss[0] ?? NaN, ...(heldOut ? { heldOutLoss: await heldOut(delta) } : {}) };
    steps.push(reached);
    observe?.(reached);
    if (last || gradient === undefined) break;
    for (let i = 0; i < delta.length; i++) {
      const weight = weights[Math.floor(i / problem.experts)] ?? 0;
      if (weight === 0) continue;
      const g = gradient[i] ?? 0;
      let direction = g;
      if (optimiser === 'adam') {
        const m = (first[i] = ADAM.beta1 * (first[i] ?? 0) + (1 - ADAM.beta1) * g);
        const v = (second[i] = ADAM.beta2 * (second[i] ?? 0) + (1 - ADAM.beta2) * g * g);
        direction = m / (1 - ADAM.beta1 ** (step + 1)) / (Math.sqrt(v / (1 - ADAM.beta2 ** (step + 1))) + ADAM.epsilon);
      }
      delta[i] = Math.min(clamp, Math.max(-clamp, (delta[i] ?? 0) - rate * weight * direction));
    }
  }
  return { delta, steps };
}

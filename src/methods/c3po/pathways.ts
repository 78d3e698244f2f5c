/** The surrogates that use the question's embedding: kernel regression and gradient descent. arXiv 2504.07964, eq. 1-6. */
import { PlaygroundError } from '../../base/errors';
import { CorePathway, optimiser, rateAt } from './core';
import type { Neighbour, StepReport } from './result';
import { neighbourProblem, pathwayOutcome, pathwayReport, type Outcome, type RunContext } from './run';
import { pathwayRows } from './space';
import type { ReferenceStore } from './item';

/** Kernel-weighted mean of the neighbours' pathways in the chosen layers. [C, E] */
export function meanPathway(store: ReferenceStore, neighbours: readonly Neighbour[], layers: readonly number[]): Float64Array {
  const mean = new Float64Array(layers.length * store.experts);
  for (const { index, weight } of neighbours) {
    const reference = store.references[index];
    if (reference === undefined) throw new RangeError(`reference ${index} of ${store.references.length}`);
    pathwayRows(reference, layers, store.experts).forEach((value, i) => (mean[i] = (mean[i] ?? 0) + weight * value));
  }
  return mean;
}

/** Shares of the router's own pathway that the line search tries, from 1 down. */
export const ALPHAS = [1, 0.9, 0.8, 0.7, 0.6, 0.5, 0.4, 0.3, 0.2, 0.1, 0] as const;

function free({ router, core, settings, question }: RunContext): CorePathway {
  return new CorePathway(Float64Array.from(router), question.experts, core, settings.projection);
}

/** omega = alpha router + (1 - alpha) mean of the neighbours; with the line search a step for each alpha, and one for the best. */
export async function* regressionSteps(context: RunContext): AsyncGenerator<StepReport, Outcome> {
  const { session, question, settings, router } = context;
  const neighbours = session.neighbours(question, settings);
  if (neighbours.length === 0) return pathwayOutcome(context, router, neighbours, 1);
  const mean = meanPathway(session.store, neighbours, settings.layers);
  const mixed = (alpha: number): Float32Array => {
    const pathway = free(context);
    pathway.moveTo(mean.map((value, i) => alpha * (router[i] ?? 0) + (1 - alpha) * value));
    return Float32Array.from(pathway.omega);
  };
  if (settings.alphaRegression !== 'search') {
    yield await pathwayReport(context, { step: 0, steps: 1, omega: router });
    const omega = mixed(settings.alphaRegression);
    yield await pathwayReport(context, { step: 1, steps: 1, omega });
    return pathwayOutcome(context, omega, neighbours, settings.alphaRegression);
  }
  const problem = await neighbourProblem(context, neighbours);
  let best: { alpha: number; loss: number; omega: Float32Array } = { alpha: 1, loss: Infinity, omega: router };
  for (const [step, alpha] of ALPHAS.entries()) {
    const omega = alpha === 1 ? router : mixed(alpha);
    const { loss } = await problem.evaluate(omega, false);
    if (loss < best.loss) best = { alpha, loss, omega };
    yield await pathwayReport(context, { step, steps: ALPHAS.length, omega, surrogateLoss: loss });
  }
  yield await pathwayReport(context, { step: ALPHAS.length, steps: ALPHAS.length, omega: best.omega, surrogateLoss: best.loss });
  return pathwayOutcome(context, best.omega, neighbours, best.alpha);
}

/** Steps down the neighbours' weighted loss; for the oracle, down the question's own. */
export async function* descentSteps(context: RunContext): AsyncGenerator<StepReport, Outcome> {
  const { session, question, settings, router } = context;
  const { steps } = settings;
  const oracle = settings.method === 'oracle';
  if (oracle && question.target === undefined) throw new PlaygroundError('bad-input', 'The oracle uses the right answer, and this question has none: mark one option as right.');
  const neighbours = oracle ? [] : session.neighbours(question, settings);
  if (!oracle && neighbours.length === 0) return pathwayOutcome(context, router, neighbours);
  const problem = await neighbourProblem(context, neighbours, oracle);
  const pathway = free(context);
  const optimise = optimiser(settings.optimiser, router.length);
  let omega: Float32Array = router;
  for (let step = 0; step < steps; step++) {
    const { loss, gradient } = await problem.evaluate(omega, true);
    yield await pathwayReport(context, { step, steps, omega, surrogateLoss: loss, rate: step === 0 ? undefined : rateAt(step, settings) });
    pathway.descend(gradient, rateAt(step + 1, settings), optimise);
    omega = Float32Array.from(pathway.omega);
  }
  // The loss after the last step is for the eye: the method itself does not need it.
  const last = context.watch ? (await problem.evaluate(omega, false, false)).loss : undefined;
  yield await pathwayReport(context, { step: steps, steps, omega, surrogateLoss: last, rate: steps === 0 ? undefined : rateAt(steps, settings) });
  return pathwayOutcome(context, omega, neighbours);
}

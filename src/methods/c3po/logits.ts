/** Ours, not the paper's: values added to the router logits of every token, fitted to labelled neighbours. docs/METHODS.md, `ngdLogits`. */
import type { WeightedSequence } from '../../engine/gradients';
import type { PlanEntry, RoutingPlan } from '../../routing/plan';
import { optimiser, rateAt, rowChange } from './core';
import { gradientsOf, type Question } from './question';
import type { Neighbour, StepReport } from './result';
import { Meter, type Outcome, type RunContext } from './run';
import type { C3poSession } from './session';
import type { C3poSettings } from './settings';

/** A plan that adds delta [C, E] to the router logits of all tokens. */
export function logitPlan(delta: Float32Array, layers: readonly number[], experts: number): RoutingPlan {
  const entries = layers.map((layer, c): PlanEntry => ({
    layers: [layer],
    tokens: 'all',
    bias: Object.fromEntries(Array.from(delta.subarray(c * experts, (c + 1) * experts), (value, e) => [String(e), value])),
  }));
  return { format: 'moe-plan', version: '1.0', entries };
}

async function report({ question, settings, meter, watch, signal }: RunContext, step: number, delta: Float32Array, surrogateLoss: number | undefined): Promise<StepReport> {
  const answer = watch ? await question.answer(logitPlan(delta, settings.layers, question.experts), signal) : undefined;
  const trueLoss = question.singleToken && question.right !== undefined ? answer?.logProb[question.right] : undefined;
  return {
    step,
    steps: settings.steps,
    ...(surrogateLoss !== undefined && { surrogateLoss }),
    ...(trueLoss !== undefined && { trueLoss: -trueLoss }),
    ...(step > 0 && { rate: rateAt(step, settings) }),
    omega: delta,
    change: rowChange(delta, new Float32Array(delta.length), question.experts),
    ...(answer && { optionLogProb: answer.logProb }),
    cost: meter.cost(),
  };
}

/** Neighbours as texts that end in the first token of their right option, the only one whose loss counts. */
async function textsOf(session: C3poSession, neighbours: readonly Neighbour[]): Promise<{ sequences: WeightedSequence[]; tokens: number }> {
  const encoded = await Promise.all(neighbours.map(({ index }) => session.encode(index)));
  const sequences = encoded.map(({ ids, target }) => ({ ids: [...ids, target], weights: [...ids.map((_, t) => (t === ids.length - 1 ? 1 : 0)), 0] }));
  return { sequences, tokens: sequences.reduce((sum, { ids }) => sum + ids.length, 0) };
}

/** Passes of a run over those of the unchanged model, counted without running it: for answers that were computed elsewhere. */
export async function logitCost(session: C3poSession, question: Question, settings: C3poSettings): Promise<number> {
  const meter = new Meter(question.ids.length, question.layers, settings.layers);
  const { tokens } = await textsOf(session, session.neighbours(question, settings));
  meter.below(tokens);
  for (let step = 0; step < settings.steps; step++) meter.lastTokens(tokens, true);
  meter.whole(question.ids.length);
  return meter.relative;
}

export async function* logitSteps(context: RunContext): AsyncGenerator<StepReport, Outcome> {
  const { session, question, settings, meter, watch, signal } = context;
  const { layers, steps } = settings;
  const neighbours = session.neighbours(question, settings);
  let delta: Float32Array = new Float32Array(layers.length * question.experts);
  const outcome = (): Outcome => ({ omega: delta, neighbours, plan: logitPlan(delta, layers, question.experts), route: 'plan' });
  if (neighbours.length === 0) return outcome();
  const { sequences, tokens } = await textsOf(session, neighbours);
  meter.below(tokens);
  const problem = await gradientsOf(session.access).prepareRouterLogits(sequences, layers, signal);
  try {
    const values = new Float64Array(delta.length);
    const optimise = optimiser(settings.optimiser, delta.length);
    const evaluate = async (gradient: boolean): Promise<{ loss: number; slope: Float64Array }> => {
      if (gradient) meter.lastTokens(tokens, true);
      const result = await problem.evaluate(delta, { gradient, ...(signal && { signal }) });
      const slope = new Float64Array(delta.length);
      neighbours.forEach(({ weight }, b) => slope.forEach((value, i) => (slope[i] = value + weight * (result.gradient?.[b * delta.length + i] ?? 0))));
      return { loss: neighbours.reduce((sum, { weight }, b) => sum + weight * (result.loss[b] ?? 0), 0), slope };
    };
    for (let step = 0; step < steps; step++) {
      const { loss, slope } = await evaluate(true);
      yield await report(context, step, delta, loss);
      optimise(slope, rateAt(step + 1, settings)).forEach((change, i) => (values[i] = (values[i] ?? 0) + change));
      delta = Float32Array.from(values);
    }
    // The loss after the last step is for the eye, and not counted.
    yield await report(context, steps, delta, watch ? (await evaluate(false)).loss : undefined);
    return outcome();
  } finally {
    problem.dispose();
  }
}

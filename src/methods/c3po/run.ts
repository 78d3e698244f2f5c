/** What all methods share while they run: context, cost, reports. */
import type { PathwayProblem, PathwayResult } from '../../engine/gradients';
import type { PlanEntry, RoutingPlan } from '../../routing/plan';
import { rowChange } from './core';
import { gradientsOf, type Question } from './question';
import type { Cost, Neighbour, StepReport } from './result';
import type { C3poSession } from './session';
import type { C3poSettings } from './settings';

export interface RunContext {
  readonly session: C3poSession;
  readonly question: Question;
  readonly settings: C3poSettings;
  /** The router's distribution at the last token in the chosen layers. [C, E] */
  readonly router: Float32Array;
  /** [C][n] */
  readonly core: readonly (readonly number[])[];
  readonly meter: Meter;
  readonly watch: boolean;
  readonly signal: AbortSignal | undefined;
}

/** How a method ended. */
export interface Outcome {
  readonly omega: Float32Array;
  readonly neighbours: readonly Neighbour[];
  readonly plan: RoutingPlan;
  /** How the question is answered at the end: as before, with omega at the last token, or under the plan. */
  readonly route: 'none' | 'pathway' | 'plan';
  readonly alpha?: number;
  readonly notes?: readonly string[];
}

/** Counts passes of one token through one layer. docs/METHODS.md, "Cost". */
export class Meter {
  private preparation: number;
  private forward = 0;
  private backward = 0;
  private readonly began = performance.now();
  /** What the unchanged model needs for the prompt. */
  readonly base: number;

  constructor(
    promptTokens: number,
    private readonly layers: number,
    chosen: readonly number[],
  ) {
    this.base = promptTokens * layers;
    this.preparation = this.base;
    this.above = layers - (chosen[0] ?? 0);
  }

  /** Layers that an evaluation runs through. */
  private readonly above: number;

  /** Prompts that were run before the first step, without the question's own. */
  prompts(tokens: number): void {
    this.preparation += tokens * this.layers;
  }

  /** Tokens through the first chosen layer and all above. */
  lastTokens(count: number, gradient = false): void {
    this.forward += count * this.above;
    if (gradient) this.backward += 2 * count * this.above;
  }

  /** Texts through the layers below the first chosen one, once. */
  below(tokens: number): void {
    this.preparation += tokens * (this.layers - this.above);
  }

  /** All tokens of a text through the whole model. */
  whole(tokens: number): void {
    this.forward += tokens * this.layers;
  }

  /** All passes over those of the unchanged model. */
  get relative(): number {
    return (this.preparation + this.forward + this.backward) / this.base;
  }

  cost(): Cost {
    const { preparation, forward, backward } = this;
    return { preparation, forward, backward, milliseconds: performance.now() - this.began };
  }
}

/** Neighbours as one problem: the loss that they get with the question's pathway. */
export interface NeighbourProblem {
  readonly neighbours: readonly Neighbour[];
  /** Weighted loss, and gradient [C, E] where asked for. @param counted false where it is only looked at */
  evaluate(omega: Float32Array, gradient: boolean, counted?: boolean): Promise<{ loss: number; gradient: Float64Array }>;
}

/** Weighted sum of the losses and gradients of B prompts. */
function weighted({ loss, gradient }: PathwayResult, weights: readonly number[], size: number): { loss: number; gradient: Float64Array } {
  const sum = new Float64Array(size);
  weights.forEach((weight, b) => {
    if (gradient) for (let i = 0; i < size; i++) sum[i] = (sum[i] ?? 0) + weight * (gradient[b * size + i] ?? 0);
  });
  return { loss: weights.reduce((total, weight, b) => total + weight * (loss[b] ?? 0), 0), gradient: sum };
}

/** Prepares the problem of some neighbours, or of the question itself for the oracle (no neighbours, its own label). */
export async function neighbourProblem(context: RunContext, neighbours: readonly Neighbour[], own = false): Promise<NeighbourProblem> {
  const { session, question, settings, core, meter, router, signal } = context;
  const { layers, membership } = settings;
  const encoded = own ? [{ ids: question.ids, target: question.target ?? 0 }] : await Promise.all(neighbours.map(({ index }) => session.encode(index)));
  if (!own) meter.prompts(encoded.reduce((sum, { ids }) => sum + ids.length, 0));
  const prompts = encoded.map(({ ids }) => ids);
  const open = (): Promise<PathwayProblem> => gradientsOf(session.access).preparePathways(prompts, layers, signal);
  const problem = own ? await question.problem(layers, signal) : await question.keep(`${layers.join()} of ${neighbours.map(({ index }) => index).join()}`, open);
  const weights = own ? [1] : neighbours.map(({ weight }) => weight);
  const targets = encoded.map(({ target }) => target);
  return {
    neighbours,
    evaluate: async (omega, gradient, counted = true) => {
      if (counted) meter.lastTokens(targets.length, gradient);
      const result = await problem.evaluate(omega, { targets, ...(gradient && { gradient: { membership, core } }), ...(signal && { signal }) });
      return weighted(result, weights, router.length);
    },
  };
}

/** A report of a pathway, with the question scored under it where that is wanted. */
export async function pathwayReport(
  { question, settings, router, meter, watch, signal }: RunContext,
  step: { readonly step: number; readonly steps: number; readonly omega: Float32Array; readonly surrogateLoss?: number | undefined; readonly rate?: number | undefined },
): Promise<StepReport> {
  const { omega, surrogateLoss, rate } = step;
  const seen = watch ? await question.under(omega, settings.layers, signal) : undefined;
  return {
    step: step.step,
    steps: step.steps,
    ...(surrogateLoss !== undefined && { surrogateLoss }),
    ...(seen?.trueLoss !== undefined && { trueLoss: seen.trueLoss }),
    ...(rate !== undefined && { rate }),
    omega,
    change: rowChange(omega, router, question.experts),
    ...(seen && { optionLogProb: seen.optionLogProb }),
    cost: meter.cost(),
  };
}

/** A plan that puts the rows of omega [C, E] in the router's place at the last prompt token. */
export function pathwayPlan(omega: Float32Array, layers: readonly number[], experts: number): RoutingPlan {
  const entries = layers.map((layer, c): PlanEntry => ({ layers: [layer], tokens: 'last', override: [...omega.subarray(c * experts, (c + 1) * experts)] }));
  return { format: 'moe-plan', version: '1.0', entries };
}

/** The end of a method that moved the last token's pathway. */
export function pathwayOutcome({ settings, question }: RunContext, omega: Float32Array, neighbours: readonly Neighbour[], alpha?: number): Outcome {
  return { omega, neighbours, plan: pathwayPlan(omega, settings.layers, question.experts), route: 'pathway', ...(alpha !== undefined && { alpha }) };
}

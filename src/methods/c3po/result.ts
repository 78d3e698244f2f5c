/** What a run of a method on one question reports: while it runs, and at the end. */
import type { RoutingPlan } from '../../routing/plan';
import type { C3poSettings } from './settings';

export interface Neighbour {
  /** Index into the references of the store. */
  readonly index: number;
  /** In the space that was searched: embeddings, or pathways for mode finding. */
  readonly distance: number;
  /** Share in the weighted mean; the shares of all neighbours sum to 1. */
  readonly weight: number;
}

/** C chosen layers, E experts. Step 0 is the state before the first step. */
export interface StepReport {
  readonly step: number;
  /** Of how many. */
  readonly steps: number;
  /** What the method minimises, nats: the neighbours' weighted loss, or the question's own for the oracle; absent for mode finding. */
  readonly surrogateLoss?: number;
  /** Negative log-likelihood of the right option's first token, nats; present where the answer is known. */
  readonly trueLoss?: number;
  /** Step size used to get here; absent at step 0 and where there is none. */
  readonly rate?: number;
  /** Mixing distribution of the last token; of `ngdLogits`, the logits that are added. [C, E] */
  readonly omega: Float32Array;
  /** Sum of absolute differences to the values of step 0, by layer. [C] */
  readonly change: Float32Array;
  /** Log-probability of each option's first token (of `ngdLogits`, of the whole option), where it was scored at this step. */
  readonly optionLogProb?: Float32Array;
  /** Work since the run began. */
  readonly cost: Cost;
}

/**
 * Work in token-passes: one token through one layer, forward. A backward pass counts as two, as it does in arithmetic.
 * The unchanged model costs `prompt tokens x L`.
 */
export interface Cost {
  /** Running the question's prompt, and those of the neighbours, once before the first step. */
  readonly preparation: number;
  readonly forward: number;
  /** Already doubled. */
  readonly backward: number;
  readonly milliseconds: number;
}

export interface Answer {
  /** Index of the most likely option, ties to the first. */
  readonly option: number;
  /** Sum of the log-probabilities of each option's tokens after the prompt, nats. */
  readonly logProb: Float32Array;
}

export interface C3poResult {
  readonly settings: C3poSettings;
  readonly neighbours: readonly Neighbour[];
  readonly before: Answer;
  readonly after: Answer;
  /** All of them, step 0 first; of kernel regression, one for each alpha tried and the chosen one last. */
  readonly steps: readonly StepReport[];
  /** Kernel regression: the share of the router's own pathway that was used. */
  readonly alpha?: number;
  /** Free experts of each chosen layer, ranked by the router. [C][n] */
  readonly core: readonly (readonly number[])[];
  /** The router's own distribution at the last token. [C, E] */
  readonly router: Float32Array;
  /** Final values, as in the last step. [C, E] */
  readonly omega: Float32Array;
  /** Makes any run of this prompt use the result; `last` is the last prompt token. */
  readonly plan: RoutingPlan;
  /** Of the whole run, the unchanged model's own pass among it, without what was scored only to be looked at. */
  readonly cost: Cost;
  /** All passes of `cost` over those of the unchanged model, which alone is 1. */
  readonly relativeCost: number;
  /** What the visitor has to know about this run, a sentence each: several tokens to an option, fewer neighbours than asked for. */
  readonly notes: readonly string[];
}

/**
 * Calls of a ModelAccess between the page and the worker: what each is given and what it answers. Data only. A gradient
 * problem lives in the worker; the page holds its number.
 */
import type { RoutingPlan } from '../../routing/plan';
import type { GeneratedText, LastLogits, ScoredText } from '../access';
import type { Sampling } from '../engine';
import type { WriteRequest, WrittenText } from '../write';
import type { PathwayRequest, PathwayResult, RouterLogitResult, WeightedSequence } from '../gradients';

interface TextRequest {
  readonly ids: readonly number[];
  readonly plan: RoutingPlan;
  readonly routing: boolean;
}

/** What the page knows of a problem that was prepared. */
export interface PreparedProblem {
  readonly problem: number;
  readonly size: number;
  readonly layers: readonly number[];
  readonly experts: number;
  /** Last-token problems: the router's own softmax. [B, C, E] */
  readonly router: Float32Array;
}

/** By name: what a call takes and what it answers. */
export interface AccessCalls {
  readonly encode: { readonly request: { readonly text: string }; readonly answer: readonly number[] };
  readonly decode: { readonly request: { readonly ids: readonly number[] }; readonly answer: string };
  readonly embed: { readonly request: { readonly ids: readonly number[] }; readonly answer: Float32Array };
  readonly lastLogits: { readonly request: TextRequest; readonly answer: LastLogits };
  readonly score: { readonly request: TextRequest & { readonly watch?: readonly (readonly number[])[] }; readonly answer: ScoredText };
  readonly generate: { readonly request: TextRequest & { readonly maxNewTokens: number; readonly sampling: Sampling }; readonly answer: GeneratedText };
  readonly write: { readonly request: TextRequest & { readonly request: WriteRequest }; readonly answer: WrittenText };
  readonly preparePathways: { readonly request: { readonly prompts: readonly (readonly number[])[]; readonly layers: readonly number[] }; readonly answer: PreparedProblem };
  readonly prepareRouterLogits: { readonly request: { readonly sequences: readonly WeightedSequence[]; readonly layers: readonly number[] }; readonly answer: PreparedProblem };
  readonly evaluatePathways: { readonly request: { readonly problem: number; readonly omega: Float32Array; readonly request: Omit<PathwayRequest, 'signal'> }; readonly answer: PathwayResult };
  readonly evaluateRouterLogits: { readonly request: { readonly problem: number; readonly delta: Float32Array; readonly gradient: boolean }; readonly answer: RouterLogitResult };
  /** Frees a problem; one that is no longer there is no fault. */
  readonly disposeProblem: { readonly request: { readonly problem: number }; readonly answer: undefined };
  /** Frees what the calls before have kept, problems included. */
  readonly release: { readonly request: object; readonly answer: undefined };
}

export type AccessName = keyof AccessCalls;

/** One call, told apart by its name. */
export type AccessCall = { readonly [N in AccessName]: { readonly name: N; readonly request: AccessCalls[N]['request'] } }[AccessName];

export type AccessAnswer = AccessCalls[AccessName]['answer'];

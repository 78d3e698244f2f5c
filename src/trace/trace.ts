/**
 * Trace: what happened. The noun in the middle: engines and importers produce it, every view and
 * metric reads only it. This is the form in memory (typed arrays); `file.ts` holds the form on disk
 * (docs/TRACE_FORMAT.md), and `schema.ts` the checks at the border.
 *
 * All arrays have length T and every listed token was run through the model, the last generated one
 * too. Entropy and log-probabilities are in nats.
 */
import type { RoutingPlan } from '../routing/plan';

export interface Trace {
  readonly title: string;
  /** ISO 8601 time. */
  readonly created: string;
  /** `name@version` of the program that wrote it. */
  readonly exporter: string;
  /** The model whose routing is listed. */
  readonly model: TraceModel;
  /** All models that wrote tokens, where there was more than one. */
  readonly models?: readonly TraceModel[];
  readonly run: TraceRun;
  readonly tokens: TraceTokens;
  readonly routing: TraceRouting;
  readonly output: TraceOutput;
  readonly marks: readonly TraceMark[];
  /** View state under the URL's keys. */
  readonly view: Readonly<Record<string, string>>;
  readonly meta: Readonly<Record<string, unknown>>;
}

export interface TraceModel {
  readonly id: string;
  readonly revision?: string;
  readonly sha256?: string;
  readonly layers: number;
  /** Layer numbers that have a router; row l of routing arrays is `moeLayers[l]`. */
  readonly moeLayers: readonly number[];
  /** E; 0 for a dense model. */
  readonly experts: number;
  /** The model's own k. */
  readonly topK: number;
  readonly sharedExperts: number;
  readonly scoring: 'softmax' | 'sigmoid' | 'softmax-after-topk';
  readonly normTopk: boolean;
  readonly vocabulary?: number;
  readonly context?: number;
}

export interface TraceRun {
  readonly prompt?: string;
  /** How many of the tokens are prompt. */
  readonly promptTokens: number;
  readonly seed?: number;
  readonly sampling?: { readonly temperature: number; readonly topK: number; readonly topP: number };
  /** Backend and adapter, e.g. `webgpu (SwiftShader)`. */
  readonly backend?: string;
  readonly engine?: 'webgpu' | 'onnx' | 'reference';
  readonly method?: { readonly id: string; readonly params: Readonly<Record<string, unknown>> };
  readonly plan?: RoutingPlan;
  /** Free notes on what was changed by hand; `plan` is what counts. */
  readonly interventions?: readonly Readonly<Record<string, unknown>>[];
}

export type TokenKind = 'prompt' | 'generated' | 'special';

export interface TraceTokens {
  readonly ids: Uint32Array;
  readonly text: readonly string[];
  readonly kind: readonly TokenKind[];
  /** Index into `models` of the model that wrote each token; a token of a dense writer has `count` 0. [T] */
  readonly writer?: Uint16Array;
  /** Text of other ids that the trace mentions (candidates), so that it is readable without a tokenizer. */
  readonly names?: ReadonlyMap<number, string>;
}

/** Row-major over (T, L, ...), L = model.moeLayers.length. Slots past `count` hold 0. */
export interface TraceRouting {
  readonly slots: number;
  readonly experts: Uint16Array;
  /** What the layer really used; NaN where it is not known (null on disk), as in traces of programs that record choices only. [T, L, K] */
  readonly mix: Float32Array;
  /** Gate probability over all experts, after bias and override. [T, L, K] */
  readonly prob?: Float32Array;
  /** The router's own logits, before the plan. [T, L, E] */
  readonly logits?: Float32Array;
  /** [T, L]; absent means `slots` everywhere. */
  readonly count?: Uint16Array;
  readonly outputNorm?: Float32Array;
}

export interface TraceOutput {
  /** Nats, after token t, full vocabulary. */
  readonly entropy?: Float32Array;
  /** Id of the token that follows token t. */
  readonly chosen?: Uint32Array;
  /** Of token t given its prefix, nats; NaN where unknown (null on disk). */
  readonly logProb?: Float32Array;
  readonly top?: { readonly count: number; readonly ids: Uint32Array; readonly prob: Float32Array };
  /** [T, V] */
  readonly logits?: Float32Array;
}

export interface TraceMark {
  readonly token: number;
  readonly type: 'step-start' | 'window-start' | 'note';
  readonly entropy?: number;
  readonly decision?: string;
  readonly text?: string;
}

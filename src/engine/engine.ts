/**
 * The one interface through which everything above runs a model. Three implementations:
 * `webgpu` (our WGSL), `reference` (plain TypeScript in float64, the oracle), `onnx` (later).
 * Methods, the page and the command line know only this file.
 */
import type { ModelConfig } from '../model/config';
import type { Checkpoint } from '../model/checkpoint';
import type { RoutingPlan } from '../routing/plan';
import type { GradientCapability } from './gradients';
import type { KernelProfiler } from './kernel-times';

export type Backend = 'webgpu' | 'onnx' | 'reference';

/** What ran, for the badge, the trace and the bench. */
export interface EngineInfo {
  readonly backend: Backend;
  /** Adapter name as the driver reports it; empty where there is no adapter. */
  readonly adapter: string;
  /** The adapter runs on the CPU: right results, slow. */
  readonly software: boolean;
  /** Which kernels the load-time measurement chose, and why, in words; empty where there is no choice. */
  readonly forms: string;
  /** The kernels alone, by which the same numbers can be had again; absent where there is no choice. */
  readonly form?: string | undefined;
}

export interface Engine {
  readonly info: EngineInfo;
  /**
   * Compiles what a model of this shape will need, while its weights are still on their way; `load` waits for it. Never
   * fails: what goes wrong is said by `load`. Absent where there is nothing to compile.
   */
  prepare?(config: ModelConfig): Promise<void>;
  /** Puts a checkpoint on the device. Several models may be loaded at once. Throws `out-of-memory` or, in the page's own memory, `no-room`; `device-lost`, `cancelled`. */
  load(checkpoint: Checkpoint, options?: LoadOptions): Promise<LoadedModel>;
  /** What it holds on its device; absent where it has none. */
  memory?(): DeviceMemory;
  dispose(): void;
}

/** Counted where buffers are made and destroyed. */
export interface DeviceMemory {
  readonly buffers: number;
  readonly bytes: number;
  /** Errors of the device that nothing was waiting for; there should be none. */
  readonly errors: readonly string[];
}

export interface LoadOptions {
  readonly signal?: AbortSignal;
  /** Fraction done in [0, 1] with a word for the stage. */
  readonly onProgress?: (stage: 'upload' | 'compile' | 'measure', fraction: number) => void;
}

export interface LoadedModel {
  readonly config: ModelConfig;
  /** Starts an empty sequence with its own KV cache. `capacity` in tokens, at most the context. */
  createSequence(capacity?: number): Promise<Sequence>;
  /** Mean over the tokens of their input embeddings, D floats: what neighbour search compares (public/references/manifest.json says why). */
  embed(ids: readonly number[], signal?: AbortSignal): Promise<Float32Array>;
  /** Absent where the backend has none: an absent capability is a value, not an exception. */
  readonly gradients: GradientCapability | undefined;
  /** Times kernels; absent where the backend runs none on a device. */
  readonly profiler?: KernelProfiler | undefined;
  dispose(): void;
}

/** What a run should record beside the steps themselves. */
export interface Recording {
  /** Router logits, chosen experts, mixing weights, norms. */
  readonly routing: boolean;
  /** Vocabulary logits: of no position, of the last one of each call, or of all. */
  readonly logits: 'none' | 'last' | 'all';
}

export const RECORD_ROUTING: Recording = { routing: true, logits: 'none' };

/** How the next token is drawn. temperature 0 is greedy (ties to the lower id); topK 0 and topP 1 switch a cut off. */
export interface Sampling {
  readonly temperature: number;
  readonly topK: number;
  readonly topP: number;
  /** Unsigned 32-bit. The draw for the token at position t is a function of (seed, t) alone. */
  readonly seed: number;
}

export const GREEDY: Sampling = { temperature: 0, topK: 0, topP: 1, seed: 0 };

export interface RunOptions {
  readonly plan: RoutingPlan;
  /** Resolves `tokens: "last"` in the plan: number of prompt tokens of the whole sequence. */
  readonly promptLength: number;
  readonly sampling: Sampling;
  readonly record: Recording;
  readonly signal?: AbortSignal;
}

/**
 * A token sequence with its KV cache. Positions are absolute, 0 is the first token.
 * After any failure the sequence is as long as before the call.
 */
export interface Sequence {
  /** Tokens in the KV cache. */
  readonly length: number;
  readonly capacity: number;
  /**
   * Runs given tokens (prefill, forced decoding, scoring) and draws the token after the last of them.
   * @throws PlaygroundError `bad-input` when ids are empty, out of the vocabulary or do not fit.
   */
  append(ids: readonly number[], options: RunOptions): Promise<StepBatch>;
  /**
   * Draws and runs `count` tokens one after the other, starting with the token drawn by the call before.
   * Stops early after an end-of-text token, at the capacity, or where it was cancelled with some tokens done: read
   * `batch.ids.length`.
   */
  decode(count: number, options: RunOptions): Promise<StepBatch>;
  /**
   * Forgets all tokens from position `length` on; the next call must be `append`. The log-probability of
   * the first token appended then is NaN: append one token more if it is needed.
   */
  rewind(length: number): void;
  /** An independent copy of the sequence. */
  fork(): Promise<Sequence>;
  /** What this sequence has cost since it was made. */
  readonly counters: Counters;
  dispose(): void;
}

/** Counted by the engine itself at each API call; the reference engine leaves GPU counts at 0. */
export interface Counters {
  readonly tokens: number;
  readonly dispatches: number;
  readonly submits: number;
  readonly readbacks: number;
  readonly bytesRead: number;
}

/** Candidates kept per step for the next-token panel and for top-20 entropy. */
export const CANDIDATES = 20;

/**
 * Results for n consecutive tokens that were run through the model. Row i is about token i:
 * routing is how it was routed, output is the distribution AFTER it.
 */
export interface StepBatch {
  /** Absolute position of row 0. */
  readonly start: number;
  /** n */
  readonly ids: Uint32Array;
  /** Natural-log probability of token i given all before it (temperature 1, full vocabulary); NaN at position 0 or after a rewind. [n] */
  readonly logProb: Float32Array;
  /** Entropy in nats of the full distribution after token i, temperature 1. [n] */
  readonly entropy: Float32Array;
  /** The token that follows: the next forced one, or the one drawn by the sampler. [n] */
  readonly chosen: Uint32Array;
  /** Most likely next tokens, descending, ties to the lower id. N = min(CANDIDATES, V). [n, N] */
  readonly topIds: Uint32Array;
  readonly topProb: Float32Array;
  /** Present when asked for and the model has routers. */
  readonly routing?: RoutingBatch;
  /** [rows, V]: n rows for `all`, 1 for `last`. */
  readonly logits?: Float32Array;
}

/** Row-major arrays over (token, MoE layer, ...). Slots past `count` hold 0. */
export interface RoutingBatch {
  readonly layers: number;
  readonly experts: number;
  /** K: slots per token and layer, the most that the plan allows. */
  readonly slots: number;
  /** The router's own logits W h, before any hook of the plan. [n, L, E] */
  readonly logits: Float32Array;
  /** Chosen experts in the order of selection. [n, L, K] */
  readonly chosen: Uint16Array;
  /** Gate probability of each chosen expert, after bias and override, over all E. [n, L, K] */
  readonly prob: Float32Array;
  /** Weight in the sum that the layer adds, after renormalisation and scale. [n, L, K] */
  readonly mix: Float32Array;
  /** Euclidean norm of each chosen expert's output, before the mixing weight. [n, L, K] */
  readonly outputNorm: Float32Array;
  /** Chosen experts per token and layer. [n, L] */
  readonly count: Uint16Array;
}

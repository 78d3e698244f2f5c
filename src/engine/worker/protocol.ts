/**
 * All that passes between the page and the worker that owns the engines. Every command carries an
 * id, every event the id of the command it answers. Data only: structured-cloneable, no functions.
 */
import type { ErrorCode } from '../../base/errors';
import type { ModelConfig } from '../../model/config';
import type { RoutingPlan } from '../../routing/plan';
import type { KernelTimes } from '../kernel-times';
import type { Counters, DeviceMemory, EngineInfo, Recording, Sampling, StepBatch } from '../engine';
import type { StopReason } from '../generate';
import type { AccessAnswer, AccessCall } from './access-protocol';

/** What the visitor wants to compute with: one of the page's engines, or whichever is there and faster. */
export const ENGINE_CHOICES = ['auto', 'webgpu', 'onnx'] as const;
export type EngineChoice = (typeof ENGINE_CHOICES)[number];

/** Milliseconds a token in decoding, measured in this browser. */
export interface EngineSpeeds {
  readonly webgpu: number;
  readonly onnx: number;
}

export interface EngineWish {
  readonly choice: EngineChoice;
  /** What was measured on earlier visits, by adapter and weights (`choose.ts`). */
  readonly measured: Readonly<Record<string, EngineSpeeds>>;
  /** Kernel form, where the numbers of an engine before are to come out again; else it is measured. */
  readonly form?: string;
}

/** Why this engine runs. */
export type EngineReason =
  | { readonly kind: 'asked' }
  /** A graphics processor, which needs no measurement to win. */
  | { readonly kind: 'usual' }
  /** WebGPU is not there, or gave no adapter. */
  | { readonly kind: 'no-webgpu' }
  /** The GPU was lost twice in a short while. */
  | { readonly kind: 'lost' }
  /** Both were measured, now or on an earlier visit; `key` is where to keep it. */
  | { readonly kind: 'measured'; readonly key: string; readonly speeds: EngineSpeeds };

export interface LoadCommand {
  readonly type: 'load';
  readonly id: number;
  readonly model: string;
  /** Folder that holds `<model>/`, absolute URL ending in a slash. */
  readonly modelsUrl: string;
  /** `main`: the model that runs texts. `beside`: a second one, for access calls only. Each replaces the one in its place. */
  readonly place: 'main' | 'beside';
  /** Heard where no engine is open yet. */
  readonly engine: EngineWish;
}

export type WorkerCommand =
  | LoadCommand
  | { readonly type: 'unload'; readonly id: number; /** Id of the load whose model is freed; only one beside. */ readonly load: number }
  | { readonly type: 'run'; readonly id: number; readonly request: RunRequest }
  | { readonly type: 'rerun'; readonly id: number; readonly request: WorkerRerun }
  | { readonly type: 'access'; readonly id: number; /** Id of the load whose model is meant. */ readonly load: number; readonly call: AccessCall }
  | { readonly type: 'memory'; readonly id: number }
  | { readonly type: 'cancel'; readonly id: number };

export interface RunRequest {
  readonly prompt: string;
  readonly maxNewTokens: number;
  readonly sampling: Sampling;
  readonly plan: RoutingPlan;
  readonly record: Recording;
  /** Pairs of position and token id that stand whatever is drawn there. */
  readonly forced?: readonly (readonly [position: number, id: number])[];
  /** The run ends at this many tokens, prompt included, as if it were stopped there. */
  readonly most?: number;
  /** False: the state of the run before is kept instead of this one's. */
  readonly keep?: boolean;
  /** True: the kernels are timed, and `done` brings their times where the backend can tell them. */
  readonly profile?: boolean;
}

/**
 * Runs the kept text again from a token on, under another plan, with the seed, the sampling and the length of the run
 * before. The worker keeps the state of the last run and of the last one that was run again from it.
 */
export interface WorkerRerun {
  /** Whose state is taken over up to `from`: the run itself, which stays as it is, or the one run again last, which this replaces. */
  readonly source: 'run' | 'rerun';
  readonly from: number;
  readonly plan: RoutingPlan;
  /** Pairs of position and token id that stand whatever is drawn there. */
  readonly forced: readonly (readonly [position: number, id: number])[];
  /** Pairs of position and seed: from the token there on, that seed draws. */
  readonly redrawn?: readonly (readonly [position: number, seed: number])[];
  readonly record: Recording;
}

export interface Room {
  readonly tokens: number;
  /** A sentence with the numbers. */
  readonly why: string;
}

export type LoadStage = 'manifest' | 'download' | 'verify' | 'adapter' | 'runtime' | 'compare' | 'upload' | 'compile' | 'measure';

export type WorkerEvent =
  /** The worker lives for as long as it holds this lock; answers no command. */
  | { readonly type: 'alive'; readonly id: 0; readonly lock: string }
  | { readonly type: 'progress'; readonly id: number; readonly stage: LoadStage; /** Bytes while downloading, else a fraction of `total`. */ readonly done: number; readonly total: number }
  | { readonly type: 'loaded'; readonly id: number; readonly model: LoadedInfo }
  | { readonly type: 'started'; readonly id: number; readonly promptIds: readonly number[]; /** Tokens that there is room for, and why not for all, where the whole context has no room on the device. */ readonly room?: Room }
  | { readonly type: 'steps'; readonly id: number; readonly batch: StepBatch; /** Printable text of each id of the batch. */ readonly text: readonly string[]; /** Text of candidate ids that this run had not named before. */ readonly names: readonly (readonly [number, string])[] }
  | { readonly type: 'done'; readonly id: number; readonly reason: StopReason; readonly counters: Counters; readonly latencyMs: number; readonly kernelTimes?: KernelTimes }
  | { readonly type: 'memory'; readonly id: number; readonly memory: DeviceMemory | undefined }
  | { readonly type: 'answer'; readonly id: number; readonly answer: AccessAnswer }
  | { readonly type: 'error'; readonly id: number; readonly code: ErrorCode; readonly message: string; readonly details: readonly string[] };

export type { StopReason };

export interface LoadedInfo {
  readonly name: string;
  readonly config: ModelConfig;
  readonly sha256: string;
  readonly engine: EngineInfo;
  readonly reason: EngineReason;
  /** Whether the engine has gradients of routing for this model. */
  readonly gradients: boolean;
  /** Bytes that came over the network; 0 when everything was cached. */
  readonly downloadedBytes: number;
  /** Why the weights could not be kept for the next visit, in words; empty when they were. */
  readonly cacheNote: string;
  /** Addresses that the worker has fetched by now, which stand in no list of the page. */
  readonly fetched: readonly string[];
}

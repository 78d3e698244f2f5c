/** Where the bench runs, and who takes part. */
import type { Checkpoint } from '../model/checkpoint';
import type { BlockForm } from './onnx/block';
import { ourFeedForward, ourProduct, type Ours } from './peers/ours';
import { ourDecode, ourPrefill } from './peers/ours-text';
import { CONTENDERS, type Contender, type ContenderName, type RaceOptions } from './race';
import type { FeedForwardTask, ProductTask } from './tasks';
import type { TextTask } from './text';

/** What one engine can be asked for. A task may be done in more than one way: each is a row. */
export interface Tasks {
  readonly product: (task: ProductTask) => Promise<Contender>;
  readonly feedForward: readonly ((task: FeedForwardTask) => Promise<Contender>)[];
  /** None where there is no runtime for whole models. */
  readonly prefill: readonly ((task: TextTask) => Promise<Contender>)[];
  readonly decode: readonly ((task: TextTask) => Promise<Contender>)[];
}

/** Fraction of a section that is done, and what comes now. */
export type Progress = (fraction: number, label: string) => void;

export interface Environment extends Ours {
  readonly checkpoint: Checkpoint;
  readonly quick: boolean;
  /** How long to measure each task. */
  readonly pace: Omit<RaceOptions, 'tolerance'>;
  /** Everybody who takes part, ours first, with what `pick` takes of their tasks. */
  contenders<T>(pick: (tasks: Tasks) => T): (readonly [ContenderName, T])[];
}

const ATTENTIONS = ['fused', 'plain'] as const;

/** Libraries come as chunks of their own, and only when a task is made. */
const PEERS: Readonly<Record<Exclude<ContenderName, 'ours'>, Tasks>> = {
  'ort-webgpu': ort('webgpu', ['all', 'gather']),
  'ort-wasm': ort('wasm', ['moe', 'all', 'gather']),
  'tfjs-webgpu': {
    product: async (task) => await (await import('./peers/tfjs')).tfjsProduct(task),
    feedForward: [async (task) => await (await import('./peers/tfjs')).tfjsFeedForward(task)],
    prefill: [],
    decode: [],
  },
  'jax-js-webgpu': {
    product: async (task) => await (await import('./peers/jax')).jaxProduct(task),
    feedForward: [async (task) => await (await import('./peers/jax')).jaxFeedForward(task)],
    prefill: [],
    decode: [],
  },
};

function ort(provider: 'webgpu' | 'wasm', forms: readonly BlockForm[]): Tasks {
  return {
    product: async (task) => await (await import('./peers/ort')).ortProduct(provider, task),
    prefill: ATTENTIONS.map((attention) => async (task: TextTask) => await (await import('./peers/ort-text')).ortPrefill(provider, attention, task)),
    decode: ATTENTIONS.map((attention) => async (task: TextTask) => await (await import('./peers/ort-text')).ortDecode(provider, attention, task)),
    feedForward: forms.map((form) => async (task: FeedForwardTask) => await (await import('./peers/ort')).ortFeedForward(provider, form, task)),
  };
}

/** @param unavailable why the peers cannot run here; their rows say so */
export function contendersOf(ours: Ours, names: readonly ContenderName[] = CONTENDERS, unavailable?: string): Environment['contenders'] {
  const own: Tasks = {
    product: async (task) => await ourProduct(ours, task),
    feedForward: [async (task) => await ourFeedForward(ours, task)],
    prefill: [async (task) => await ourPrefill(ours, task)],
    decode: [async (task) => await ourDecode(ours, task)],
  };
  const absent = (): Promise<Contender> => Promise.reject(new Error(unavailable));
  const none: Tasks = { product: absent, feedForward: [absent], prefill: [absent], decode: [absent] };
  return (pick) => names.map((name) => [name, pick(name === 'ours' ? own : unavailable === undefined ? PEERS[name] : none)] as const);
}

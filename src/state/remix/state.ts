/** The Re-mix panel's slice: plain data. What lives on the device is held by `session.ts`. */
import type { BenchmarkItem, ReferenceStore } from '../../methods/c3po/item';
import type { C3poResult, Neighbour, StepReport } from '../../methods/c3po/result';
import type { C3poSettings } from '../../methods/c3po/settings';
import type { RoutingPlan } from '../../routing/plan';
import { NO_BENCH, type BenchState } from './bench';

/** Items and references, fetched when the panel is first opened. */
export type RemixData =
  | { readonly phase: 'idle' | 'loading' }
  | { readonly phase: 'failed'; readonly message: string; readonly details: readonly string[] }
  | { readonly phase: 'ready'; readonly items: readonly BenchmarkItem[]; readonly store: ReferenceStore };

/** Which items the list offers. */
export interface ItemFilter {
  /** Empty for every family. */
  readonly family: string;
  /** 0 for every level. */
  readonly level: number;
  readonly template: 'any' | 'away' | 'home';
  readonly search: string;
}

/** What the visitor typed as a question of their own. */
export interface OwnQuestion {
  readonly prompt: string;
  /** One a line. */
  readonly options: string;
  /** Empty where the answer is not known. */
  readonly answer: string;
}

/** The vocabulary after the last token of the prompt. */
export interface LastToken {
  /** [V] */
  readonly logits: Float32Array;
}

/** The question with what the unchanged model makes of it. */
export interface Question {
  readonly item: BenchmarkItem;
  /** Prompt tokens. */
  readonly ids: readonly number[];
  /** First token of each option after the prompt. */
  readonly firstTokens: readonly number[];
  /** Options of more than one token: only their first is scored in one pass. */
  readonly longOptions: boolean;
  /** Mean input embedding of the prompt. [D] */
  readonly embedding: Float32Array;
  /** The router's softmax at the last token, every MoE layer. [L, E] */
  readonly pathway: Float32Array;
  readonly before: LastToken;
  /** Option that the unchanged model chooses, by the log-probability of all its tokens. */
  readonly answer: number;
}

/** Where the mix on screen comes from. */
export const MIX_SOURCES = ['router', 'uniform', 'neighbours', 'method', 'hand'] as const;
export type MixSource = (typeof MIX_SOURCES)[number];

export interface Mix {
  readonly source: MixSource;
  /** MoE layer indices that it covers, ascending. */
  readonly layers: readonly number[];
  /** The router's own rows of these layers. [C, E] */
  readonly router: Float32Array;
  /** Free experts of each layer, in the router's order. [C][n] */
  readonly core: readonly (readonly number[])[];
  /** Before the router's own share is blended in. [C, E] */
  readonly omega: Float32Array;
  /** Share of the router's own rows that is kept, 0 to 1. */
  readonly keep: number;
  /** What a method found that is no mix of the last token: the plan that is run in the place of `omega`. */
  readonly plan?: RoutingPlan;
}

/** The mix as it was evaluated last. */
export interface Effect {
  readonly after: LastToken;
  /** Of the mix that gave it. */
  readonly omega: Float32Array;
  /** Last-token passes and wall time of this evaluation. */
  readonly passes: number;
  readonly milliseconds: number;
}

export type MethodRun =
  | { readonly phase: 'idle' }
  | { readonly phase: 'running'; readonly settings: C3poSettings; readonly steps: readonly StepReport[]; readonly neighbours: readonly Neighbour[] }
  | { readonly phase: 'done'; readonly result: C3poResult }
  /** Stopped by the visitor; the steps so far stay. */
  | { readonly phase: 'cancelled'; readonly settings: C3poSettings; readonly steps: readonly StepReport[]; readonly neighbours: readonly Neighbour[] }
  | { readonly phase: 'failed'; readonly message: string };

/** Numbers of the settings that are typed. */
export const TYPED = ['k', 'epsilon', 'sigma', 'steps', 'rateStart', 'rateEnd', 'alphaMode', 'alphaRegression', 'core', 'duplicate', 'seed'] as const satisfies readonly (keyof C3poSettings)[];
export type TypedSetting = (typeof TYPED)[number];

export interface RemixState {
  readonly data: RemixData;
  readonly filter: ItemFilter;
  /** The panel has the place of the page's columns too. */
  readonly wide: boolean;
  readonly chooser: 'closed' | 'items' | 'own';
  readonly own: OwnQuestion;
  /** Id of the question that a link names, until the list is there; empty where there is none. */
  readonly wanted: string;
  /** Chosen, whether or not the model has read it yet. */
  readonly item: BenchmarkItem | undefined;
  readonly question: Question | undefined;
  /** What the page is doing about the question. */
  readonly reading: 'idle' | 'waiting' | 'reading' | 'searching';
  /** Why a question could not be read, in a sentence. */
  readonly fault: string;
  /** Settings that differ from the defaults of the model. */
  readonly changes: Partial<C3poSettings>;
  /** Texts in number fields that are no valid value. */
  readonly drafts: Readonly<Partial<Record<TypedSetting, string>>>;
  /** Ids of references that the visitor has taken out. */
  readonly excluded: readonly string[];
  readonly mix: Mix | undefined;
  /** Place in `mix.layers` of the layer whose sliders are shown. */
  readonly layerAt: number;
  readonly effect: Effect | undefined;
  readonly run: MethodRun;
  readonly bench: BenchState;
  /** Texts of vocabulary ids. */
  readonly names: ReadonlyMap<number, string>;
}

export const NO_REMIX: RemixState = {
  data: { phase: 'idle' },
  filter: { family: '', level: 0, template: 'away', search: '' },
  wide: false,
  chooser: 'closed',
  own: { prompt: '', options: '', answer: '' },
  wanted: '',
  item: undefined,
  question: undefined,
  reading: 'idle',
  fault: '',
  changes: {},
  drafts: {},
  excluded: [],
  mix: undefined,
  layerAt: 0,
  effect: undefined,
  run: { phase: 'idle' },
  bench: NO_BENCH,
  names: new Map(),
};

/**
 * Settings of C3PO (https://arxiv.org/abs/2504.07964): names, ranges, defaults, and the arms of the benchmark, which are
 * nothing but settings. docs/METHODS.md says what each of them does.
 */
import type { Membership } from '../../engine/gradients';

/** What is optimised or mixed. `ngdLogits` is ours: additive router logits on all tokens instead of weights of the last one. */
export const METHODS = ['base', 'mode', 'kernelRegression', 'ngd', 'oracle', 'ngdLogits'] as const;
export type Method = (typeof METHODS)[number];

export const NEIGHBOURHOODS = ['kNN', 'ball', 'random'] as const;
export const DISTANCES = ['cosine', 'euclidean'] as const;
export const KERNELS = ['gaussian', 'matern', 'polynomial', 'linear'] as const;
export type Kernel = (typeof KERNELS)[number];
export const SCHEDULES = ['cosine', 'constant'] as const;
export const OPTIMISERS = ['gradient-descent', 'adam'] as const;
export const MEMBERSHIPS = ['hard', 'straight-through'] as const satisfies readonly Membership[];
export const PROJECTIONS = ['rescale', 'logits'] as const;
export const TOKEN_PLACES = ['first', 'middle', 'last'] as const;
/** References that may become neighbours: those that the model answers rightly (the paper), wrongly (a control), or both. */
export const POOLS = ['successful', 'unsuccessful', 'all'] as const;

export interface C3poSettings {
  readonly method: Method;
  readonly pool: (typeof POOLS)[number];
  readonly neighbourhood: (typeof NEIGHBOURHOODS)[number];
  /** Neighbours; not used by the ball. */
  readonly k: number;
  /** Radius of the ball in the distance chosen. */
  readonly epsilon: number;
  /** Between embeddings: 1 - cos, or the Euclidean one. Mode finding searches pathways, always by the Euclidean one. */
  readonly distance: (typeof DISTANCES)[number];
  readonly kernel: Kernel;
  /** Width of the kernel in units of the median distance to the pool. */
  readonly sigma: number;
  /** Gradient steps, or rounds of mode finding. */
  readonly steps: number;
  readonly rateStart: number;
  /** Where the cosine ends; a constant schedule does not use it. */
  readonly rateEnd: number;
  readonly schedule: (typeof SCHEDULES)[number];
  readonly optimiser: (typeof OPTIMISERS)[number];
  /** Mode finding: share of the old pathway that each round keeps. */
  readonly alphaMode: number;
  /** Kernel regression: share of the router's own pathway, or the best one on the neighbours' loss. */
  readonly alphaRegression: number | 'search';
  /** Critical layers, ascending MoE layer indices. */
  readonly layers: readonly number[];
  /** Core experts in each layer: those that the router ranks highest on the question. Others keep their weight. */
  readonly core: number;
  readonly token: TokenChoice;
  readonly membership: Membership;
  readonly projection: (typeof PROJECTIONS)[number];
  /** References with a cosine similarity above this are taken for the question itself and left out. */
  readonly duplicate: number;
  /** Of the random neighbourhood. */
  readonly seed: number;
}

/** Which tokens of the prompt are routed by the new weights. */
export interface TokenChoice {
  readonly place: (typeof TOKEN_PLACES)[number];
  readonly count: number;
}

export interface Range {
  readonly min: number;
  readonly max: number;
  readonly whole?: boolean;
}

/** Inclusive ranges of the numbers above; `k` may reach further on the command line than the page's slider does. */
export const C3PO_RANGES = {
  k: { min: 1, max: 64, whole: true },
  epsilon: { min: 0, max: 10 },
  sigma: { min: 0.05, max: 5 },
  steps: { min: 0, max: 50, whole: true },
  rateStart: { min: 0, max: 10 },
  rateEnd: { min: 0, max: 10 },
  alphaMode: { min: 0, max: 1 },
  alphaRegression: { min: 0, max: 1 },
  core: { min: 1, max: 1024, whole: true },
  duplicate: { min: 0.8, max: 1 },
  seed: { min: 0, max: 4_294_967_295, whole: true },
} as const satisfies Readonly<Partial<Record<keyof C3poSettings, Range>>>;

/** What settings have to know of a model. */
export interface RouterShape {
  /** MoE layers */
  readonly layers: number;
  readonly experts: number;
  readonly topK: number;
}

/** Names of the presets: first, middle or last layers, how many; or all of them. */
export type LayerPreset = `${'F' | 'M' | 'L'}${number}` | 'all';

/** MoE layer indices of a preset. `F2` is 0, 1; `L2` the two last; `M2` the two around the middle; no more than there are. */
export function presetLayers(preset: LayerPreset, layers: number): number[] {
  const wanted = preset === 'all' ? layers : Math.min(layers, Math.max(0, Number(preset.slice(1))));
  const start = preset.startsWith('L') ? layers - wanted : preset.startsWith('M') ? Math.floor((layers - wanted) / 2) : 0;
  return Array.from({ length: wanted }, (_, i) => start + i);
}

/** The paper's setting, with layers and core experts in the same proportion as its 5 of 16 and 20 of 64. */
export function defaultSettings(shape: RouterShape): C3poSettings {
  return {
    method: 'ngd',
    pool: 'successful',
    neighbourhood: 'kNN',
    k: 3,
    epsilon: 0.5,
    distance: 'cosine',
    kernel: 'gaussian',
    sigma: 1,
    steps: 10,
    rateStart: 1e-2,
    rateEnd: 1e-5,
    schedule: 'cosine',
    optimiser: 'gradient-descent',
    alphaMode: 0.5,
    alphaRegression: 'search',
    layers: presetLayers(`L${Math.ceil((shape.layers * 5) / 16)}`, shape.layers),
    core: Math.min(shape.experts, Math.max(shape.topK, Math.ceil((shape.experts * 20) / 64))),
    token: { place: 'last', count: 1 },
    membership: 'straight-through',
    projection: 'rescale',
    duplicate: 0.95,
    seed: 1,
  };
}

/** Arms of the benchmark: each is the settings of the run with these changes. */
export const ARMS = ['base', 'mode', 'kernelRegression', 'ngd', 'oracle', 'random', 'unsuccessful', 'ngdAllLabelled', 'ngdLogits'] as const;
export type Arm = (typeof ARMS)[number];

const ARM_CHANGES: Readonly<Record<Arm, Partial<C3poSettings>>> = {
  base: { method: 'base' },
  mode: { method: 'mode' },
  kernelRegression: { method: 'kernelRegression' },
  ngd: { method: 'ngd' },
  oracle: { method: 'oracle' },
  random: { method: 'ngd', neighbourhood: 'random' },
  unsuccessful: { method: 'ngd', pool: 'unsuccessful' },
  ngdAllLabelled: { method: 'ngd', pool: 'all' },
  ngdLogits: { method: 'ngdLogits', pool: 'all', k: 24, steps: 10, optimiser: 'adam', rateStart: 0.1, rateEnd: 0.1, schedule: 'constant' },
};

/**
 * Settings of an arm. `ngdLogits` edits all layers unless `changes` says otherwise.
 * @param settings of the run, shared by all arms
 * @param changes for this arm alone; they win
 */
export function armSettings(arm: Arm, settings: C3poSettings, shape: RouterShape, changes: Partial<C3poSettings> = {}): C3poSettings {
  const layers = arm === 'ngdLogits' ? { layers: presetLayers('all', shape.layers) } : {};
  return { ...settings, ...layers, ...ARM_CHANGES[arm], ...changes };
}

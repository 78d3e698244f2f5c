/**
 * The one table of settings: name, type, default, range, step and URL key. It serves the inputs, the
 * link and the `view` block of a trace (docs/ARCHITECTURE.md). Labels live in the string catalogue
 * under the same names.
 */
export interface NumberSetting {
  readonly kind: 'number';
  readonly key: string;
  readonly default: number;
  readonly min: number;
  readonly max: number;
  readonly step: number;
  /** Decimals on screen and in the link; 0 means an integer. */
  readonly decimals: number;
}

export interface ChoiceSetting<T extends string> {
  readonly kind: 'choice';
  readonly key: string;
  readonly default: T;
  readonly options: readonly T[];
}

export interface TextSetting {
  readonly kind: 'text';
  readonly key: string;
  readonly default: string;
  /** Longest accepted text, in UTF-16 units. */
  readonly maxLength: number;
}

export type Setting = NumberSetting | ChoiceSetting<string> | TextSetting;

export const THEMES = ['system', 'light', 'dark'] as const;
export const UNITS = ['bits', 'nats'] as const;
/** Panels of the dock, in the order of its tabs; `main` is the page with the dock closed. */
export const PANELS = ['main', 'remix', 'load', 'coactivation', 'specialisation', 'cache', 'edits', 'trace', 'compare', 'entropy', 'model'] as const;
export type PanelName = (typeof PANELS)[number];
/** What the heatmap shows: the token in focus, shares over all tokens, or the difference to `comparedTrace`. */
export const HEAT_MODES = ['token', 'all', 'difference'] as const;
/** The methods of the Re-mix panel, in the order of their tabs. */
export const REMIX_SECTIONS = ['c3po', 'rerouting', 'rice', 'top-p'] as const;
export type RemixSectionName = (typeof REMIX_SECTIONS)[number];
/** What ends a step of the text. */
export const STEP_ENDS = ['blank-line', 'newline', 'sentence', 'pattern'] as const;
/** Over what entropy is taken: the whole vocabulary, or that many likeliest tokens renormalised to 1. */
export const CANDIDATES = ['all', '20', '10'] as const;
export const SPEEDS = [0.25, 0.5, 1, 2, 4, 8] as const;

/** -1 stands for "not set: the page chooses". */
export const UNSET = -1;

export const SETTINGS = {
  prompt: { kind: 'text', key: 'p', default: '', maxLength: 200_000 },
  temperature: { kind: 'number', key: 'T', default: 0.8, min: 0, max: 2, step: 0.05, decimals: 2 },
  /** 0 switches the cut off. */
  topK: { kind: 'number', key: 'k', default: 40, min: 0, max: 100, step: 1, decimals: 0 },
  topP: { kind: 'number', key: 'tp', default: 0.95, min: 0.01, max: 1, step: 0.01, decimals: 2 },
  seed: { kind: 'number', key: 'seed', default: 1, min: 0, max: 4_294_967_295, step: 1, decimals: 0 },
  /** 0 runs the prompt only. */
  maxNewTokens: { kind: 'number', key: 'n', default: 48, min: 0, max: 256, step: 1, decimals: 0 },
  /** Position of the playhead, 0 is the first token. */
  token: { kind: 'number', key: 't', default: UNSET, min: 0, max: 100_000, step: 1, decimals: 0 },
  /** Position that stands as B beside the token in focus. */
  otherToken: { kind: 'number', key: 'b', default: UNSET, min: 0, max: 100_000, step: 1, decimals: 0 },
  /** Layer number of the model. */
  layer: { kind: 'number', key: 'l', default: UNSET, min: 0, max: 1_000, step: 1, decimals: 0 },
  speed: { kind: 'number', key: 'speed', default: 1, min: 0.25, max: 8, step: 0.25, decimals: 2 },
  unit: { kind: 'choice', key: 'unit', default: 'bits', options: UNITS },
  theme: { kind: 'choice', key: 'theme', default: 'system', options: THEMES },
  heat: { kind: 'choice', key: 'heat', default: 'token', options: HEAT_MODES },
  /** Layer whose shares order the columns of the heatmap; not set is the order of ids. */
  order: { kind: 'number', key: 'order', default: UNSET, min: 0, max: 1_000, step: 1, decimals: 0 },
  /** Pinned experts as layer.expert, in the order of their slots. */
  pins: { kind: 'text', key: 'e', default: '', maxLength: 100 },
  /** Experts that Co-activation sets against each other, as layer.expert. */
  group: { kind: 'text', key: 'g', default: '', maxLength: 600 },
  /** Threshold of first-token entropy, nats; 1 is the published code's default. */
  tau: { kind: 'number', key: 'tau', default: 1, min: 0, max: 8.32, step: 0.05, decimals: 4 },
  stepEnd: { kind: 'choice', key: 'end', default: 'newline', options: STEP_ENDS },
  /** The visitor's own regular expression, where steps end by a pattern. */
  stepPattern: { kind: 'text', key: 're', default: '', maxLength: 100 },
  candidates: { kind: 'choice', key: 'topn', default: 'all', options: CANDIDATES },
  panel: { kind: 'choice', key: 'view', default: 'main', options: PANELS },
  remixSection: { kind: 'choice', key: 'method', default: 'c3po', options: REMIX_SECTIONS },
} as const satisfies Record<string, Setting>;

export type SettingName = keyof typeof SETTINGS;
export type NumberSettingName = { [N in SettingName]: (typeof SETTINGS)[N] extends { kind: 'number' } ? N : never }[SettingName];

export type SettingValues = {
  [N in SettingName]: (typeof SETTINGS)[N] extends { kind: 'number' } ? number : (typeof SETTINGS)[N] extends ChoiceSetting<infer T> ? T : string;
};

/** The settings of a run, in the order in which the page shows them. */
export const SAMPLING_SETTINGS = ['temperature', 'topK', 'topP', 'seed', 'maxNewTokens'] as const satisfies readonly NumberSettingName[];
export type SamplingName = (typeof SAMPLING_SETTINGS)[number];
export type SamplingValues = Pick<SettingValues, SamplingName>;

export const DEFAULTS: SettingValues = Object.freeze({
  prompt: SETTINGS.prompt.default,
  temperature: SETTINGS.temperature.default,
  topK: SETTINGS.topK.default,
  topP: SETTINGS.topP.default,
  seed: SETTINGS.seed.default,
  maxNewTokens: SETTINGS.maxNewTokens.default,
  token: SETTINGS.token.default,
  otherToken: SETTINGS.otherToken.default,
  layer: SETTINGS.layer.default,
  speed: SETTINGS.speed.default,
  unit: SETTINGS.unit.default,
  theme: SETTINGS.theme.default,
  heat: SETTINGS.heat.default,
  order: SETTINGS.order.default,
  pins: SETTINGS.pins.default,
  group: SETTINGS.group.default,
  tau: SETTINGS.tau.default,
  stepEnd: SETTINGS.stepEnd.default,
  stepPattern: SETTINGS.stepPattern.default,
  candidates: SETTINGS.candidates.default,
  panel: SETTINGS.panel.default,
  remixSection: SETTINGS.remixSection.default,
});

/** A number brought into its range and onto its decimals; undefined when it is no number at all. */
export function clampSetting(name: NumberSettingName, value: number): number | undefined {
  if (!Number.isFinite(value)) return undefined;
  const { min, max, decimals } = SETTINGS[name];
  const scale = 10 ** decimals;
  return Math.min(max, Math.max(min, Math.round(value * scale) / scale));
}

/**
 * The one table of settings: name, type, default, range, step, URL key, and whether a step of a lesson may set it. It
 * serves the inputs, the link, lessons and the `view` block of a trace (docs/ARCHITECTURE.md). Labels live in the
 * string catalogue under the same names. Keys that are no single value (edits, methods) are in `linkKeys.ts`.
 */
import { CONTROLS } from './controls';

interface Keyed {
  readonly key: string;
  /** Whether a step of a lesson may set it. */
  readonly lesson: boolean;
}

export interface NumberSetting extends Keyed {
  readonly kind: 'number';
  readonly default: number;
  readonly min: number;
  readonly max: number;
  readonly step: number;
  /** Decimals on screen and in the link; 0 means an integer. */
  readonly decimals: number;
}

export interface ChoiceSetting<T extends string> extends Keyed {
  readonly kind: 'choice';
  readonly default: T;
  readonly options: readonly T[];
}

export interface TextSetting extends Keyed {
  readonly kind: 'text';
  readonly default: string;
  /** Longest accepted text, in UTF-16 units. */
  readonly maxLength: number;
  /** What the whole text has to be. */
  readonly pattern?: RegExp;
}

/** Some of the options, each once, in their order, joined by commas. */
export interface ListSetting extends Keyed {
  readonly kind: 'list';
  readonly default: string;
  readonly options: readonly string[];
}

export type Setting = NumberSetting | ChoiceSetting<string> | TextSetting | ListSetting;

export const THEMES = ['system', 'light', 'dark'] as const;
/** Languages by their tag; `auto` leaves the choice to the visitor's own setting and browser. The last two are pseudo-languages of the tests. */
export const LANGUAGES = ['auto', 'en', 'de', 'en-XA', 'ar-XB'] as const;
export type LanguageName = Exclude<(typeof LANGUAGES)[number], 'auto'>;
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
/** Checkpoints that the page runs by itself. */
export const MODELS = ['moe'] as const;
/** `1` is the page as part of another page: compact, and without what belongs to a page of its own. */
export const EMBEDS = ['0', '1'] as const;
export const SPEEDS = [0.25, 0.5, 1, 2, 4, 8] as const;

/** -1 stands for "not set: the page chooses". */
export const UNSET = -1;

export const SETTINGS = {
  prompt: { kind: 'text', key: 'p', default: '', maxLength: 200_000, lesson: true },
  temperature: { kind: 'number', key: 'T', default: 0.8, min: 0, max: 2, step: 0.05, decimals: 2, lesson: true },
  /** 0 switches the cut off. */
  topK: { kind: 'number', key: 'k', default: 40, min: 0, max: 100, step: 1, decimals: 0, lesson: true },
  topP: { kind: 'number', key: 'tp', default: 0.95, min: 0.01, max: 1, step: 0.01, decimals: 2, lesson: true },
  seed: { kind: 'number', key: 'seed', default: 1, min: 0, max: 4_294_967_295, step: 1, decimals: 0, lesson: true },
  /** 0 runs the prompt only. */
  maxNewTokens: { kind: 'number', key: 'n', default: 48, min: 0, max: 256, step: 1, decimals: 0, lesson: true },
  /** Position of the playhead, 0 is the first token. */
  token: { kind: 'number', key: 't', default: UNSET, min: 0, max: 100_000, step: 1, decimals: 0, lesson: true },
  /** Position that stands as B beside the token in focus. */
  otherToken: { kind: 'number', key: 'b', default: UNSET, min: 0, max: 100_000, step: 1, decimals: 0, lesson: true },
  /** Layer number of the model. */
  layer: { kind: 'number', key: 'l', default: UNSET, min: 0, max: 1_000, step: 1, decimals: 0, lesson: true },
  /** Stage inside the token: 1 score, 2 cut, 3 run; not set is the last, combine. */
  stage: { kind: 'number', key: 'stage', default: UNSET, min: 1, max: 4, step: 1, decimals: 0, lesson: true },
  speed: { kind: 'number', key: 'speed', default: 1, min: 0.25, max: 8, step: 0.25, decimals: 2, lesson: true },
  unit: { kind: 'choice', key: 'unit', default: 'bits', options: UNITS, lesson: true },
  theme: { kind: 'choice', key: 'theme', default: 'system', options: THEMES, lesson: false },
  heat: { kind: 'choice', key: 'heat', default: 'token', options: HEAT_MODES, lesson: true },
  /** Layer whose shares order the columns of the heatmap; not set is the order of ids. */
  order: { kind: 'number', key: 'order', default: UNSET, min: 0, max: 1_000, step: 1, decimals: 0, lesson: true },
  /** Pinned experts as layer.expert, in the order of their slots. */
  pins: { kind: 'text', key: 'e', default: '', maxLength: 100, lesson: true },
  /** Experts that Co-activation sets against each other, as layer.expert. */
  group: { kind: 'text', key: 'g', default: '', maxLength: 600, lesson: true },
  /** Threshold of first-token entropy, nats; 1 is the published code's default. */
  tau: { kind: 'number', key: 'tau', default: 1, min: 0, max: 8.32, step: 0.05, decimals: 4, lesson: true },
  stepEnd: { kind: 'choice', key: 'end', default: 'newline', options: STEP_ENDS, lesson: true },
  /** The visitor's own regular expression, where steps end by a pattern. */
  stepPattern: { kind: 'text', key: 're', default: '', maxLength: 100, lesson: true },
  candidates: { kind: 'choice', key: 'topn', default: 'all', options: CANDIDATES, lesson: true },
  panel: { kind: 'choice', key: 'view', default: 'main', options: PANELS, lesson: true },
  remixSection: { kind: 'choice', key: 'method', default: 'c3po', options: REMIX_SECTIONS, lesson: true },
  /** Parts of the page that are left out. */
  hide: { kind: 'list', key: 'hide', default: '', options: CONTROLS, lesson: false },
  /** Id of the lesson that is open; empty where none is. */
  lesson: { kind: 'text', key: 'lesson', default: '', maxLength: 40, pattern: /^[a-z0-9-]*$/, lesson: false },
  /** Step of that lesson, 1 is the first. */
  step: { kind: 'number', key: 'step', default: 1, min: 1, max: 99, step: 1, decimals: 0, lesson: false },
  language: { kind: 'choice', key: 'lang', default: 'auto', options: LANGUAGES, lesson: false },
  embed: { kind: 'choice', key: 'embed', default: '0', options: EMBEDS, lesson: false },
  model: { kind: 'choice', key: 'm', default: 'moe', options: MODELS, lesson: false },
  /** First 8 hexadecimal digits of the SHA-256 of the weights that the link was made with. */
  revision: { kind: 'text', key: 'rev', default: '', maxLength: 8, pattern: /^([0-9a-f]{8})?$/, lesson: false },
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

export const SETTING_NAMES = Object.keys(SETTINGS) as readonly SettingName[];

export const DEFAULTS = Object.freeze(Object.fromEntries(SETTING_NAMES.map((name) => [name, SETTINGS[name].default]))) as SettingValues;

/** A number brought into its range and onto its decimals; undefined when it is no number at all. */
export function clampSetting(name: NumberSettingName, value: number): number | undefined {
  if (!Number.isFinite(value)) return undefined;
  const { min, max, decimals } = SETTINGS[name];
  const scale = 10 ** decimals;
  return Math.min(max, Math.max(min, Math.round(value * scale) / scale));
}

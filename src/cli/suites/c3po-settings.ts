/** C3PO's settings from `--set`, for all arms or for one (`ngdLogits.k=24`). */
import { PlaygroundError } from '../../base/errors';
import { checkSettings } from '../../methods/c3po/check-settings';
import {
  ARMS,
  armSettings,
  DISTANCES,
  KERNELS,
  MEMBERSHIPS,
  NEIGHBOURHOODS,
  OPTIMISERS,
  POOLS,
  presetLayers,
  PROJECTIONS,
  SCHEDULES,
  type Arm,
  type C3poSettings,
  type LayerPreset,
  type RouterShape,
  type TokenChoice,
} from '../../methods/c3po/settings';

/** For `--help`. */
export const SETTING_HELP = {
  arms: `Arms to run, parted by commas: ${ARMS.join(', ')}. Default: all.`,
  carriedBy: 'The arm that gapClosed and mcnemarP speak of. Default ngd.',
  template: 'Wording of the items: away (default), home or all.',
  k: 'Neighbours.',
  neighbourhood: NEIGHBOURHOODS.join(', '),
  epsilon: 'Radius of the ball.',
  distance: DISTANCES.join(', '),
  kernel: KERNELS.join(', '),
  sigma: 'Width of the kernel over the median distance.',
  steps: 'Steps.',
  rateStart: 'First step size.',
  rateEnd: 'Last step size.',
  schedule: SCHEDULES.join(', '),
  optimiser: OPTIMISERS.join(', '),
  alphaMode: 'Share of the old pathway in each round of mode finding.',
  alphaRegression: "Share of the router's pathway in kernel regression, or search.",
  layers: 'F, M or L and a number, all, or layer numbers parted by commas.',
  core: 'Core experts.',
  token: 'first, middle or last and a number: last1.',
  membership: MEMBERSHIPS.join(', '),
  projection: PROJECTIONS.join(', '),
  duplicate: 'Similarity above which a reference is left out; 1 is never.',
  pool: POOLS.join(', '),
} as const;

const CHOICES: Readonly<Record<string, readonly string[]>> = {
  neighbourhood: NEIGHBOURHOODS,
  distance: DISTANCES,
  kernel: KERNELS,
  schedule: SCHEDULES,
  optimiser: OPTIMISERS,
  membership: MEMBERSHIPS,
  projection: PROJECTIONS,
  pool: POOLS,
};

const NUMBERS = new Set(['k', 'epsilon', 'sigma', 'steps', 'rateStart', 'rateEnd', 'alphaMode', 'core', 'duplicate']);

function refuse(sentence: string): never {
  throw new PlaygroundError('bad-input', sentence);
}

/** Layers of a model from `L2`, `all` or `5,6,7`. */
export function readLayers(text: string, layers: number): number[] {
  if (text === 'all' || /^[FML]\d+$/u.test(text)) return presetLayers(text as LayerPreset, layers);
  const given = text.split(',').map((part) => (part.trim() === '' ? NaN : Number(part)));
  if (given.some((layer) => !Number.isInteger(layer))) refuse(`The layers are "${text}", but F, M or L and a number, all, or numbers parted by commas are wanted.`);
  return given;
}

/** `last1` and the like. */
export function readToken(text: string): TokenChoice {
  const [, place, count] = /^(first|middle|last)(\d+)$/u.exec(text) ?? refuse(`The token is "${text}", but first, middle or last and a number is wanted: last1.`);
  return { place: place as TokenChoice['place'], count: Number(count) };
}

function readNumber(name: string, text: string): number {
  return text.trim() === '' || Number.isNaN(Number(text)) ? refuse(`The setting ${name} is "${text}", but a number is wanted.`) : Number(text);
}

/** One setting from its text. */
function readSetting(name: string, text: string, shape: RouterShape): Partial<C3poSettings> {
  if (name === 'layers') return { layers: readLayers(text, shape.layers) };
  if (name === 'token') return { token: readToken(text) };
  if (name === 'alphaRegression') return { alphaRegression: text === 'search' ? 'search' : readNumber(name, text) };
  if (NUMBERS.has(name)) return { [name]: readNumber(name, text) };
  const options = CHOICES[name] ?? [];
  if (!options.includes(text)) refuse(`The setting ${name} is "${text}", but one of ${options.join(', ')} is wanted.`);
  return { [name]: text };
}

export interface RunSettings {
  /** Settings of each arm, in the order of the run; base first. */
  readonly arms: Readonly<Record<string, C3poSettings>>;
  /** Settings of every arm that there is, run or not. */
  readonly all: Readonly<Record<Arm, C3poSettings>>;
  /** What all arms share. */
  readonly shared: C3poSettings;
  readonly carriedBy: Arm;
  readonly template: 'home' | 'away' | 'all';
}

function readArms(text: string | undefined): Arm[] {
  const names = text === undefined ? [...ARMS] : text.split(',').map((name) => name.trim());
  const unknown = names.find((name) => !ARMS.some((arm) => arm === name));
  if (unknown !== undefined) refuse(`There is no arm "${unknown}"; there are ${ARMS.join(', ')}.`);
  return ARMS.filter((arm) => arm === 'base' || names.includes(arm));
}

function readTemplate(text: string): RunSettings['template'] {
  if (text === 'home' || text === 'away' || text === 'all') return text;
  return refuse(`The template is "${text}", but one of away, home, all is wanted.`);
}

/**
 * @param set as typed; names before a dot are arms
 * @param defaults of the model, with the seed of the run
 * @throws PlaygroundError `bad-input` for any fault
 */
export function readRunSettings(set: Readonly<Record<string, string>>, defaults: C3poSettings, shape: RouterShape): RunSettings {
  const arms = readArms(set['arms']);
  const shared: C3poSettings = { ...defaults };
  const own = new Map<string, Partial<C3poSettings>>();
  for (const [key, text] of Object.entries(set)) {
    if (key === 'arms' || key === 'carriedBy' || key === 'template') continue;
    const dot = key.lastIndexOf('.');
    const value = readSetting(key.slice(dot + 1), text, shape);
    if (dot === -1) Object.assign(shared, value);
    else own.set(readArms(key.slice(0, dot)).at(-1) ?? '', { ...own.get(key.slice(0, dot)), ...value });
  }
  const all = Object.fromEntries(ARMS.map((arm) => [arm, armSettings(arm, shared, shape, own.get(arm))])) as Record<Arm, C3poSettings>;
  const settings = Object.fromEntries(arms.map((arm) => [arm, all[arm]]));
  for (const each of Object.values(all)) checkSettings(each, shape);
  const carriedBy = set['carriedBy'] === undefined ? 'ngd' : (readArms(set['carriedBy']).at(-1) ?? 'ngd');
  return { arms: settings, all, shared, carriedBy, template: readTemplate(set['template'] ?? 'away') };
}

/**
 * The cards of rerouting, RICE and top-p in a link: `rr=rate:0.1,steps:8`, `rice=beta:16,set:manual,picked:3.4_5.6`,
 * `topp=p:0.4,mass:all` hold what differs from the defaults. Runs, reports and a visitor's own marker stay on the page.
 */
import { LAYER_CHOICES, OPTIMISERS, SIGNS, type ReroutingSettings } from '../../methods/rerouting/settings';
import { BETA_MAX, L_MAX, type RiceSettings } from '../../methods/rice/settings';
import { topPDefaults, type TopPSettings } from '../../methods/top-p/settings';
import { shown } from '../shown';
import { strings } from '../strings';
import { REROUTING_CARD, REROUTING_SOURCES, type ReroutingCard } from './reroutingCard';
import { RICE_CARD, RICE_SCOPES, RICE_SETS, type RiceCard } from './riceCard';
import { NO_STEERING, type SteeringState } from './state';

export const STEERING_KEYS = { rerouting: 'rr', rice: 'rice', topP: 'topp' } as const;
type Card = keyof typeof STEERING_KEYS;
const CARDS = Object.keys(STEERING_KEYS) as readonly Card[];

/** Most experts that a link picks by hand. */
const MOST_PICKED = 64;
/** Model of which the bounds of top-p are the defaults; the page's own. */
const SIZE = { experts: 16, topK: 2 };
const MOST_EXPERTS = 1_024;

type Field = { readonly min: number; readonly max: number; readonly whole?: true; readonly endless?: true } | { readonly options: readonly string[] } | 'flag' | 'experts';
type Value = string | number | boolean;

const seed = { min: 0, max: 4_294_967_295, whole: true } as const;
const newTokens = { min: 1, max: 256, whole: true } as const;

const FIELDS: Readonly<Record<Card, Readonly<Record<string, Field>>>> = {
  rerouting: {
    rate: { min: 1e-6, max: 100 },
    steps: { min: 0, max: 50, whole: true },
    interval: { min: 1, max: 512, whole: true },
    choice: { options: LAYER_CHOICES },
    share: { min: 0.001, max: 1 },
    sign: { options: SIGNS },
    optimiser: { options: OPTIMISERS },
    warmStart: 'flag',
    clamp: { min: 1e-6, max: 1_000, endless: true },
    seed,
    source: { options: REROUTING_SOURCES },
    first: { min: 1, max: 99, whole: true },
    newTokens,
    fresh: 'flag',
  },
  rice: { l: { min: 0, max: L_MAX, whole: true }, beta: { min: 0, max: BETA_MAX }, renormalise: 'flag', set: { options: RICE_SETS }, picked: 'experts', scope: { options: RICE_SCOPES }, newTokens },
  topP: { p: { min: 0, max: 1 }, min: { min: 1, max: MOST_EXPERTS, whole: true }, max: { min: 1, max: MOST_EXPERTS, whole: true }, mass: { options: ['all', 'topk'] }, renormalise: 'flag', target: { min: 1, max: MOST_EXPERTS } },
};

/** Each card as one flat record of what a link can hold. */
const flat: { readonly [C in Card]: (card: SteeringState[C]) => Readonly<Record<string, Value>> } = {
  rerouting: ({ settings, source, first, newTokens: n, fresh }) => ({ ...settings, source, first, newTokens: n, fresh }),
  rice: ({ settings: { l, beta, renormalise }, set, picked, scope, newTokens: n }) => ({ l, beta, renormalise, set, picked: picked.map(({ layer, expert }) => `${layer}.${expert}`).join('_'), scope, newTokens: n }),
  topP: ({ settings, target }) => ({ ...(settings ?? topPDefaults(SIZE)), target }),
};

function defaultsOf(card: Card): Readonly<Record<string, Value>> {
  return flatOf(card, NO_STEERING);
}

function flatOf(card: Card, steering: SteeringState): Readonly<Record<string, Value>> {
  switch (card) {
    case 'rerouting':
      return flat.rerouting(steering.rerouting);
    case 'rice':
      return flat.rice(steering.rice);
    case 'topP':
      return flat.topP(steering.topP);
  }
}

/** The cards as a query, without a leading `&`; empty when all is at its default. */
export function encodeSteering(steering: SteeringState): string {
  return CARDS.flatMap((card) => {
    const unset = defaultsOf(card);
    const parts = Object.entries(flatOf(card, steering)).flatMap(([name, value]) => (value === unset[name] ? [] : [`${name}:${String(value)}`]));
    return parts.length === 0 ? [] : [`${STEERING_KEYS[card]}=${parts.join(',')}`];
  }).join('&');
}

export interface DecodedSteering {
  /** The cards that the link says something about. */
  readonly cards: Partial<SteeringState>;
  /** One sentence for each value that was left out. */
  readonly notices: readonly string[];
}

/** Reads the cards' part of a link; what is not understood is left out and told. */
export function decodeSteering(hash: string): DecodedSteering {
  const query = new URLSearchParams(hash.replace(/^#/, ''));
  const notices: string[] = [];
  let cards: Partial<SteeringState> = {};
  for (const card of CARDS) {
    const text = query.get(STEERING_KEYS[card]);
    if (text === null) continue;
    const read = new Map<string, Value>();
    for (const part of text.split(',').filter((one) => one !== '')) {
      const [name = '', value = ''] = part.split(':');
      const field = Object.hasOwn(FIELDS[card], name) ? FIELDS[card][name] : undefined;
      const known = field === undefined ? undefined : readField(field, value);
      if (known === undefined) notices.push(strings.link.bad(STEERING_KEYS[card], shown(part), strings.link.wanted.settings));
      else read.set(name, known);
    }
    cards = { ...cards, ...cardOf(card, { ...defaultsOf(card), ...Object.fromEntries(read) }) };
  }
  return { cards, notices };
}

function readField(field: Field, text: string): Value | undefined {
  if (field === 'flag') return text === 'true' || text === 'false' ? text === 'true' : undefined;
  if (field === 'experts') return text === '' || (/^\d{1,4}\.\d{1,4}(_\d{1,4}\.\d{1,4})*$/.test(text) && text.split('_').length <= MOST_PICKED) ? text : undefined;
  if ('options' in field) return field.options.find((option) => option === text);
  if (field.endless === true && text === 'Infinity') return Infinity;
  const value = text === '' ? Number.NaN : Number(text);
  return value >= field.min && value <= field.max && (field.whole !== true || Number.isInteger(value)) ? value : undefined;
}

/** The card that a checked record stands for. */
function cardOf(card: Card, values: Readonly<Record<string, Value>>): Partial<SteeringState> {
  const { target, source, first, newTokens: n, fresh, set, picked, scope, ...settings } = values;
  switch (card) {
    case 'rerouting': {
      const own = { source, first, newTokens: n, fresh } as Partial<ReroutingCard>;
      return { rerouting: { ...REROUTING_CARD, ...own, settings: { ...REROUTING_CARD.settings, ...(settings as Partial<ReroutingSettings>) } } };
    }
    case 'rice': {
      const experts = String(picked).split('_').filter((one) => one !== '').map((one) => one.split('.').map(Number));
      const own = { set, scope, newTokens: n, picked: experts.map(([layer = 0, expert = 0]) => ({ layer, expert })) } as Partial<RiceCard>;
      return { rice: { ...RICE_CARD, ...own, settings: { ...RICE_CARD.settings, ...(settings as Partial<RiceSettings>) } } };
    }
    case 'topP':
      return { topP: { ...NO_STEERING.topP, target: Number(target), settings: { ...topPDefaults(SIZE), ...(settings as Partial<TopPSettings>) } } };
  }
}

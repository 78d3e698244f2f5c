/**
 * The Re-mix panel in a link: `item=single-test-away-3` is the question of the benchmark, `c3po=method:mode,k:5,layers:6.7`
 * the settings that differ from the defaults. Questions of the visitor's own stay on the page.
 */
import { C3PO_RANGES, DISTANCES, KERNELS, MEMBERSHIPS, METHODS, NEIGHBOURHOODS, OPTIMISERS, POOLS, PROJECTIONS, SCHEDULES, TOKEN_PLACES, type C3poSettings, type Range } from '../../methods/c3po/settings';
import { shown } from '../shown';
import { strings } from '../strings';
import type { RemixState } from './state';

export const REMIX_KEYS = { item: 'item', settings: 'c3po' } as const;

const CHOICES = {
  method: METHODS,
  pool: POOLS,
  neighbourhood: NEIGHBOURHOODS,
  distance: DISTANCES,
  kernel: KERNELS,
  schedule: SCHEDULES,
  optimiser: OPTIMISERS,
  membership: MEMBERSHIPS,
  projection: PROJECTIONS,
} as const;

const MOST_LAYER = 10_000;
const MOST_ID = 200;

function valueText(value: unknown): string {
  if (Array.isArray(value)) return value.join('.');
  return typeof value === 'object' && value !== null && 'place' in value && 'count' in value ? `${String(value.place)}-${String(value.count)}` : String(value);
}

/** The panel as a query, without a leading `&`; empty when all is at its default. */
export function encodeRemix({ item, changes, data }: Pick<RemixState, 'item' | 'changes' | 'data'>): string {
  // The question that stands there before any is chosen.
  const first = data.phase === 'ready' ? (data.items.find(({ template }) => template === 'away') ?? data.items[0])?.id : undefined;
  const settings = Object.entries(changes).map(([name, value]) => `${name}:${valueText(value)}`);
  const parts = [
    ...(item === undefined || item.id === 'own' || item.id === first ? [] : [`${REMIX_KEYS.item}=${encodeURIComponent(item.id)}`]),
    ...(settings.length === 0 ? [] : [`${REMIX_KEYS.settings}=${settings.join(',')}`]),
  ];
  return parts.join('&');
}

export interface DecodedRemix {
  readonly changes: Partial<C3poSettings>;
  /** Id of a question of the benchmark; empty where the link names none. */
  readonly wanted: string;
  /** One sentence for each value that was left out. */
  readonly notices: readonly string[];
}

/** Reads the panel's part of a link; what is not understood is left out and told. */
export function decodeRemix(hash: string): DecodedRemix {
  const query = new URLSearchParams(hash.replace(/^#/, ''));
  const changes: Record<string, unknown> = {};
  const notices: string[] = [];
  for (const part of (query.get(REMIX_KEYS.settings) ?? '').split(',').filter((text) => text !== '')) {
    const [name = '', text = ''] = part.split(':');
    const value = readSetting(name, text);
    if (value === undefined) notices.push(strings.link.bad(REMIX_KEYS.settings, shown(part), strings.link.wanted.settings));
    else changes[name] = value;
  }
  return { changes: changes as Partial<C3poSettings>, wanted: (query.get(REMIX_KEYS.item) ?? '').slice(0, MOST_ID), notices };
}

function readSetting(name: string, text: string): unknown {
  if (Object.hasOwn(CHOICES, name)) return CHOICES[name as keyof typeof CHOICES].find((option) => option === text);
  if (name === 'layers') return /^\d{1,5}(\.\d{1,5})*$/.test(text) ? [...new Set(text.split('.').map(Number))].filter((layer) => layer < MOST_LAYER).sort((a, b) => a - b) : undefined;
  if (name === 'token') {
    const [place, count] = text.split('-');
    const known = TOKEN_PLACES.find((one) => one === place);
    return known !== undefined && (count === '1' || count === '3') ? { place: known, count: Number(count) } : undefined;
  }
  if (name === 'alphaRegression' && text === 'search') return text;
  if (!Object.hasOwn(C3PO_RANGES, name) || text === '') return undefined;
  const range: Range = C3PO_RANGES[name as keyof typeof C3PO_RANGES];
  const value = Number(text);
  return Number.isFinite(value) && value >= range.min && value <= range.max && (range.whole !== true || Number.isInteger(value)) ? value : undefined;
}

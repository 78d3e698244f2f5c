/**
 * Edits in a link, in their order: `ab=3.37,5.2` switches experts off, `rk=1` or `rk=3:1` sets k (everywhere or in a
 * layer), `rp=0.9` top-p of experts, `bias=3.8:+5` a logit, `mix=3.8:0.7_13:0.3` weights, `scale=3.8:2` factors,
 * `force=21:513` a token, `draw=21:7` draws with seed 7 from a token on, `plan=` holds a whole RoutingPlan, deflated. `@12` behind an item is the first token that it covers, `!` means that it is switched off.
 */
import { MOST_EDITS, type Change, type Edit, type EditLayer, type EditList } from './edits';
import { deflate, inflate } from './packed';
import { parsePlan } from '../routing/parse';
import type { RoutingPlan } from '../routing/plan';
import { shown } from './shown';
import { strings } from './strings';

/** What bounds the edits of a model. */
export interface EditBounds {
  /** Layer numbers with a router. */
  readonly layers: readonly number[];
  readonly experts: number;
  readonly vocabulary: number;
}

export const EDIT_KEYS = ['ab', 'rk', 'rp', 'bias', 'mix', 'scale', 'force', 'draw', 'plan'] as const;
type EditKey = (typeof EDIT_KEYS)[number];

/** Largest bias and factor that the page's controls and links give. */
export const MOST_BIAS = 10;
export const MOST_FACTOR = 4;
export const MOST_WEIGHT = 2;
const MOST_TOKEN = 100_000;
const MOST_SEED = 999_999_999;
/** Longest plan in a link, bytes after inflating, and most entries of one. */
const MOST_PLAN = 65_536;
const MOST_ENTRIES = 64;

const layerText = (layer: EditLayer): string => (layer === 'all' ? '' : `${layer}:`);
const weightsText = (layer: number, weights: Readonly<Record<string, number>>): string =>
  `${layer}.${Object.entries(weights)
    .map(([expert, weight]) => `${expert}:${weight}`)
    .join('_')}`;

function itemOf(edit: Edit): readonly [EditKey, string] {
  switch (edit.kind) {
    case 'ablate':
      return ['ab', `${edit.layer}.${edit.expert}`];
    case 'k':
      return ['rk', `${layerText(edit.layer)}${edit.k}`];
    case 'topP':
      return ['rp', `${layerText(edit.layer)}${edit.p}`];
    case 'bias':
      return ['bias', `${edit.layer}.${edit.expert}:${edit.value < 0 ? '' : '+'}${edit.value}`];
    case 'mix':
      return [edit.mode === 'set' ? 'mix' : 'scale', weightsText(edit.layer, edit.weights)];
    case 'plan':
      // Packed by `encodeEdits`.
      return ['plan', JSON.stringify(edit.plan)];
    case 'force':
      return ['force', `${edit.from}:${edit.token}`];
    case 'redraw':
      return ['draw', `${edit.from}:${edit.seed}`];
  }
}

/** Pairs of key and items in the order of the list; neighbours of one kind share a key. */
async function editPairs(list: EditList): Promise<readonly (readonly [EditKey, string])[]> {
  const pairs: [EditKey, string][] = [];
  for (const edit of list) {
    const [key, plain] = itemOf(edit);
    const item = key === 'plan' ? await deflate(plain) : plain;
    const scope = edit.from > 0 && edit.kind !== 'force' && edit.kind !== 'redraw' ? `@${edit.from}` : '';
    const text = `${item}${scope}${edit.enabled ? '' : '!'}`;
    const last = pairs.at(-1);
    if (last?.[0] === key) last[1] += `,${text}`;
    else pairs.push([key, text]);
  }
  return pairs;
}

/** The edits as a query, without a leading `&`; empty when there are none. */
export async function encodeEdits(list: EditList): Promise<string> {
  return (await editPairs(list))
    .map(([key, text]) => `${key}=${encodeURIComponent(text).replaceAll('%2C', ',').replaceAll('%3A', ':').replaceAll('%40', '@')}`)
    .join('&');
}

export interface DecodedEdits {
  readonly list: EditList;
  /** One sentence for each item that was left out. */
  readonly notices: readonly string[];
}

function whole(text: string | undefined, most: number): number | undefined {
  return text !== undefined && /^\d{1,9}$/.test(text) && Number(text) <= most ? Number(text) : undefined;
}

function real(text: string | undefined, least: number, most: number): number | undefined {
  if (text === undefined || !/^[+-]?(\d+\.?\d*|\.\d+)$/.test(text)) return undefined;
  return Math.min(most, Math.max(least, Number(text)));
}

function layerOf(text: string | undefined, bounds: EditBounds): number | undefined {
  const layer = whole(text, 100_000);
  return layer !== undefined && bounds.layers.includes(layer) ? layer : undefined;
}

function readCut(key: 'rk' | 'rp', item: string, bounds: EditBounds): Change | undefined {
  const [first, second] = item.split(':');
  const layer: EditLayer | undefined = second === undefined ? 'all' : layerOf(first, bounds);
  const value = second ?? first;
  if (layer === undefined) return undefined;
  if (key === 'rk') {
    const k = whole(value, bounds.experts);
    return k === undefined || k < 1 ? undefined : { kind: 'k', layer, k };
  }
  const p = real(value, 0.01, 1);
  return p === undefined ? undefined : { kind: 'topP', layer, p };
}

function readWeights(mode: 'set' | 'scale', item: string, bounds: EditBounds): Change | undefined {
  const dot = item.indexOf('.');
  const layer = layerOf(item.slice(0, dot), bounds);
  const weights: Record<string, number> = {};
  for (const part of item.slice(dot + 1).split('_')) {
    const [id, value] = part.split(':');
    const expert = whole(id, bounds.experts - 1);
    const weight = real(value, 0, mode === 'set' ? MOST_WEIGHT : MOST_FACTOR);
    if (expert === undefined || weight === undefined) return undefined;
    weights[expert] = weight;
  }
  const any = mode === 'scale' || Object.values(weights).some((weight) => weight > 0);
  return dot < 1 || layer === undefined || !any ? undefined : { kind: 'mix', layer, mode, weights };
}

function readItem(key: Exclude<EditKey, 'plan'>, item: string, bounds: EditBounds): { readonly change: Change; readonly from?: number } | undefined {
  const [place, value] = item.split(':');
  const [layerText_, expertText] = (place ?? '').split('.');
  const layer = layerOf(layerText_, bounds);
  const expert = whole(expertText, bounds.experts - 1);
  const wrap = (change: Change | undefined) => change && { change };
  switch (key) {
    case 'ab':
      return value !== undefined || layer === undefined || expert === undefined ? undefined : { change: { kind: 'ablate', layer, expert } };
    case 'bias': {
      const bias = real(value, -MOST_BIAS, MOST_BIAS);
      return layer === undefined || expert === undefined || bias === undefined ? undefined : { change: { kind: 'bias', layer, expert, value: bias } };
    }
    case 'rk':
    case 'rp':
      return wrap(readCut(key, item, bounds));
    case 'mix':
      return wrap(readWeights('set', item, bounds));
    case 'scale':
      return wrap(readWeights('scale', item, bounds));
    case 'force': {
      const [position, token] = [whole(place, MOST_TOKEN), whole(value, bounds.vocabulary - 1)];
      return position === undefined || position < 1 || token === undefined ? undefined : { change: { kind: 'force', token, text: '' }, from: position };
    }
    case 'draw': {
      const [position, seed] = [whole(place, MOST_TOKEN), whole(value, MOST_SEED)];
      return position === undefined || position < 1 || seed === undefined ? undefined : { change: { kind: 'redraw', seed }, from: position };
    }
  }
}

/** Whether a link holds edits at all. */
export function hasEdits(hash: string): boolean {
  const query = new URLSearchParams(hash.replace(/^#/, ''));
  return EDIT_KEYS.some((key) => query.has(key));
}

/** A plan of a link; undefined where it is none, or none of this model, or too long. */
async function readPlan(item: string, bounds: EditBounds): Promise<RoutingPlan | undefined> {
  if (item.length > MOST_PLAN) return undefined;
  try {
    const value: unknown = JSON.parse(await inflate(item, MOST_PLAN));
    const plan = parsePlan(value, { layers: bounds.layers.length, experts: bounds.experts });
    return plan.entries.length <= MOST_ENTRIES ? plan : undefined;
  } catch {
    // Not base64, not deflated, not JSON or not a plan: the notice says that it was left out.
    return undefined;
  }
}

/** The edits of a link, checked against a model. */
export async function decodeEdits(hash: string, bounds: EditBounds): Promise<DecodedEdits> {
  const list: Edit[] = [];
  const notices: string[] = [];
  for (const [key, text] of new URLSearchParams(hash.replace(/^#/, ''))) {
    const known = EDIT_KEYS.find((name) => name === key);
    if (known === undefined) continue;
    for (const item of text === '' ? [] : text.split(',')) {
      if (list.length >= MOST_EDITS) {
        notices.push(strings.edits.url.tooMany(MOST_EDITS));
        return { list, notices };
      }
      const [, body = '', scope, off] = /^([^@!]*)(?:@(\d{1,6}))?(!)?$/.exec(item.replaceAll(' ', '+')) ?? [];
      const plan = known === 'plan' ? await readPlan(body, bounds) : undefined;
      const read = known === 'plan' ? plan && { change: { kind: 'plan', plan } as const, from: 0 } : readItem(known, body, bounds);
      if (read === undefined || body === '') notices.push(strings.link.bad(key, shown(item), strings.link.wanted.edit[known]));
      else list.push({ ...read.change, id: `e${list.length + 1}`, enabled: off === undefined, from: read.from ?? Number(scope ?? 0) });
    }
  }
  return { list, notices };
}

/**
 * A RoutingPlan from outside (file, link, trace): hand-narrowed, bounds checked against the model, every
 * fault listed under its JSON path. Nothing of the input object is kept, only fresh values.
 */
import { PlaygroundError } from '../base/errors';
import type { PlanEntry, RoutingPlan, TokenSelector, TopPRule } from './plan';

/** What bounds a plan: MoE layers L and routed experts E of the model, 0 and 0 for a dense one. */
export interface RouterShape {
  readonly layers: number;
  readonly experts: number;
}

type JsonObject = Readonly<Record<string, unknown>>;

/** Collects faults; a reader reports here and returns undefined. */
class Faults {
  readonly list: string[] = [];

  add(path: string, sentence: string): undefined {
    this.list.push(`${path}: ${sentence}`);
    return undefined;
  }
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A value as the fault list shows it. */
function shown(value: unknown): string {
  // JSON would show NaN and the infinities as null.
  const text = typeof value === 'number' ? String(value) : (JSON.stringify(value) ?? String(value));
  return text.length > 40 ? `${text.slice(0, 40)}…` : text;
}

function readInteger(value: unknown, from: number, to: number, path: string, faults: Faults): number | undefined {
  if (typeof value === 'number' && Number.isInteger(value) && value >= from && value <= to) return value;
  const range = to === Number.MAX_SAFE_INTEGER ? `of at least ${from}` : `from ${from} to ${to}`;
  return faults.add(path, `wanted an integer ${range}, got ${shown(value)}.`);
}

function readIntegers(value: readonly unknown[], from: number, to: number, path: string, faults: Faults): number[] {
  return value.flatMap((item, i) => readInteger(item, from, to, `${path}[${i}]`, faults) ?? []);
}

function readNumber(value: unknown, path: string, faults: Faults): number | undefined {
  // Adding 0 turns -0, which JSON cannot tell from 0, into 0.
  if (typeof value === 'number' && Number.isFinite(value)) return value + 0;
  return faults.add(path, `wanted a finite number, got ${shown(value)}.`);
}

/** Reports fields that nothing would read: most often a misspelt one, which would silently do nothing. */
function rejectUnknown(value: JsonObject, known: readonly string[], path: string, faults: Faults): void {
  for (const key of Object.keys(value)) {
    if (!known.includes(key)) faults.add(`${path}.${key}`, `unknown field; known ones are ${known.join(', ')}.`);
  }
}

function readLayers(value: unknown, shape: RouterShape, path: string, faults: Faults): PlanEntry['layers'] | undefined {
  if (value === 'all') return 'all';
  if (Array.isArray(value)) return readIntegers(value, 0, shape.layers - 1, path, faults);
  return faults.add(path, `wanted "all" or a list of layer numbers, got ${shown(value)}.`);
}

function readTokens(value: unknown, path: string, faults: Faults): TokenSelector | undefined {
  if (value === 'all' || value === 'last') return value;
  if (Array.isArray(value)) return readIntegers(value, 0, Number.MAX_SAFE_INTEGER, path, faults);
  if (!isObject(value)) return faults.add(path, `wanted "all", "last", a list of positions or {from, to}, got ${shown(value)}.`);
  rejectUnknown(value, ['from', 'to'], path, faults);
  const from = readInteger(value['from'], 0, Number.MAX_SAFE_INTEGER, `${path}.from`, faults);
  if (from === undefined) return undefined;
  if (value['to'] === undefined) return { from };
  const to = readInteger(value['to'], from, Number.MAX_SAFE_INTEGER, `${path}.to`, faults);
  return to === undefined ? undefined : { from, to };
}

function readTopP(value: unknown, experts: number, path: string, faults: Faults): TopPRule | undefined {
  if (!isObject(value)) return faults.add(path, `wanted {p, min, max, mass}, got ${shown(value)}.`);
  rejectUnknown(value, ['p', 'min', 'max', 'mass'], path, faults);
  const p = readNumber(value['p'], `${path}.p`, faults);
  const inRange = p !== undefined && p > 0 && p <= 1;
  if (p !== undefined && !inRange) faults.add(`${path}.p`, `wanted a number above 0 and up to 1, got ${p}.`);
  const min = value['min'] === undefined ? undefined : readInteger(value['min'], 1, experts, `${path}.min`, faults);
  const max = value['max'] === undefined ? undefined : readInteger(value['max'], min ?? 1, experts, `${path}.max`, faults);
  const mass = value['mass'];
  if (mass !== 'all' && mass !== 'topk') return faults.add(`${path}.mass`, `wanted "all" or "topk", got ${shown(mass)}.`);
  if (p === undefined || !inRange) return undefined;
  return { p, ...(min === undefined ? {} : { min }), ...(max === undefined ? {} : { max }), mass };
}

function readByExpert(value: unknown, experts: number, path: string, faults: Faults): Record<string, number> | undefined {
  if (!isObject(value)) return faults.add(path, `wanted an object from expert id to number, got ${shown(value)}.`);
  const pairs: [string, number][] = [];
  for (const [key, item] of Object.entries(value)) {
    const isId = /^(0|[1-9]\d*)$/.test(key) && Number(key) < experts;
    if (!isId) faults.add(`${path}.${key}`, `wanted an expert id from 0 to ${experts - 1} as the key.`);
    const number = readNumber(item, `${path}.${key}`, faults);
    if (isId && number !== undefined) pairs.push([key, number]);
  }
  return Object.fromEntries(pairs);
}

function readOverride(value: unknown, experts: number, path: string, faults: Faults): PlanEntry['override'] | undefined {
  if (value === 'uniform') return 'uniform';
  if (!Array.isArray(value)) return faults.add(path, `wanted "uniform" or ${experts} numbers, got ${shown(value)}.`);
  if (value.length !== experts) return faults.add(path, `wanted ${experts} numbers, one for each expert, got ${value.length}.`);
  const weights = value.flatMap((item: unknown, i) => {
    const number = readNumber(item, `${path}[${i}]`, faults);
    if (number === undefined || number >= 0) return number ?? [];
    faults.add(`${path}[${i}]`, `wanted a number of at least 0, got ${number}.`);
    return [];
  });
  if (weights.length !== experts) return undefined;
  if (weights.some((weight) => weight > 0)) return weights;
  return faults.add(path, 'wanted at least one number above 0, got only zeros.');
}

function readRenormalise(value: unknown, path: string, faults: Faults): PlanEntry['renormalise'] | undefined {
  if (value === 'model' || value === 'off' || value === 'before-scale' || value === 'after-scale') return value;
  return faults.add(path, `wanted "model", "off", "before-scale" or "after-scale", got ${shown(value)}.`);
}

const ENTRY_FIELDS = ['layers', 'tokens', 'k', 'topP', 'mask', 'bias', 'selectionBias', 'override', 'scale', 'renormalise'];

/** A field by its reader if the entry has it. */
function optional<Key extends keyof PlanEntry>(
  entry: JsonObject,
  key: Key,
  read: (value: unknown) => PlanEntry[Key] | undefined,
): Partial<Pick<PlanEntry, Key>> {
  const value = entry[key] === undefined ? undefined : read(entry[key]);
  // The computed key is exactly Key, which TypeScript widens to string.
  return value === undefined ? {} : ({ [key]: value } as Partial<Pick<PlanEntry, Key>>);
}

function readEntry(value: unknown, shape: RouterShape, path: string, faults: Faults): PlanEntry | undefined {
  if (!isObject(value)) return faults.add(path, `wanted an object, got ${shown(value)}.`);
  rejectUnknown(value, ENTRY_FIELDS, path, faults);
  const { experts } = shape;
  const layers = readLayers(value['layers'], shape, `${path}.layers`, faults);
  const tokens = readTokens(value['tokens'], `${path}.tokens`, faults);
  if (value['k'] !== undefined && value['topP'] !== undefined) {
    faults.add(path, 'k and topP are two ways to choose; an entry may have one of them.');
  }
  const rest = {
    ...optional(value, 'k', (k) => readInteger(k, 1, experts, `${path}.k`, faults)),
    ...optional(value, 'topP', (topP) => readTopP(topP, experts, `${path}.topP`, faults)),
    ...optional(value, 'mask', (mask) =>
      Array.isArray(mask)
        ? readIntegers(mask, 0, experts - 1, `${path}.mask`, faults)
        : faults.add(`${path}.mask`, `wanted a list of expert ids, got ${shown(mask)}.`),
    ),
    ...optional(value, 'bias', (bias) => readByExpert(bias, experts, `${path}.bias`, faults)),
    ...optional(value, 'selectionBias', (bias) => readByExpert(bias, experts, `${path}.selectionBias`, faults)),
    ...optional(value, 'override', (override) => readOverride(override, experts, `${path}.override`, faults)),
    ...optional(value, 'scale', (scale) => readByExpert(scale, experts, `${path}.scale`, faults)),
    ...optional(value, 'renormalise', (rule) => readRenormalise(rule, `${path}.renormalise`, faults)),
  };
  return layers === undefined || tokens === undefined ? undefined : { layers, tokens, ...rest };
}

/**
 * Checks a value against the plan format (version 1.0) and a model's shape.
 * @throws PlaygroundError `bad-input`; `details` lists all faults, each as `path: sentence`.
 */
export function parsePlan(value: unknown, shape: RouterShape): RoutingPlan {
  const faults = new Faults();
  let entries: PlanEntry[] = [];
  if (!isObject(value)) {
    faults.add('plan', `wanted an object, got ${shown(value)}.`);
  } else {
    rejectUnknown(value, ['format', 'version', 'entries'], 'plan', faults);
    if (value['format'] !== 'moe-plan') faults.add('format', `wanted "moe-plan", got ${shown(value['format'])}.`);
    if (value['version'] !== '1.0') faults.add('version', `wanted "1.0", got ${shown(value['version'])}.`);
    const list = value['entries'];
    if (!Array.isArray(list)) {
      faults.add('entries', `wanted a list, got ${shown(list)}.`);
    } else if (shape.experts === 0 && list.length > 0) {
      faults.add('entries', 'wanted none, because this model is dense: it has no router to change.');
    } else {
      entries = list.flatMap((entry: unknown, i) => readEntry(entry, shape, `entries[${i}]`, faults) ?? []);
    }
  }
  const first = faults.list[0];
  if (first !== undefined) {
    const more = faults.list.length > 1 ? ` (${faults.list.length - 1} more below.)` : '';
    throw new PlaygroundError('bad-input', `The routing plan cannot be used. ${first}${more}`, faults.list);
  }
  return { format: 'moe-plan', version: '1.0', entries };
}

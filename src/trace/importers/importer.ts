/**
 * What all importers of foreign formats share. Each turns what it recognises into files of version 1, which are then
 * checked like any other; what the source does not say is absent, or named in `meta.unknown` where the format needs a value.
 */
import type { Faults } from '../faults';
import type { JsonObject } from '../json';

/** A file as it came: its text, and the JSON in it where there is any (a list for JSON lines). */
export interface Source {
  readonly text: string;
  readonly value: unknown;
}

export interface Importer {
  /** Short name, kept in `meta.source`. */
  readonly id: string;
  /** Name for sentences. */
  readonly name: string;
  readonly recognises: (source: Source) => boolean;
  /** Files of version 1, not checked yet; empty after adding at least one fault. */
  readonly toFiles: (source: Source, faults: Faults) => readonly JsonObject[];
}

/** Traces made of one file at most: the page holds no more. */
export const MOST_TRACES = 12;

/** Numbers of one array at most, so that a single large index cannot ask for all memory. */
export const MOST_NUMBERS = 16_777_216;

/** Stands for a time that is not known; `meta.unknown` says so. */
const NO_TIME = '1970-01-01T00:00:00Z';

/** What an importer found out. Everything that is left out is not known. */
export interface Imported {
  readonly source: string;
  readonly title?: string | undefined;
  /** ISO 8601. */
  readonly created?: string | undefined;
  readonly model: {
    readonly id?: string | undefined;
    readonly moeLayers: readonly number[];
    /** The numbers of the layers are positions in a list only. */
    readonly layersUncertain?: boolean;
    readonly experts: number;
    /** `experts` is only the largest id that occurs, plus 1. */
    readonly expertsUncertain?: boolean;
    readonly topK: number;
    readonly normTopk?: boolean | undefined;
    readonly scoring?: 'softmax' | 'sigmoid' | undefined;
    readonly layers?: number | undefined;
    readonly sharedExperts?: number | undefined;
  };
  readonly run?: JsonObject;
  readonly tokens: {
    readonly ids: readonly number[] | undefined;
    readonly text: readonly string[] | undefined;
    readonly generatedFrom: number;
  };
  readonly routing: {
    /** [T, L, K] flat, 0 past `count`. */
    readonly experts: readonly number[];
    /** Undefined where the source has no weights. */
    readonly mix?: readonly number[] | undefined;
    readonly prob?: readonly number[] | undefined;
    readonly logits?: readonly number[] | undefined;
    readonly outputNorm?: readonly number[] | undefined;
    readonly count?: readonly number[] | undefined;
    readonly slots: number;
  };
  readonly output?: JsonObject | undefined;
  readonly meta?: JsonObject;
}

/** The file form of what was found, with placeholders and their names where the format needs a value that is not known. */
export function importedFile(found: Imported, tokens: number): JsonObject {
  const { model, routing } = found;
  const unknown: string[] = [];
  const orElse = <T>(path: string, value: T | undefined, placeholder: T): T => {
    if (value === undefined) unknown.push(path);
    return value ?? placeholder;
  };
  const layers = model.moeLayers.length;
  const shape = [tokens, layers, routing.slots];
  const ids = orElse('tokens.ids', found.tokens.ids, new Array<number>(tokens).fill(0));
  const text = orElse('tokens.text', found.tokens.text, ids.map((id, t) => (found.tokens.ids === undefined ? `<#${t + 1}>` : `<id ${id}>`)));
  if (model.layersUncertain === true) unknown.push('model.moeLayers');
  if (model.expertsUncertain === true) unknown.push('model.experts');
  const mix = orElse<readonly (number | null)[]>('routing.mix', routing.mix, unknownMix(routing, tokens * layers));
  return {
    $schema: 'moe-trace-1',
    format: 'moe-trace',
    version: '1.0',
    exporter: `import-${found.source}@1`,
    created: orElse('created', found.created, NO_TIME),
    title: (found.title ?? found.source).slice(0, 1000),
    model: {
      id: orElse('model.id', model.id, 'unknown').slice(0, 500),
      layers: orElse('model.layers', model.layers, model.moeLayers.reduce((most, layer) => Math.max(most, layer), -1) + 1),
      moeLayers: model.moeLayers,
      experts: model.experts,
      topK: model.topK,
      sharedExperts: orElse('model.sharedExperts', model.sharedExperts, 0),
      scoring: orElse('model.scoring', model.scoring, 'softmax'),
      normTopk: orElse('model.normTopk', model.normTopk, false),
    },
    run: { promptTokens: found.tokens.generatedFrom, ...found.run },
    tokens: { ids, text, kind: text.map((_, t) => (t < found.tokens.generatedFrom ? 'prompt' : 'generated')) },
    routing: {
      shape,
      experts: routing.experts,
      mix,
      ...(routing.prob && { prob: routing.prob }),
      ...(routing.logits && { logits: routing.logits }),
      ...(routing.outputNorm && { outputNorm: routing.outputNorm }),
      ...(routing.count && { count: routing.count }),
    },
    ...(found.output && { output: found.output }),
    meta: { ...found.meta, source: found.source, unknown },
  };
}

/** null in every used slot, 0 past `count`. */
function unknownMix({ slots, count }: Imported['routing'], rows: number): (number | null)[] {
  return Array.from({ length: rows * slots }, (_, i) => (i % slots < (count?.[Math.floor(i / slots)] ?? slots) ? null : 0));
}

/** Whether the weights of every row with any sum to 1; undefined where none are known. */
export function sumsToOne(mix: readonly number[] | undefined, slots: number): boolean | undefined {
  if (mix === undefined || slots === 0) return undefined;
  for (let at = 0; at < mix.length; at += slots) {
    const sum = mix.slice(at, at + slots).reduce((a, b) => a + b, 0);
    if (sum !== 0 && Math.abs(sum - 1) > 2e-3) return false;
  }
  return true;
}

/** A list of the file, or an empty one. */
export function listOf(file: JsonObject | undefined): readonly JsonObject[] {
  return file === undefined ? [] : [file];
}

/** The first whole number of at least `least` under any of the names, in any of the objects. */
export function numberIn(places: readonly unknown[], names: readonly string[], least = 1): number | undefined {
  for (const place of places) {
    if (typeof place !== 'object' || place === null) continue;
    for (const name of names) {
      const value: unknown = Object.hasOwn(place, name) ? Reflect.get(place, name) : undefined;
      if (typeof value === 'number' && Number.isSafeInteger(value) && value >= least) return value;
    }
  }
  return undefined;
}

/** A list of whole numbers of at least `least`, or undefined. */
export function wholeList(value: unknown, least = 0): readonly number[] | undefined {
  return Array.isArray(value) && value.every((x) => Number.isSafeInteger(x) && (x as number) >= least) ? (value as readonly number[]) : undefined;
}

/** A list of texts, or undefined. */
export function textList(value: unknown): readonly string[] | undefined {
  return Array.isArray(value) && value.every((x) => typeof x === 'string') ? (value as readonly string[]) : undefined;
}

/** ISO 8601 with a zone, from a text that may lack one or seconds since 1970; undefined for anything else. */
export function isoTime(value: unknown): string | undefined {
  const date = typeof value === 'number' ? new Date(1000 * value) : typeof value === 'string' && /^\d{4}-\d\d-\d\dT\d\d:\d\d/.test(value) ? new Date(/(Z|[+-]\d\d:?\d\d)$/.test(value) ? value : `${value}Z`) : undefined;
  return date !== undefined && Number.isFinite(date.getTime()) && date.getFullYear() < 10_000 ? date.toISOString() : undefined;
}

/** From a file to a trace in memory: every byte is checked, and nothing of the input is kept. */
import type { RoutingPlan } from '../routing/plan';
import { readArray, sizeOf, type ArrayRule } from './arrays';
import { checkSlots, checkTokens } from './consistency';
import { Faults, type TraceFault } from './faults';
import { traceFingerprint } from './fingerprint';
import { copyObject, parseJson, refuseHarmful } from './json';
import { traceFileSchema, type TraceFile, type TraceFileModel, type TraceFileRun } from './schema';
import { checkAgainst } from './sentences';
import type { Trace, TraceMark, TraceModel, TraceOutput, TraceRouting, TraceRun, TraceTokens } from './trace';
import { recogniseTrace } from './version';

export type ImportResult =
  | {
      readonly ok: true;
      readonly trace: Trace;
      /** Oddities that do not stand in the way, as sentences. */
      readonly notes: readonly string[];
    }
  | { readonly ok: false; readonly errors: readonly TraceFault[] };

/**
 * Reads a trace from the text of a file, or from JSON that is parsed already. Never throws for bad input.
 * Unknown keys are ignored; the result shares nothing with the input.
 */
export function importTrace(input: unknown): ImportResult {
  const faults = new Faults();
  const trace = readTrace(input, faults);
  return trace === undefined ? { ok: false, errors: faults.list() } : { ok: true, ...trace };
}

function readTrace(input: unknown, faults: Faults): { trace: Trace; notes: string[] } | undefined {
  const parsed = typeof input === 'string' ? parseJson(input, faults) : input;
  if (faults.count > 0) return undefined;
  refuseHarmful(parsed, faults);
  if (faults.count > 0) return undefined;
  const recognised = recogniseTrace(parsed, faults);
  const file = recognised && checkAgainst(traceFileSchema, recognised, faults);
  if (file === undefined || !checkTokens(file, faults)) return undefined;

  const model = readModel(file.model);
  const tokens = readTokens(file, model, faults);
  const routing = readRouting(file, model, faults);
  const output = readOutput(file, model, faults);
  if (tokens === undefined || routing === undefined || output === undefined || faults.count > 0) return undefined;
  const trace: Trace = {
    title: file.title,
    created: file.created,
    exporter: file.exporter,
    model,
    ...(file.models && { models: file.models.map(readModel) }),
    run: readRun(file),
    tokens,
    routing,
    output,
    marks: (file.marks ?? []).map(withoutNull<TraceMark>),
    view: { ...file.view },
    meta: copyObject(file.meta ?? {}),
  };
  return { trace, notes: notesOn(file, trace) };
}

function notesOn(file: TraceFile, trace: Trace): string[] {
  const changed = file.fingerprint && file.fingerprint !== traceFingerprint(trace.tokens.ids, trace.routing.experts);
  return changed ? ["The trace's fingerprint does not belong to its tokens and experts: they were changed after it was written."] : [];
}

/** The value with every key of value null or undefined left out: absent and null mean the same in a file. */
function withoutNull<T extends object>(value: { readonly [K in keyof T]: T[K] | null }): T {
  // Sound by the parameter's type: what is left has no null, and only optional keys can have been null.
  return Object.fromEntries(Object.entries(value).filter(([, field]) => field !== null && field !== undefined)) as T;
}

function readModel(model: TraceFileModel): TraceModel {
  return withoutNull<TraceModel>({ ...model, moeLayers: [...model.moeLayers] });
}

function readRun(file: TraceFile): TraceRun {
  const { sampling, method, plan, interventions, promptTokens, ...rest }: TraceFileRun = file.run ?? {};
  const firstGenerated = file.tokens.kind.indexOf('generated');
  return {
    ...withoutNull<Pick<TraceRun, 'prompt' | 'seed' | 'backend' | 'engine'>>(rest),
    promptTokens: promptTokens ?? (firstGenerated < 0 ? file.tokens.kind.length : firstGenerated),
    ...(sampling && { sampling: { temperature: sampling.temperature ?? 1, topK: sampling.topK ?? 0, topP: sampling.topP ?? 1 } }),
    ...(method && { method: { id: method.id, params: copyObject(method.params ?? {}) } }),
    ...(plan && { plan: { format: plan.format, version: plan.version, entries: plan.entries } satisfies RoutingPlan }),
    ...(interventions && { interventions: interventions.map(copyObject) }),
  };
}

/** Reads one array, or nothing where the file leaves it out. */
function optional<T>(value: unknown, path: string, rule: ArrayRule, faults: Faults, make: (numbers: Float64Array) => T): T | undefined {
  if (value === undefined || value === null) return undefined;
  const numbers = readArray(value, path, rule, faults);
  return numbers && make(numbers);
}

const floats = (numbers: Float64Array): Float32Array => Float32Array.from(numbers);
const words = (numbers: Float64Array): Uint32Array => Uint32Array.from(numbers);
const shorts = (numbers: Float64Array): Uint16Array => Uint16Array.from(numbers);

function tokenRule(file: TraceFile, model: TraceModel): ArrayRule {
  return { kind: 'whole', shape: [file.tokens.text.length], letters: 'T', min: 0, max: (model.vocabulary ?? 2 ** 32) - 1 };
}

function readTokens(file: TraceFile, model: TraceModel, faults: Faults): TraceTokens | undefined {
  const { text, kind, names } = file.tokens;
  const rule = tokenRule(file, model);
  const ids = optional(file.tokens.ids, 'tokens.ids', rule, faults, words);
  const writers = { ...rule, max: (file.models?.length ?? 1) - 1 };
  const writer = optional(file.tokens.writer, 'tokens.writer', writers, faults, shorts);
  const named = names && { ...rule, shape: [names.text.length], letters: 'names' };
  const nameIds = named && optional(names.ids, 'tokens.names.ids', named, faults, words);
  return (
    ids && {
      ids,
      text,
      kind,
      ...(writer && { writer }),
      ...(names && nameIds && { names: new Map(names.text.map((name, i) => [nameIds[i] ?? 0, name])) }),
    }
  );
}

function readRouting(file: TraceFile, model: TraceModel, faults: Faults): TraceRouting | undefined {
  const [tokens = 0, layers = 0, slots = 0] = file.routing.shape;
  const { routing } = file;
  const perSlot = { kind: 'real', shape: [tokens, layers, slots], letters: 'T, L, K' } as const;
  const read = <T>(name: keyof typeof routing, rule: ArrayRule, make: (numbers: Float64Array) => T): T | undefined =>
    optional(routing[name], `routing.${name}`, rule, faults, make);

  const experts = read('experts', { ...perSlot, kind: 'whole', min: 0, max: Math.max(0, model.experts - 1) }, shorts);
  const mix = read('mix', { ...perSlot, nullable: true }, floats);
  const prob = read('prob', { ...perSlot, min: 0 }, floats);
  const logits = read('logits', { kind: 'real', shape: [tokens, layers, model.experts], letters: 'T, L, E' }, floats);
  const count = read('count', { kind: 'whole', shape: [tokens, layers], letters: 'T, L', min: 0, max: slots }, shorts);
  const outputNorm = read('outputNorm', { ...perSlot, min: 0 }, floats);
  if (experts === undefined || mix === undefined) return undefined;
  const found: TraceRouting = {
    slots,
    experts,
    mix,
    ...(prob && { prob }),
    ...(logits && { logits }),
    ...(count && { count }),
    ...(outputNorm && { outputNorm }),
  };
  checkSlots(found, tokens, layers, faults);
  return found;
}

/** Rounding may carry a probability, its logarithm or an entropy this far over its bound. */
const SLACK = 1e-3;

function readOutput(file: TraceFile, model: TraceModel, faults: Faults): TraceOutput | undefined {
  const { entropy, chosen, logProb, top, logits } = file.output ?? {};
  const tokens = file.tokens.text.length;
  const column = { kind: 'real', shape: [tokens], letters: 'T' } as const;
  const entropies = optional(entropy, 'output.entropy', { ...column, min: 0, slack: SLACK }, faults, floats);
  const followers = optional(chosen, 'output.chosen', tokenRule(file, model), faults, words);
  const logProbs = optional(logProb, 'output.logProb', { ...column, max: 0, slack: SLACK, nullable: true }, faults, floats);
  const candidates = top && readCandidates(top, tokens, model, faults);
  const vocabulary = model.vocabulary ?? Math.floor(lengthOf(logits) / tokens);
  const scores = optional(logits, 'output.logits', { kind: 'real', shape: [tokens, vocabulary], letters: 'T, V' }, faults, floats);
  return {
    ...(entropies && { entropy: entropies }),
    ...(followers && { chosen: followers }),
    ...(logProbs && { logProb: logProbs }),
    ...(candidates && { top: candidates }),
    ...(scores && { logits: scores }),
  };
}

function readCandidates(top: NonNullable<NonNullable<TraceFile['output']>['top']>, tokens: number, model: TraceModel, faults: Faults): TraceOutput['top'] {
  const count = Math.floor(lengthOf(top.ids) / tokens);
  const shape = [tokens, count];
  const ids = optional(top.ids, 'output.top.ids', { kind: 'whole', shape, letters: 'T, N', min: 0, max: (model.vocabulary ?? 2 ** 32) - 1 }, faults, words);
  const prob = optional(top.p, 'output.top.p', { kind: 'real', shape, letters: 'T, N', min: 0, max: 1, slack: SLACK }, faults, floats);
  return ids && prob && { count, ids, prob };
}

/** Elements that an array claims to have, for the dimensions that only it knows: N and V. */
function lengthOf(value: unknown): number {
  if (Array.isArray(value)) return value.reduce((sum: number, item: unknown) => sum + (Array.isArray(item) ? item.length : 1), 0);
  const shape: unknown = typeof value === 'object' && value !== null && 'shape' in value ? value.shape : undefined;
  return Array.isArray(shape) && shape.every((n) => Number.isSafeInteger(n)) ? sizeOf(shape) : 0;
}

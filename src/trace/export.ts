/** From a trace in memory to its file form. */
import { PlaygroundError } from '../base/errors';
import { roundHalf } from '../base/half';
import { base64Length } from '../base/base64';
import { DTYPE_BYTES, fitsHalf, packArray, plainArray, type Dtype, type FileArray } from './arrays';
import { Faults } from './faults';
import { FINGERPRINT_LENGTH, traceFingerprint } from './fingerprint';
import { copyJson, copyObject } from './json';
import { TRACE_FORMAT, TRACE_VERSION, traceFileSchema, type TraceFile, type TraceFileModel, type TraceFileRun } from './schema';
import { checkAgainst } from './sentences';
import type { Trace, TraceModel, TraceOutput, TraceRouting, TraceRun, TraceTokens } from './trace';

export interface ExportOptions {
  /** `base64`: packed little-endian bytes. `plain`: nested lists of numbers, readable by eye and about three times as long. */
  readonly arrays: 'base64' | 'plain';
  /** Precision of weights, logits, norms and candidate probabilities. f16 halves the file, and cannot show differences of 1e-4. */
  readonly float: 'f32' | 'f16';
  /** Leaves out the prompt: its text, its token ids and whatever repeats them. */
  readonly withoutPrompt?: boolean;
}

/** Full precision in packed arrays: what the command line writes. */
export const EXACT: ExportOptions = { arrays: 'base64', float: 'f32' };

/**
 * A trace as plain JSON data, version 1. The trace itself is not changed.
 * @throws PlaygroundError `internal` when the trace breaks its own type's contract
 */
export function exportTrace(trace: Trace, options: ExportOptions = EXACT): TraceFile {
  const source = options.withoutPrompt === true ? withoutPrompt(trace) : trace;
  return inSchemaOrder(fileOf(source, new Writer(options), traceFingerprint(source.tokens.ids, source.routing.experts)));
}

function fileOf(source: Trace, write: ArrayWriter, fingerprint: string): TraceFile {
  const tokens = source.tokens.ids.length;
  return {
    $schema: 'moe-trace-1',
    format: TRACE_FORMAT,
    version: TRACE_VERSION,
    exporter: source.exporter,
    created: source.created,
    title: source.title,
    fingerprint,
    model: modelFile(source.model),
    ...(source.models && { models: source.models.map(modelFile) }),
    run: runFile(source.run),
    tokens: tokensFile(source.tokens, write),
    routing: routingFile(source.routing, source.model, tokens, write),
    output: outputFile(source.output, tokens, write),
    marks: source.marks.map((mark) => ({ ...mark })),
    view: { ...source.view },
    meta: copyObject(source.meta),
  };
}

/** The schema's order of keys makes equal traces equal texts; and nothing leaves that the schema would refuse. */
function inSchemaOrder(file: TraceFile): TraceFile {
  const faults = new Faults();
  const ordered = checkAgainst(traceFileSchema, file, faults);
  if (ordered !== undefined) return ordered;
  const sentences = faults.list().map((fault) => fault.message);
  throw new PlaygroundError('internal', `The trace cannot be written: ${sentences[0]}`, sentences);
}

/** The text of a trace file. */
export function traceText(trace: Trace, options: ExportOptions = EXACT): string {
  return JSON.stringify(exportTrace(trace, options));
}

/** Bytes of `traceText(trace)`, in UTF-8, without packing an array: for a size on screen. */
export function traceTextBytes(trace: Trace): number {
  const write = new Measure();
  // The schema leaves out keys such as "prototype", and so must the measure.
  const frame = JSON.stringify(inSchemaOrder(fileOf(trace, write, '0'.repeat(FINGERPRINT_LENGTH))));
  return new TextEncoder().encode(frame).byteLength + write.bytes;
}

interface ArrayWriter {
  reals: (values: Float32Array, shape: readonly number[], float?: ExportOptions['float']) => FileArray;
  /** @param most largest value that can occur */
  wholes: (values: ArrayLike<number>, shape: readonly number[], most: number) => FileArray;
}

/** Stands in for the packed arrays of `EXACT` and adds up what they would take. */
class Measure implements ArrayWriter {
  bytes = 0;

  reals(values: Float32Array, shape: readonly number[]): FileArray {
    return this.empty(values.length, shape, 'f32');
  }

  wholes(values: ArrayLike<number>, shape: readonly number[], most: number): FileArray {
    return this.empty(values.length, shape, wholeType(most));
  }

  private empty(length: number, shape: readonly number[], dtype: Dtype): FileArray {
    this.bytes += base64Length(length * DTYPE_BYTES[dtype]);
    return { dtype, shape, b64: '' };
  }
}

function wholeType(most: number): Dtype {
  return most < 256 ? 'u8' : most < 65536 ? 'u16' : 'u32';
}

/** Writes arrays in the form that the options ask for. */
class Writer implements ArrayWriter {
  constructor(private readonly options: ExportOptions) {}

  reals(values: Float32Array, shape: readonly number[], float = this.options.float): FileArray {
    if (this.options.arrays === 'base64') return packArray(values, shape, float);
    return plainArray(float === 'f16' && fitsHalf(values) ? values.map(roundHalf) : values, shape);
  }

  wholes(values: ArrayLike<number>, shape: readonly number[], most: number): FileArray {
    return this.options.arrays === 'base64' ? packArray(values, shape, wholeType(most)) : plainArray(values, shape);
  }
}

function modelFile(model: TraceModel): TraceFileModel {
  return { ...model, moeLayers: [...model.moeLayers] };
}

function runFile(run: TraceRun): TraceFileRun {
  const { sampling, method, plan, interventions, ...rest } = run;
  return {
    ...rest,
    ...(sampling && { sampling: { ...sampling } }),
    ...(method && { method: { id: method.id, params: copyObject(method.params) } }),
    // A plan is plain JSON by its type; the copy keeps the file's data apart from the trace's.
    ...(plan && { plan: copyJson(plan) as NonNullable<TraceFileRun['plan']> }),
    ...(interventions && { interventions: interventions.map(copyObject) }),
  };
}

function tokensFile(tokens: TraceTokens, write: ArrayWriter): TraceFile['tokens'] {
  const { ids, text, kind, writer, names } = tokens;
  return {
    ids: plainArray(ids, [ids.length]),
    text: [...text],
    kind: [...kind],
    ...(writer && { writer: write.wholes(writer, [ids.length], 65535) }),
    ...(names && { names: { ids: [...names.keys()], text: [...names.values()] } }),
  };
}

function routingFile(routing: TraceRouting, model: TraceModel, tokens: number, write: ArrayWriter): TraceFile['routing'] {
  const layers = model.moeLayers.length;
  const slots = [tokens, layers, routing.slots];
  const { experts, mix, prob, logits, count, outputNorm } = routing;
  return {
    shape: slots,
    experts: write.wholes(experts, slots, model.experts - 1),
    mix: write.reals(mix, slots),
    ...(prob && { prob: write.reals(prob, slots) }),
    ...(logits && { logits: write.reals(logits, [tokens, layers, model.experts]) }),
    ...(count && { count: write.wholes(count, [tokens, layers], routing.slots) }),
    ...(outputNorm && { outputNorm: write.reals(outputNorm, slots) }),
  };
}

/** Columns of one number per token stay plain lists: they are short, and `logProb` needs null. */
function outputFile(output: TraceOutput, tokens: number, write: ArrayWriter): NonNullable<TraceFile['output']> {
  const { entropy, chosen, logProb, top, logits } = output;
  const column = (values: ArrayLike<number>): FileArray => plainArray(values, [tokens]);
  return {
    ...(entropy && { entropy: column(entropy) }),
    ...(chosen && { chosen: column(chosen) }),
    ...(logProb && { logProb: column(logProb) }),
    ...(top && {
      top: {
        ids: write.wholes(top.ids, [tokens, top.count], largest(top.ids)),
        p: write.reals(top.prob, [tokens, top.count]),
      },
    }),
    ...(logits && { logits: write.reals(logits, [tokens, logits.length / tokens], 'f32') }),
  };
}

function largest(values: Uint32Array): number {
  return values.reduce((most, value) => Math.max(most, value), 0);
}

/** Keys of the page's link that hold the prompt. */
const PROMPT_KEYS: ReadonlySet<string> = new Set(['p', 'pz']);

/** The same trace with nothing left that spells the prompt: also the ids, and the copies of them in `chosen`, title and view. */
function withoutPrompt(trace: Trace): Trace {
  const { prompt: _, ...run } = trace.run;
  const isPrompt = (t: number): boolean => t < run.promptTokens;
  const { chosen } = trace.output;
  return {
    ...trace,
    title: 'Trace without its prompt',
    run,
    tokens: {
      ...trace.tokens,
      ids: trace.tokens.ids.map((id, t) => (isPrompt(t) ? 0 : id)),
      text: trace.tokens.text.map((text, t) => (isPrompt(t) ? '' : text)),
    },
    output: { ...trace.output, ...(chosen && { chosen: chosen.map((id, t) => (isPrompt(t + 1) ? 0 : id)) }) },
    view: Object.fromEntries(Object.entries(trace.view).filter(([key]) => !PROMPT_KEYS.has(key))),
    meta: { ...trace.meta, withoutPrompt: true },
  };
}

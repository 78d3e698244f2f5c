/**
 * Strict reader of the safetensors format (https://github.com/huggingface/safetensors#format): 8 bytes with
 * the length of a JSON header, the header, then the tensors' bytes without holes, overlaps or a tail.
 * Files come from anyone, so every number of the header is checked before it is used.
 */
import { PlaygroundError } from '../base/errors';
import type { Tensor } from './checkpoint';
import { bfloat16ToFloat32, float16ToFloat32 } from './f16';
import { duplicateKey } from './json';

export const MAX_HEADER_BYTES = 1_000_000;
export const MAX_TENSORS = 4096;
export const MAX_RANK = 8;

const BYTES_PER_VALUE: Readonly<Record<Tensor['dtype'], number>> = { F32: 4, F16: 2, BF16: 2, I32: 4, I64: 8, U8: 1 };

export interface SafetensorsFile {
  readonly tensors: ReadonlyMap<string, Tensor>;
  /** The free texts under `__metadata__`. */
  readonly metadata: ReadonlyMap<string, string>;
}

interface HeaderEntry {
  readonly name: string;
  readonly dtype: Tensor['dtype'];
  readonly shape: readonly number[];
  /** Bytes from the end of the header. */
  readonly begin: number;
  readonly end: number;
}

/** Makes the one kind of error of this file. */
type Refuse = (sentence: string) => PlaygroundError;

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isDtype(value: unknown): value is Tensor['dtype'] {
  return typeof value === 'string' && Object.hasOwn(BYTES_PER_VALUE, value);
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}

/** The header's text and where the data begins. */
function readHeader(bytes: Uint8Array, refuse: Refuse): { readonly text: string; readonly dataStart: number } {
  if (bytes.length < 8) throw refuse(`it has ${bytes.length} bytes, but even an empty file has 8 for the length of its header.`);
  const length = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength).getBigUint64(0, true);
  if (length > BigInt(MAX_HEADER_BYTES)) throw refuse(`its header claims ${length} bytes, but at most ${MAX_HEADER_BYTES} are accepted.`);
  const dataStart = 8 + Number(length);
  if (dataStart > bytes.length) throw refuse(`its header claims ${length} bytes, but only ${bytes.length - 8} follow: the file is cut off.`);
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes.subarray(8, dataStart));
    if (!text.startsWith('{')) throw refuse(`its header starts with ${JSON.stringify(text.slice(0, 1))} instead of "{".`);
    return { text, dataStart };
  } catch (error) {
    if (error instanceof PlaygroundError) throw error;
    throw refuse('its header is not valid UTF-8 text.');
  }
}

function parseHeader(text: string, refuse: Refuse): Readonly<Record<string, unknown>> {
  let header: unknown;
  try {
    header = JSON.parse(text);
  } catch {
    throw refuse('its header is not valid JSON.');
  }
  if (!isObject(header)) throw refuse('its header is not a JSON object.');
  const twice = duplicateKey(text);
  if (twice !== undefined) throw refuse(`its header has the key ${JSON.stringify(twice)} twice.`);
  return header;
}

function readMetadata(value: unknown, refuse: Refuse): ReadonlyMap<string, string> {
  if (value === undefined) return new Map();
  if (!isObject(value)) throw refuse('its __metadata__ is not a JSON object.');
  const out = new Map<string, string>();
  for (const [key, text] of Object.entries(value)) {
    if (typeof text !== 'string') throw refuse(`its __metadata__ has a value for ${JSON.stringify(key)} that is not text.`);
    out.set(key, text);
  }
  return out;
}

function readEntry(name: string, value: unknown, refuse: Refuse): HeaderEntry {
  const of = `tensor ${JSON.stringify(name.slice(0, 80))}`;
  if (name.includes('\0')) throw refuse(`the name of ${of} contains a zero byte.`);
  if (!isObject(value)) throw refuse(`${of} is not described by a JSON object.`);
  const { dtype, shape, data_offsets: offsets } = value;
  if (!isDtype(dtype)) throw refuse(`${of} has the dtype ${JSON.stringify(dtype) ?? 'undefined'}; known ones are ${Object.keys(BYTES_PER_VALUE).join(', ')}.`);
  if (!Array.isArray(shape) || !shape.every(isCount)) throw refuse(`the shape of ${of} is not a list of whole numbers.`);
  if (shape.length > MAX_RANK) throw refuse(`${of} has ${shape.length} dimensions, but at most ${MAX_RANK} are accepted.`);
  if (!Array.isArray(offsets) || offsets.length !== 2 || !offsets.every(isCount)) throw refuse(`the data_offsets of ${of} are not two whole numbers.`);
  const [begin = 0, end = 0] = offsets;
  if (end < begin) throw refuse(`the data_offsets of ${of} end before they begin.`);
  let size = BYTES_PER_VALUE[dtype];
  for (const n of shape) {
    size *= n;
    if (!Number.isSafeInteger(size)) throw refuse(`the shape of ${of} is too large to count.`);
  }
  if (size !== end - begin) throw refuse(`${of} of shape [${shape.join(', ')}] needs ${size} bytes, but its data_offsets span ${end - begin}.`);
  return { name, dtype, shape, begin, end };
}

/** Checks that tensors lie one after the other and end with the file. */
function checkLayout(entries: readonly HeaderEntry[], dataBytes: number, refuse: Refuse): void {
  const inOrder = entries.toSorted((a, b) => a.begin - b.begin || a.end - b.end);
  let expected = 0;
  for (const { name, begin, end } of inOrder) {
    if (begin !== expected) {
      throw refuse(`tensor ${JSON.stringify(name)} begins at byte ${begin} of the data where ${expected} was expected: ${begin < expected ? 'tensors overlap' : 'there is a hole'}.`);
    }
    expected = end;
  }
  if (expected !== dataBytes) {
    const fault = expected > dataBytes ? 'the file is cut off' : 'something is appended';
    throw refuse(`its tensors need ${expected} bytes of data, but ${dataBytes} follow the header: ${fault}.`);
  }
}

function upcast(dtype: Tensor['dtype'], bytes: Uint8Array): Float32Array {
  // A copy, because the views below need an aligned start, which the format does not promise.
  // Not bytes.slice(): in Node's Buffer that is a view of the whole file.
  const { buffer } = new Uint8Array(bytes);
  switch (dtype) {
    case 'F32':
      return new Float32Array(buffer);
    case 'F16':
      return float16ToFloat32(new Uint16Array(buffer));
    case 'BF16':
      return bfloat16ToFloat32(new Uint16Array(buffer));
    case 'I32':
      return Float32Array.from(new Int32Array(buffer));
    case 'I64':
      return Float32Array.from(new BigInt64Array(buffer), Number);
    case 'U8':
      return Float32Array.from(new Uint8Array(buffer));
  }
}

/**
 * Reads a whole file. Tensors refer to `bytes` and are upcast only when asked for.
 * @param label how messages name the file
 * @throws PlaygroundError `bad-file` with one sentence
 */
export function parseSafetensors(bytes: Uint8Array, label = 'The weights file'): SafetensorsFile {
  const refuse: Refuse = (sentence) => new PlaygroundError('bad-file', `${label} is not a valid safetensors file: ${sentence}`);
  const { text, dataStart } = readHeader(bytes, refuse);
  const { __metadata__: metadata, ...described } = parseHeader(text, refuse);
  const names = Object.keys(described);
  if (names.length > MAX_TENSORS) throw refuse(`it has ${names.length} tensors, but at most ${MAX_TENSORS} are accepted.`);
  const entries = names.map((name) => readEntry(name, described[name], refuse));
  checkLayout(entries, bytes.length - dataStart, refuse);
  const tensors = new Map<string, Tensor>();
  for (const { name, dtype, shape, begin, end } of entries) {
    const data = bytes.subarray(dataStart + begin, dataStart + end);
    tensors.set(name, { dtype, shape, toFloat32: () => upcast(dtype, data), ...(dtype === 'F16' && { toHalfBits: () => new Uint16Array(new Uint8Array(data).buffer) }) });
  }
  return { tensors, metadata: readMetadata(metadata, refuse) };
}

/**
 * Number arrays of a trace file, in both forms: plain JSON numbers, nested as in the shape (a flat list is
 * read too), or packed little-endian bytes as base64. Every element is checked on the way in.
 */
import { base64Length, decodeBase64, encodeBase64 } from '../base/base64';
import { fromHalf, HALF_MAX, toHalf } from '../base/half';
import { describeValue, type Faults } from './faults';

export type Dtype = 'u8' | 'u16' | 'u32' | 'i32' | 'f16' | 'f32';

/** Bytes of one element. */
export const DTYPE_BYTES: Readonly<Record<Dtype, number>> = { u8: 1, u16: 2, u32: 4, i32: 4, f16: 2, f32: 4 };

export interface PackedArray {
  readonly dtype: Dtype;
  readonly shape: readonly number[];
  /** The elements row by row, little endian. */
  readonly b64: string;
}

export type PlainArray = readonly (number | null | PlainArray)[];

/** One array of the file in either form. */
export type FileArray = PlainArray | PackedArray;

/** What an array must hold. Bounds are inclusive. */
export interface ArrayRule {
  readonly kind: 'whole' | 'real';
  readonly shape: readonly number[];
  /** The shape in letters, for sentences: `T, L, K`. */
  readonly letters: string;
  readonly min?: number;
  readonly max?: number;
  /** Rounding may carry a number this far over its bounds. */
  readonly slack?: number;
  /** null (NaN in a packed array) stands for "not known" and becomes NaN. */
  readonly nullable?: boolean;
}

/** Number of elements of a shape. */
export function sizeOf(shape: readonly number[]): number {
  return shape.reduce((product, n) => product * n, 1);
}

/**
 * Reads an array of the file.
 * @returns its elements row by row as float64, or undefined after adding at least one fault
 */
export function readArray(value: unknown, path: string, rule: ArrayRule, faults: Faults): Float64Array | undefined {
  const numbers = Array.isArray(value) ? readPlain(value, path, rule, faults) : readPacked(value, path, rule, faults);
  return numbers !== undefined && inRange(numbers, path, rule, faults) ? numbers : undefined;
}

function shapeText(rule: ArrayRule): string {
  return `[${rule.letters}] = [${rule.shape.join(', ')}]`;
}

function readPlain(value: readonly unknown[], path: string, rule: ArrayRule, faults: Faults): Float64Array | undefined {
  const size = sizeOf(rule.shape);
  const depth = Array.isArray(value[0]) ? rule.shape.length : 1;
  const flat: unknown[] = [];
  const misfit = depth === 1 ? flatten(value, [size], 0, path, flat) : flatten(value, rule.shape, 0, path, flat);
  if (misfit !== undefined) {
    faults.add(path, `${misfit}: the numbers must fill the shape ${shapeText(rule)}, ${size} in all.`);
    return undefined;
  }
  const numbers = new Float64Array(size);
  for (let i = 0; i < size; i++) {
    const element = flat[i];
    if (typeof element === 'number') numbers[i] = element;
    else if (element === null && rule.nullable === true) numbers[i] = NaN;
    else {
      const place = indexText(path, i, rule.shape);
      const advice = element === null ? ' null stands for NaN in many programs: leave the field out if it is not known.' : '';
      faults.add(path, () => `${place} is ${describeValue(element)}, but a finite number is wanted.${advice}`);
      return undefined;
    }
  }
  return numbers;
}

/** Appends the elements in order; the words for the first place whose length does not fit. */
function flatten(value: unknown, shape: readonly number[], axis: number, path: string, out: unknown[]): string | undefined {
  const want = shape[axis] ?? 0;
  if (!Array.isArray(value)) return `${path} is ${describeValue(value)}, but a list of ${want} is wanted`;
  const items: readonly unknown[] = value;
  if (items.length !== want) return `${path} has ${items.length} elements, but ${want} are wanted`;
  if (axis === shape.length - 1) {
    for (const item of items) out.push(item);
    return undefined;
  }
  for (let i = 0; i < items.length; i++) {
    const misfit = flatten(items[i], shape, axis + 1, `${path}[${i}]`, out);
    if (misfit !== undefined) return misfit;
  }
  return undefined;
}

function readPacked(value: unknown, path: string, rule: ArrayRule, faults: Faults): Float64Array | undefined {
  if (!isPacked(value)) {
    faults.add(path, `${path} is ${describeValue(value)}, but a list of numbers or an object with dtype, shape and b64 is wanted.`);
    return undefined;
  }
  const { dtype, shape, b64 } = value;
  const real = dtype === 'f16' || dtype === 'f32';
  if (real !== (rule.kind === 'real')) {
    const wanted = rule.kind === 'real' ? 'f16 or f32 are wanted for real numbers' : 'u8, u16, u32 or i32 are wanted for whole numbers';
    faults.add(path, `${path} has dtype ${dtype}, but ${wanted}.`);
    return undefined;
  }
  if (shape.length !== rule.shape.length || shape.some((n, i) => n !== rule.shape[i])) {
    faults.add(path, `${path} says its shape is [${shape.slice(0, 8).join(', ')}], but ${shapeText(rule)} is wanted.`);
    return undefined;
  }
  const size = sizeOf(rule.shape);
  const bytes = size * DTYPE_BYTES[dtype];
  if (b64.length !== base64Length(bytes)) {
    faults.add(
      path,
      `${path}.b64 has ${b64.length} characters, but ${size} numbers of dtype ${dtype} take ${bytes} bytes, which are ${base64Length(bytes)} characters of base64.`,
    );
    return undefined;
  }
  const decoded = decodeBase64(b64, bytes);
  if (decoded === undefined) {
    faults.add(path, `${path}.b64 is not base64: use the letters A-Z a-z 0-9 + / and = at the end, without white space.`);
    return undefined;
  }
  return unpack(decoded, dtype, size);
}

function isPacked(value: unknown): value is PackedArray {
  if (typeof value !== 'object' || value === null || !('dtype' in value) || !('shape' in value) || !('b64' in value)) return false;
  return (
    typeof value.dtype === 'string' &&
    Object.hasOwn(DTYPE_BYTES, value.dtype) &&
    Array.isArray(value.shape) &&
    value.shape.every((n) => typeof n === 'number') &&
    typeof value.b64 === 'string'
  );
}

function unpack(bytes: Uint8Array<ArrayBuffer>, dtype: Dtype, size: number): Float64Array {
  const view = new DataView(bytes.buffer);
  const out = new Float64Array(size);
  for (let i = 0; i < size; i++) out[i] = ELEMENT[dtype].get(view, i);
  return out;
}

interface Element {
  readonly get: (view: DataView, index: number) => number;
  readonly set: (view: DataView, index: number, value: number) => void;
}

const ELEMENT: Readonly<Record<Dtype, Element>> = {
  u8: { get: (v, i) => v.getUint8(i), set: (v, i, x) => v.setUint8(i, x) },
  u16: { get: (v, i) => v.getUint16(2 * i, true), set: (v, i, x) => v.setUint16(2 * i, x, true) },
  u32: { get: (v, i) => v.getUint32(4 * i, true), set: (v, i, x) => v.setUint32(4 * i, x, true) },
  i32: { get: (v, i) => v.getInt32(4 * i, true), set: (v, i, x) => v.setInt32(4 * i, x, true) },
  f16: { get: (v, i) => fromHalf(v.getUint16(2 * i, true)), set: (v, i, x) => v.setUint16(2 * i, toHalf(x), true) },
  f32: { get: (v, i) => v.getFloat32(4 * i, true), set: (v, i, x) => v.setFloat32(4 * i, x, true) },
};

/** Finds the first element that is out of bounds, and says how many are. */
function inRange(numbers: Float64Array, path: string, rule: ArrayRule, faults: Faults): boolean {
  const { slack = 0 } = rule;
  const min = (rule.min ?? -Infinity) - slack;
  const max = (rule.max ?? Infinity) + slack;
  const whole = rule.kind === 'whole';
  let first = -1;
  let bad = 0;
  for (let i = 0; i < numbers.length; i++) {
    const x = numbers[i] ?? NaN;
    const finite = Number.isFinite(whole ? x : Math.fround(x));
    const fits = finite ? x >= min && x <= max && (!whole || Number.isInteger(x)) : rule.nullable === true && Number.isNaN(x);
    if (fits) continue;
    if (first < 0) first = i;
    bad++;
  }
  if (bad === 0) return true;
  const more = bad > 1 ? ` ${bad - 1} more of its elements are out of bounds.` : '';
  faults.add(path, `${indexText(path, first, rule.shape)} is ${describeValue(numbers[first])}, but ${boundsText(rule)} is wanted.${more}`);
  return false;
}

function boundsText({ kind, min, max }: ArrayRule): string {
  const noun = kind === 'whole' ? 'a whole number' : 'a finite number';
  if (min !== undefined && max !== undefined) return `${noun} from ${min} to ${max}`;
  if (min !== undefined) return `${noun} of at least ${min}`;
  return max === undefined ? noun : `${noun} of at most ${max}`;
}

/** `path[t][l][k]` of a flat index. */
function indexText(path: string, index: number, shape: readonly number[]): string {
  let text = '';
  let rest = index;
  for (const n of [...shape].reverse()) {
    text = `[${rest % n}]${text}`;
    rest = Math.floor(rest / n);
  }
  return path + text;
}

/** Packs numbers as `dtype`. An f16 array with a number beyond the largest half is packed as f32 instead. */
export function packArray(numbers: ArrayLike<number>, shape: readonly number[], dtype: Dtype): PackedArray {
  const chosen = dtype === 'f16' && !fitsHalf(numbers) ? 'f32' : dtype;
  const view = new DataView(new ArrayBuffer(numbers.length * DTYPE_BYTES[chosen]));
  for (let i = 0; i < numbers.length; i++) ELEMENT[chosen].set(view, i, numbers[i] ?? 0);
  return { dtype: chosen, shape, b64: encodeBase64(new Uint8Array(view.buffer)) };
}

/** Every number, rounded to a half, is finite. */
export function fitsHalf(numbers: ArrayLike<number>): boolean {
  for (let i = 0; i < numbers.length; i++) if (Math.abs(numbers[i] ?? 0) > HALF_MAX) return false;
  return true;
}

/** Lists nested as in the shape, of the shortest decimals that read back as the same float32; NaN becomes null. */
export function plainArray(numbers: ArrayLike<number>, shape: readonly number[]): PlainArray {
  let next = 0;
  const level = (axis: number): PlainArray => {
    const length = shape[axis] ?? 0;
    if (axis < shape.length - 1) return Array.from({ length }, () => level(axis + 1));
    return Array.from({ length }, () => shortest(numbers[next++] ?? 0));
  };
  return level(0);
}

function shortest(value: number): number | null {
  if (Number.isNaN(value)) return null;
  if (Number.isInteger(value)) return value;
  for (let digits = 6; digits < 9; digits++) {
    const candidate = Number(value.toPrecision(digits));
    if (Math.fround(candidate) === value) return candidate;
  }
  return Number(value.toPrecision(9));
}

/** Whole numbers that NumPy wrote: `.npy` files (format versions 1 to 3), and the elements of a raw little-endian buffer. */

/** Reads one element at a byte offset. */
type Reader = (view: DataView, at: number) => number;

const READERS: Readonly<Record<string, readonly [bytes: number, read: Reader]>> = {
  i1: [1, (view, at) => view.getInt8(at)],
  u1: [1, (view, at) => view.getUint8(at)],
  i2: [2, (view, at) => view.getInt16(at, true)],
  u2: [2, (view, at) => view.getUint16(at, true)],
  i4: [4, (view, at) => view.getInt32(at, true)],
  u4: [4, (view, at) => view.getUint32(at, true)],
  // Expert numbers never need the upper half; anything that does is out of range and refused later.
  i8: [8, (view, at) => view.getUint32(at, true) + 4_294_967_296 * view.getInt32(at + 4, true)],
  u8: [8, (view, at) => view.getUint32(at, true) + 4_294_967_296 * view.getUint32(at + 4, true)],
};

/** NumPy's long names of the types above. */
const NAMES: ReadonlyMap<string, string> = new Map([['int8', 'i1'], ['uint8', 'u1'], ['int16', 'i2'], ['uint16', 'u2'], ['int32', 'i4'], ['uint32', 'u4'], ['int64', 'i8'], ['uint64', 'u8']]);

export interface NumberArray {
  readonly shape: readonly number[];
  readonly values: readonly number[];
}

/** Elements of a raw little-endian buffer; undefined for an unknown type or a length that does not fit. */
export function readRaw(bytes: Uint8Array, type: string, shape: readonly number[] | undefined): NumberArray | undefined {
  const name = type.replace(/^[<|=]/, '');
  const key = NAMES.get(name) ?? name;
  const reader = Object.hasOwn(READERS, key) ? READERS[key] : undefined;
  if (reader === undefined || bytes.length % reader[0] !== 0) return undefined;
  const [width, read] = reader;
  const count = bytes.length / width;
  if (shape !== undefined && shape.reduce((product, n) => product * n, 1) !== count) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return { shape: shape ?? [count], values: Array.from({ length: count }, (_, i) => read(view, i * width)) };
}

/** Whether the bytes begin like a `.npy` file. */
export function isNpy(bytes: Uint8Array): boolean {
  return bytes[0] === 0x93 && String.fromCharCode(...bytes.subarray(1, 6)) === 'NUMPY';
}

/** The array of a `.npy` file; undefined for one that is cut off, in Fortran order, big endian or not of whole numbers. */
export function readNpy(bytes: Uint8Array): NumberArray | undefined {
  const major = bytes[6] ?? 0;
  const prefix = major === 1 ? 10 : 12;
  if (!isNpy(bytes) || major < 1 || major > 3 || bytes.length < prefix) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const length = major === 1 ? view.getUint16(8, true) : view.getUint32(8, true);
  if (length > 10_000 || bytes.length < prefix + length) return undefined;
  const header = new TextDecoder().decode(bytes.subarray(prefix, prefix + length));
  const type = /'descr':\s*'([<|=][iu][1248])'/.exec(header)?.[1];
  const shape = /'shape':\s*\(([0-9, ]*)\)/.exec(header)?.[1];
  if (type === undefined || shape === undefined || !/'fortran_order':\s*False/.test(header)) return undefined;
  return readRaw(bytes.subarray(prefix + length), type, shape.split(',').filter((part) => part.trim() !== '').map(Number));
}

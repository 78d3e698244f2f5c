/**
 * The first door for a file from outside: its size, whether it is JSON, and whether its structure can do harm.
 */
import { errorMessage } from '../base/errors';
import { pathText, type Faults } from './faults';

/** Largest file that is read, in bytes of UTF-8, after decompression. */
export const MAX_FILE_BYTES = 64 * 1024 * 1024;

/** Objects and lists inside one another at most; the format itself needs six. */
const MAX_DEPTH = 32;

/** JSON as it is parsed, of any depth. */
export type JsonObject = { readonly [key: string]: unknown };

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Whether a text is longer than any file that is read. @param most bytes of UTF-8 */
export function isTooLarge(text: string, most = MAX_FILE_BYTES): boolean {
  return utf8Length(text, most) > most;
}

/** Parses a text. Undefined after adding a fault when it is too large or not JSON. */
export function parseJson(text: string, faults: Faults): unknown {
  const bytes = utf8Length(text, MAX_FILE_BYTES);
  if (bytes > MAX_FILE_BYTES) {
    faults.add('', tooLarge(bytes));
    return undefined;
  }
  try {
    const value: unknown = JSON.parse(text.startsWith('\uFEFF') ? text.slice(1) : text);
    return value;
  } catch (error) {
    faults.add('', `The file is not JSON: ${errorMessage(error)}. Choose a trace, a .json file that this page or its command line wrote.`);
    return undefined;
  }
}

/** @param bytes undefined for a compressed file that was not inflated to its end */
export function tooLarge(bytes: number | undefined): string {
  const size = bytes === undefined ? `it inflates to more than ${mebibytes(MAX_FILE_BYTES)} MiB` : `${mebibytes(bytes)} MiB`;
  return `The file is too large: ${size}, and at most ${mebibytes(MAX_FILE_BYTES)} MiB are read. Export fewer tokens, leave out the logits, or choose packed arrays.`;
}

function mebibytes(bytes: number): string {
  return (bytes / 1048576).toFixed(bytes % 1048576 === 0 ? 0 : 1);
}

/** Bytes of a text in UTF-8; its characters alone where they are too many, or few enough whatever they are. */
function utf8Length(text: string, most: number): number {
  if (text.length > most || text.length * 3 <= most) return text.length;
  let bytes = 0;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    // A surrogate pair takes four bytes, two for each of its halves.
    bytes += unit < 0x80 ? 1 : unit < 0x800 || (unit >= 0xd800 && unit < 0xe000) ? 2 : 3;
  }
  return bytes;
}

/**
 * Refuses what could harm whoever handles the value later: own keys named `__proto__`, which
 * `Object.assign` would follow, and nesting so deep that recursion would overflow.
 */
export function refuseHarmful(value: unknown, faults: Faults): void {
  const open: { value: object; keys: readonly (string | number)[] }[] = [];
  const visit = (child: unknown, keys: readonly (string | number)[]): void => {
    if (typeof child === 'object' && child !== null) open.push({ value: child, keys });
  };
  visit(value, []);
  for (let item = open.pop(); item !== undefined; item = open.pop()) {
    const { value: parent, keys } = item;
    if (keys.length > MAX_DEPTH) {
      faults.add(pathText(keys.slice(0, 3)), `The file nests lists and objects more than ${MAX_DEPTH} deep, which no trace does. Choose a file that this page or its command line wrote.`);
      return;
    }
    if (Array.isArray(parent)) {
      parent.forEach((child, index) => {
        if (typeof child === 'object' && child !== null) visit(child, [...keys, index]);
      });
    } else {
      if (Object.hasOwn(parent, '__proto__')) {
        faults.add(pathText(keys), `${pathText(keys) || 'The file'} has a key named __proto__, which no trace needs and which can do harm. Remove it.`);
        return;
      }
      for (const [key, child] of Object.entries(parent)) visit(child, [...keys, key]);
    }
  }
}

/** A fresh deep copy of plain JSON. Call `refuseHarmful` first: it bounds the recursion. */
export function copyJson(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(copyJson);
  return isObject(value) ? copyObject(value) : value;
}

export function copyObject(value: JsonObject): Record<string, unknown> {
  return Object.fromEntries(Object.entries(value).map(([key, child]) => [key, copyJson(child)]));
}

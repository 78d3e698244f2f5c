/** Damaged files from good ones, drawn by fast-check: so a failure is shrunk, and its seed brings it back. */
import fc from 'fast-check';

type Json = Record<string, unknown>;
type Draw = readonly [where: number, what: number, amount: number];

/** What values are replaced by: of other types, at the edges of number types, and what has done harm elsewhere. */
const REPLACEMENTS: readonly (() => unknown)[] = [
  () => null,
  () => -1,
  () => 0.5,
  () => 1e300,
  () => Number.MAX_SAFE_INTEGER,
  () => 4_294_967_296,
  () => 65_536,
  () => '',
  () => 'x'.repeat(5_000),
  () => '<img src=x onerror=alert(1)>',
  () => '\u202Eabc\u0000',
  () => 'javascript:alert(1)',
  () => '__proto__',
  () => [],
  () => [[]],
  () => [1, 2, 3],
  () => Array.from({ length: 2_000 }, (_, i) => i),
  () => ({}),
  () => ({ constructor: { prototype: { polluted: 1 } }, toString: null }),
  () => ({ dtype: 'f32', shape: [1e9, 1e9], b64: 'AAAA' }),
  () => true,
  () => nested(200),
];

function nested(depth: number): unknown {
  let value: unknown = 1;
  for (let i = 0; i < depth; i++) value = [value];
  return value;
}

/** Characters that JSON, CSV, base64 and link readers look at. */
const CHARACTERS = '{}[]",:\\/=+-.eE0129&#%@!_ \n\t\u0000\uFEFF\u202E\uD800';

/** What is added to a number. */
const STEPS = [1, -1, 0.5, 1e6, -1e6];

interface Place {
  readonly parent: Json;
  readonly key: string;
}

function placesIn(value: unknown, out: Place[] = []): Place[] {
  if (typeof value !== 'object' || value === null || out.length > 5_000) return out;
  for (const key of Object.keys(value)) {
    out.push({ parent: value as Json, key });
    placesIn((value as Json)[key], out);
  }
  return out;
}

/** Twice the list, or the beginning of it. */
function resized(list: readonly unknown[], amount: number): readonly unknown[] {
  return amount % 2 === 0 ? [...list, ...list] : list.slice(0, amount % (list.length + 1));
}

/** One change to a tree of JSON, in place. */
function mutateTree(root: Json, [where, what, amount]: Draw): void {
  const places = placesIn(root);
  const { parent, key } = places[where % Math.max(1, places.length)] ?? { parent: root, key: 'x' };
  const value = parent[key];
  switch (what % 8) {
    case 0:
      if (Array.isArray(parent)) parent.splice(Number(key), 1);
      else delete parent[key];
      return;
    case 1:
      if (typeof value === 'number') parent[key] = value + (STEPS[amount % STEPS.length] ?? 1);
      else parent[key] = [value];
      return;
    case 2: {
      const other = places[amount % Math.max(1, places.length)];
      // A value that stands elsewhere: right in form, wrong in place.
      if (other !== undefined) parent[key] = structuredClone(other.parent[other.key]);
      return;
    }
    case 3:
      if (Array.isArray(value)) parent[key] = resized(value, amount);
      else parent[`${key}x`] = value;
      return;
    default:
      parent[key] = REPLACEMENTS[amount % REPLACEMENTS.length]?.();
  }
}

/** One change to a text. */
function mutateText(text: string, [where, what, amount]: Draw): string {
  const at = where % (text.length + 1);
  const character = CHARACTERS[amount % CHARACTERS.length] ?? '{';
  switch (what % 6) {
    case 0:
      return text.slice(0, at);
    case 1:
      return text.slice(0, at) + character + text.slice(at);
    case 2:
      return text.slice(0, at) + character + text.slice(at + 1);
    case 3:
      return text.slice(0, at) + text.slice(at + 1 + (amount % 40));
    case 4:
      return text.slice(0, at) + text.slice(at, at + 1 + (amount % 200)).repeat(2 + (amount % 5)) + text.slice(at);
    default:
      return text.slice(0, at) + String.fromCharCode(amount % 65_536) + text.slice(at);
  }
}

/** One change to bytes. */
export function mutateBytes(bytes: Uint8Array<ArrayBuffer>, [where, what, amount]: Draw): Uint8Array<ArrayBuffer> {
  const at = where % Math.max(1, bytes.length);
  switch (what % 3) {
    case 0:
      return bytes.slice(0, at);
    case 1:
      return Uint8Array.from([...bytes.subarray(0, at), amount % 256, ...bytes.subarray(at)]);
    default: {
      const changed = bytes.slice();
      if (bytes.length > 0) changed[at] = amount % 256;
      return changed;
    }
  }
}

export const draws = (most: number): fc.Arbitrary<readonly Draw[]> => fc.array(fc.tuple(fc.nat(), fc.nat(), fc.nat()), { minLength: 1, maxLength: most });

/** Whole JSON values near good ones. */
export function mutatedJson(seeds: readonly string[]): fc.Arbitrary<unknown> {
  return fc.tuple(fc.constantFrom(...seeds), draws(4)).map(([seed, changes]) => {
    const holder: Json = { root: JSON.parse(seed) as unknown };
    for (const change of changes) mutateTree(holder, change);
    return holder['root'];
  });
}

/** Texts near good ones: nine in ten are still JSON where the seeds are, each line of them where they are JSON lines. */
export function mutatedText(seeds: readonly string[]): fc.Arbitrary<string> {
  const json = seeds.filter((seed) => isJson(seed));
  const damaged = fc.tuple(fc.constantFrom(...seeds), draws(4)).map(([seed, changes]) => changes.reduce(mutateText, seed));
  if (json.length === 0) return damaged;
  const tree = mutatedJson(json).map((value) => JSON.stringify(value) ?? '');
  // JSON.stringify writes no own __proto__ key, so it is put into the text.
  const poisoned = tree.map((text) => text.replace('{', '{"__proto__":{"polluted":1},'));
  return fc.oneof({ weight: 7, arbitrary: tree }, { weight: 2, arbitrary: damaged }, { weight: 1, arbitrary: poisoned });
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/**
 * Base64 (RFC 4648 section 4, with padding) straight between text and bytes: strict where `atob`
 * forgives, and without the string of one character per byte in between.
 */

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
const CODES = Uint8Array.from(ALPHABET, (letter) => letter.charCodeAt(0));
const PADDING = '='.charCodeAt(0);
const INVALID = 255;
const VALUES = new Uint8Array(128).fill(INVALID);
for (let i = 0; i < 64; i++) VALUES[ALPHABET.charCodeAt(i)] = i;

/** Characters that `bytes` bytes take. */
export function base64Length(bytes: number): number {
  return 4 * Math.ceil(bytes / 3);
}

export function encodeBase64(bytes: Uint8Array): string {
  // Characters as bytes, decoded at once: joining single characters takes ten times as long.
  const out = new Uint8Array(base64Length(bytes.length)).fill(PADDING);
  for (let i = 0, at = 0; i < bytes.length; i += 3, at += 4) {
    const left = bytes.length - i;
    const word = ((bytes[i] ?? 0) << 16) | ((bytes[i + 1] ?? 0) << 8) | (bytes[i + 2] ?? 0);
    out[at] = CODES[word >>> 18] ?? 0;
    out[at + 1] = CODES[(word >>> 12) & 63] ?? 0;
    if (left > 1) out[at + 2] = CODES[(word >>> 6) & 63] ?? 0;
    if (left > 2) out[at + 3] = CODES[word & 63] ?? 0;
  }
  return new TextDecoder().decode(out);
}

/**
 * The bytes, or undefined when the text is not base64 of exactly `bytes` bytes: a foreign
 * character, white space, wrong length, missing padding, or set bits after the end.
 */
export function decodeBase64(text: string, bytes: number): Uint8Array<ArrayBuffer> | undefined {
  if (text.length !== base64Length(bytes)) return undefined;
  const out = new Uint8Array(bytes);
  const padding = text.length === 0 ? 0 : 3 * (text.length / 4) - bytes;
  for (let i = 0, at = 0; i < text.length; i += 4, at += 3) {
    const pad = i + 4 === text.length ? padding : 0;
    const a = valueAt(text, i);
    const b = valueAt(text, i + 1);
    const c = pad === 2 ? paddingAt(text, i + 2) : valueAt(text, i + 2);
    const d = pad >= 1 ? paddingAt(text, i + 3) : valueAt(text, i + 3);
    if (a === INVALID || b === INVALID || c === INVALID || d === INVALID) return undefined;
    if ((pad === 2 && (b & 15) !== 0) || (pad === 1 && (c & 3) !== 0)) return undefined;
    out[at] = (a << 2) | (b >>> 4);
    if (pad < 2) out[at + 1] = ((b & 15) << 4) | (c >>> 2);
    if (pad < 1) out[at + 2] = ((c & 3) << 6) | d;
  }
  return out;
}

function valueAt(text: string, index: number): number {
  return VALUES[text.charCodeAt(index)] ?? INVALID;
}

function paddingAt(text: string, index: number): number {
  return text.charAt(index) === '=' ? 0 : INVALID;
}

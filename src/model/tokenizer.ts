/** The checkpoint's own tokenizer.json, run by @huggingface/tokenizers, with every token printable on its own. */
import { Tokenizer as HfTokenizer } from '@huggingface/tokenizers';
import { PlaygroundError, errorMessage } from '../base/errors';
import type { Tokenizer } from './checkpoint';

type JsonObject = Readonly<Record<string, unknown>>;

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/**
 * Byte of each character of a byte-level vocabulary: printable Latin-1 stands for itself, the other bytes
 * follow from U+0100 on (GPT-2, https://github.com/openai/gpt-2/blob/master/src/encoder.py).
 */
function byteOfCharacter(): ReadonlyMap<string, number> {
  const out = new Map<string, number>();
  let next = 0x100;
  for (let byte = 0; byte < 256; byte++) {
    const printable = (byte >= 0x21 && byte <= 0x7e) || (byte >= 0xa1 && byte <= 0xac) || byte >= 0xae;
    out.set(String.fromCodePoint(printable ? byte : next++), byte);
  }
  return out;
}

/** Invisible or direction-changing characters as <U+202E>; space, tab and line ends stay. */
function visible(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, (character) => {
    if (character === '\n' || character === '\t' || character === '\r') return character;
    return `<U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}>`;
  });
}

/** Length of a UTF-8 sequence by its first byte; 1 for a byte that can start none. */
function sequenceLength(lead: number): number {
  if (lead >= 0xf0) return 4;
  if (lead >= 0xe0) return 3;
  return lead >= 0xc0 ? 2 : 1;
}

/** UTF-8 text of some bytes; those that form no character are shown as <0xE2>. */
export function printableUtf8(bytes: readonly number[]): string {
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  let out = '';
  for (let at = 0; at < bytes.length; ) {
    const lead = bytes[at] ?? 0;
    const length = sequenceLength(lead);
    try {
      out += visible(decoder.decode(Uint8Array.from(bytes.slice(at, at + length))));
      at += length;
    } catch {
      out += `<0x${lead.toString(16).toUpperCase().padStart(2, '0')}>`;
      at += 1;
    }
  }
  return out;
}

/** Whether the vocabulary spells bytes as characters. */
function isByteLevel(json: JsonObject): boolean {
  const { decoder } = json;
  if (!isObject(decoder)) return false;
  if (decoder['type'] === 'ByteLevel') return true;
  const parts = decoder['decoders'];
  return Array.isArray(parts) && parts.some((part) => isObject(part) && part['type'] === 'ByteLevel');
}

/** Text of one vocabulary entry. Without byte level, U+2581 marks a space (SentencePiece). */
function entryText(entry: string, byteLevel: boolean, bytes: ReadonlyMap<string, number>): string {
  if (!byteLevel) return visible(entry.replaceAll('\u2581', ' '));
  const known = Array.from(entry, (character) => bytes.get(character));
  // A character outside the byte alphabet can only come from a hand-edited vocabulary: show it as it is.
  return known.includes(undefined) ? visible(entry) : printableUtf8(known.flatMap((byte) => byte ?? []));
}

/** Runs the library on a text; what it cannot do with a file that it took is a fault of the file. */
function working<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw new PlaygroundError('bad-file', `tokenizer.json cannot be used: ${errorMessage(error)}`, [], { cause: error });
  }
}

/**
 * @param json parsed tokenizer.json
 * @param config parsed tokenizer_config.json, if there is one
 * @throws PlaygroundError `bad-file` when the library cannot build it, and later when it fails on a text
 */
export function createTokenizer(json: unknown, config: unknown = {}): Tokenizer {
  if (!isObject(json) || !isObject(config)) throw new PlaygroundError('bad-file', 'tokenizer.json cannot be used: it is not a JSON object.');
  const inner = working(() => new HfTokenizer(json, config));
  const byteLevel = isByteLevel(json);
  const bytes = byteOfCharacter();
  const added = inner.get_added_tokens_decoder();
  const tokenText = (id: number): string => {
    const special = added.get(id)?.content;
    if (typeof special === 'string') return visible(special);
    const entry = inner.id_to_token(id);
    return typeof entry !== 'string' ? `<id ${id}>` : entryText(entry, byteLevel, bytes);
  };

  let ids: Map<string, number> | undefined;
  const idOf = (text: string): number | undefined => {
    if (ids === undefined) {
      ids = new Map();
      for (const id of [...inner.get_vocab(true).values()].toSorted((a, b) => b - a)) ids.set(tokenText(id), id);
    }
    return ids.get(text);
  };

  return {
    encode: (text) => (text === '' ? [] : working(() => [...inner.encode(text).ids])),
    decode: (sequence) => (sequence.length === 0 ? '' : working(() => inner.decode([...sequence], { skip_special_tokens: true, clean_up_tokenization_spaces: false }))),
    tokenText,
    idOf,
  };
}

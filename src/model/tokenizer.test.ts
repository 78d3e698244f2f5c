import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { createTokenizer, printableUtf8 } from './tokenizer';

const FOLDER = new URL('../../public/models/moe/', import.meta.url);
const read = (file: string): unknown => JSON.parse(readFileSync(new URL(file, FOLDER), 'utf8'));
const tokenizer = createTokenizer(read('tokenizer.json'), read('tokenizer_config.json'));

describe('the shipped tokenizer', () => {
  it.each(['Once upon a time', '  two spaces, a\ttab\n\nand blank lines ', 'Zoë 12 + 345', '🦊 and 👩‍🚀', 'مرحبا שלום', 'a\u202eb\u0000c'])('brings %j back unchanged', (text) => {
    expect(tokenizer.decode(tokenizer.encode(text))).toBe(text);
  });
  it('has nothing to say about nothing', () => {
    expect(tokenizer.encode('')).toEqual([]);
    expect(tokenizer.decode([])).toBe('');
  });
  it('shows tokens that join up to the text when each is whole', () => {
    const ids = tokenizer.encode('def add(a, b):\n    return a');
    expect(ids.map(tokenizer.tokenText).join('')).toBe('def add(a, b):\n    return a');
  });
  it('shows a byte that is no character on its own by its number', () => {
    const id = tokenizer.idOf('<0xE2>')!;
    expect(tokenizer.tokenText(id)).toBe('<0xE2>');
  });
  it('names special tokens, and leaves them out of the text', () => {
    expect(tokenizer.tokenText(0)).toBe('<|endoftext|>');
    expect(tokenizer.decode([0])).toBe('');
  });
  it('finds the id of a text that is one token', () => {
    const [id] = tokenizer.encode(' the');
    expect(tokenizer.idOf(' the')).toBe(id);
    expect(tokenizer.idOf('surely not one token')).toBeUndefined();
  });
  it('shows an unknown id as such', () => {
    expect(tokenizer.tokenText(999999)).toBe('<id 999999>');
  });
});

describe('printable bytes', () => {
  it('keep characters and plain whitespace', () => {
    expect(printableUtf8([0x20, 0x41, 0x0a, 0xc3, 0xab, 0xe2, 0x82, 0xac])).toBe(' A\në€');
  });
  it('show incomplete and impossible sequences byte by byte', () => {
    expect(printableUtf8([0xe2, 0x82])).toBe('<0xE2><0x82>');
    expect(printableUtf8([0xff, 0x41, 0xc0, 0x80])).toBe('<0xFF>A<0xC0><0x80>');
  });
  it('show control and bidirectional characters by code point', () => {
    expect(printableUtf8([0x00, 0x7f])).toBe('<U+0000><U+007F>');
    expect(printableUtf8([0xe2, 0x80, 0xae])).toBe('<U+202E>');
    expect(printableUtf8([0xef, 0xbb, 0xbf])).toBe('<U+FEFF>');
  });
});

it('a tokenizer that is none is refused as a file', () => {
  for (const json of [null, [], {}, { model: { type: 'BPE' } }]) expect(() => createTokenizer(json)).toThrow('tokenizer.json cannot be used');
});

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decodeBase64, encodeBase64 } from './base64';

const ascii = (text: string): Uint8Array => Uint8Array.from(text, (c) => c.charCodeAt(0));

test('the test vectors of RFC 4648 hold in both directions', () => {
  const table: [string, string][] = [
    ['', ''], ['f', 'Zg=='], ['fo', 'Zm8='], ['foo', 'Zm9v'], ['foob', 'Zm9vYg=='], ['fooba', 'Zm9vYmE='], ['foobar', 'Zm9vYmFy'],
  ];
  for (const [plain, coded] of table) {
    expect(encodeBase64(ascii(plain))).toBe(coded);
    expect(decodeBase64(coded, plain.length)).toEqual(ascii(plain));
  }
});

test('what is not exactly the base64 of the asked-for length is refused', () => {
  expect(decodeBase64('Zm9v', 2)).toBeUndefined();
  expect(decodeBase64('Zm9v', 4)).toBeUndefined();
  expect(decodeBase64('Zm9', 3)).toBeUndefined();
  expect(decodeBase64('Zm 9', 3)).toBeUndefined();
  expect(decodeBase64('Zm-v', 3)).toBeUndefined();
  expect(decodeBase64('Zm9é', 3)).toBeUndefined();
  expect(decodeBase64('Zm8A', 2)).toBeUndefined();
  expect(decodeBase64('Zm9=', 2)).toBeUndefined();
  expect(decodeBase64('Zh==', 1)).toBeUndefined();
  expect(decodeBase64('====', 1)).toBeUndefined();
});

test('any bytes come back', () => {
  fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
    expect(decodeBase64(encodeBase64(bytes), bytes.length)).toEqual(bytes);
  }));
});

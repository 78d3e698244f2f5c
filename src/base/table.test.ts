import { expect, test } from 'vitest';
import { cellText, csvField, toCsv } from './table';

test('a CSV file has a header, quotes where they are needed and CRLF', () => {
  const table = { columns: [{ name: 'token' }, { name: 'share, %' }], rows: [['a "b"', 0.5], ['x\ny', 12]] };
  expect(toCsv(table)).toBe('token,"share, %"\r\n"a ""b""",0.5\r\n"x\ny",12\r\n');
});

test('no text becomes a formula, and a negative number stays one', () => {
  expect(['=1+1', '+a', '-a', '@a', '\tx', 'a=1', ' ='].map(csvField)).toEqual(["'=1+1", "'+a", "'-a", "'@a", "'\tx", 'a=1', ' =']);
  expect(csvField('=HYPERLINK("x","y")')).toBe('"\'=HYPERLINK(""x"",""y"")"');
  expect([csvField(-1.5), csvField(Math.fround(0.1)), csvField(NaN), csvField(undefined)]).toEqual(['-1.5', '0.1', '', '']);
});

test('the table on screen rounds, with a real minus', () => {
  expect([cellText(-0.125, { name: '', decimals: 2 }), cellText(3, { name: '' }), cellText('a-b', { name: '' }), cellText(NaN, { name: '', decimals: 2 })]).toEqual(['\u22120.13', '3', 'a-b', '\u2013']);
});

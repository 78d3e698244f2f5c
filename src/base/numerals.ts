/**
 * How numbers are written on the screen: decimal and grouping sign of the language in use, from Intl. Files, links and
 * attributes never come through here: they keep the form that every program reads.
 */
interface Signs {
  readonly decimal: string;
  readonly group: string;
}

let signs: Signs = { decimal: '.', group: ',' };

/** @param language a BCP 47 tag; digits stay the Latin ones */
export function writeNumbersAs(language: string): void {
  const parts = new Intl.NumberFormat(language, { numberingSystem: 'latn', useGrouping: true }).formatToParts(12_345.6);
  const sign = (type: 'decimal' | 'group', otherwise: string): string => parts.find((part) => part.type === type)?.value ?? otherwise;
  signs = { decimal: sign('decimal', '.'), group: sign('group', ',') };
}

/** Puts the language's decimal sign into a number that was written with a point. */
export function localised(text: string): string {
  return signs.decimal === '.' ? text : text.replace('.', signs.decimal);
}

/** `value.toFixed(decimals)` as the language writes it. */
export function fixed(value: number, decimals: number): string {
  return localised(value.toFixed(decimals));
}

/** The same without the zero before the decimal sign: `.38`, in German `,38`. */
export function bare(value: number, decimals: number): string {
  return localised(value.toFixed(decimals).replace(/^(-?)0\./, '$1.'));
}

/** A number as short as it is: `0.05`, in German `0,05`. */
export function plain(value: number): string {
  return localised(String(value));
}

/** A whole number in groups of three: `4,096`, in German `4.096`. */
export function grouped(value: number): string {
  const text = value.toLocaleString('en-US');
  return signs.decimal === '.' && signs.group === ',' ? text : text.replaceAll(/[.,]/g, (sign) => (sign === ',' ? signs.group : signs.decimal));
}

/** The number that a visitor typed, with a point or a comma for the decimals; NaN where it is none. */
export function typedNumber(text: string): number {
  const trimmed = text.trim().replace('\u2212', '-').replace(',', '.');
  return trimmed === '' ? Number.NaN : Number(trimmed);
}

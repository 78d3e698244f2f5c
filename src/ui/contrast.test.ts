/** Every pair of colours that the page puts on top of each other, in both themes. */
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { magnitudeColour, figureTurns } from '../viz/scale';
import { contrast, lightness, mix, readTokens, type Theme } from './testing/readTokens';

/** Text and what it stands on. */
const TEXT: readonly (readonly [text: string, ground: string])[] = [
  ...['ink', 'ink-2', 'ink-3'].flatMap((text) => ['paper', 'paper-2'].map((ground) => [text, ground] as const)),
  ['ink', 'paper-3'],
  ['ink-2', 'paper-3'],
  ['on-ink', 'ink'],
  ['on-slot-a', 'slot-a'],
  ['on-slot-b', 'slot-b'],
];

/** Marks that carry meaning, and what they stand on. */
const MARKS: readonly (readonly [mark: string, ground: string])[] = [
  // Borders of controls and outlines of cells.
  ['edge', 'paper'],
  ['ink-3', 'paper'],
  ['ink-3', 'paper-2'],
  ['ink', 'paper'],
  // Ends of the signed scale and the full ramp.
  ['neg-4', 'paper'],
  ['pos-4', 'paper'],
  // Slots of the selection.
  ...'abcdefgh'.split('').map((letter) => [`slot-${letter}`, 'paper'] as const),
];

/** Bars, against the page. A bar's number stands beside it, so its tone is a second sign, not the only one. */
const BARS = ['mag-5'];

describe.each(['light', 'dark'] as const)('%s theme', (theme: Theme) => {
  const tokens = readTokens(theme);
  const colour = (name: string): string => {
    const found = tokens.get(name);
    if (found === undefined) throw new Error(`tokens.css has no --${name}`);
    return found;
  };

  test.each(TEXT)('--%s is read on --%s', (text, ground) => {
    expect(contrast(colour(text), colour(ground))).toBeGreaterThanOrEqual(4.5);
  });

  test.each(MARKS)('--%s is seen on --%s', (mark, ground) => {
    expect(contrast(colour(mark), colour(ground))).toBeGreaterThanOrEqual(3);
  });

  test.each(BARS)('bars of --%s are seen', (bar) => {
    expect(contrast(colour(bar), colour('paper'))).toBeGreaterThanOrEqual(3);
  });

  test('the ramp runs one way in lightness, from next to the page to far from it', () => {
    const steps = Array.from({ length: 9 }, (_, i) => lightness(colour(`mag-${i}`)));
    const fine = steps.flatMap((_, i) => (i === 8 ? [] : [0.25, 0.5, 0.75].map((share) => lightness(mix(colour(`mag-${i}`), colour(`mag-${i + 1}`), share)))));
    const sign = theme === 'light' ? -1 : 1;
    for (const [i, value] of steps.entries()) if (i > 0) expect(sign * (value - steps[i - 1]!)).toBeGreaterThan(3);
    for (const [i, value] of fine.entries()) if (i > 0) expect(sign * (value - fine[i - 1]!)).toBeGreaterThan(0);
    expect(Math.abs(steps[8]! - steps[0]!)).toBeGreaterThan(70);
  });

  test('a figure on a cell keeps 4.5 : 1 whatever the probability', () => {
    for (let i = 0; i <= 1000; i++) {
      const p = i / 1000;
      const [, to = '', share = '', from = ''] = /var\(--(mag-\d)\) (\d+)%, var\(--(mag-\d)\)/.exec(magnitudeColour(p)) ?? [];
      const cell = mix(colour(from), colour(to), Number(share) / 100);
      const figure = colour(figureTurns(p)[theme] ? 'on-mag-hi' : 'on-mag-lo');
      expect(contrast(cell, figure), `p = ${p}`).toBeGreaterThanOrEqual(4.5);
    }
  });

  test('more and less weigh the same: equal steps of the signed scale are equally light', () => {
    for (const step of [1, 2, 3, 4]) expect(Math.abs(lightness(colour(`neg-${step}`)) - lightness(colour(`pos-${step}`)))).toBeLessThan(step === 4 ? 1.5 : 6);
  });

  test('the outline of the first choice is seen on every cell it can surround, or the cell is seen without it', () => {
    // A 1.5 px line of ink inside the cell; on the dark end of the ramp the cell itself stands out from the page.
    for (let step = 0; step <= 8; step++) {
      const cell = colour(`mag-${step}`);
      expect(Math.max(contrast(colour('ink'), cell), contrast(cell, colour('paper'))), `mag-${step}`).toBeGreaterThanOrEqual(3);
    }
  });
});

describe('without colour', () => {
  const css = readdirSync('src/ui')
    .filter((name) => name.endsWith('.css'))
    .map((name) => readFileSync(`src/ui/${name}`, 'utf8'))
    .join('\n');
  /** All declarations under a selector that stands alone or in a list. */
  const rule = (selector: string): string =>
    [...css.replaceAll(/\/\*[^]*?\*\//g, '').matchAll(/([^{}]+)\{([^{}]*)\}/g)]
      .filter(([, selectors = '']) => selectors.split(',').some((one) => one.trim() === selector))
      .map(([, , body = '']) => body)
      .join(';');

  test('the four states of a cell differ in shape: plain, outlined, hatched, dotted', () => {
    expect(rule('.cell.k1 > i')).toMatch(/box-shadow: inset 0 0 0 1\.5px/);
    expect(rule('.cell.k2 > i')).toMatch(/box-shadow: inset 0 0 0 1px/);
    expect(rule('.cell.off > i')).toMatch(/repeating-linear-gradient/);
    expect(rule('.cell.unknown > i')).toMatch(/radial-gradient/);
    expect(rule('.cell > i')).not.toMatch(/gradient|box-shadow/);
  });

  test('both themes name the same colours', () => {
    expect([...readTokens('light').keys()].sort()).toEqual([...readTokens('dark').keys()].sort());
    const dark = /:root\[data-theme="dark"\]\s*\{([^}]*)\}/.exec(readFileSync('src/ui/tokens.css', 'utf8'))?.[1] ?? '';
    for (const name of readTokens('light').keys()) expect(dark, name).toContain(`--${name}:`);
  });

  test('no stylesheet but the token sheet names a colour', () => {
    for (const name of readdirSync('src/ui').filter((file) => file.endsWith('.css') && file !== 'tokens.css')) {
      const named = readFileSync(`src/ui/${name}`, 'utf8').replaceAll(/\/\*[^]*?\*\//g, '').match(/#[0-9a-f]{3,8}\b/gi) ?? [];
      // The mask of a fade is black for its alpha alone.
      expect(named.filter((value) => value !== '#000'), name).toEqual([]);
    }
  });
});

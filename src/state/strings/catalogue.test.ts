import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { english } from '../strings';
import { german } from './de';
import { bracketed } from './pseudo';

/** Leaves of a catalogue by their path. */
function leaves(value: unknown, path = ''): readonly (readonly [string, unknown])[] {
  if (typeof value !== 'object' || value === null) return [[path, value]];
  return Object.entries(value).flatMap(([key, inner]) => leaves(inner, path === '' ? key : `${path}.${key}`));
}

const parameters = (value: unknown): number | undefined => (typeof value === 'function' ? value.length : undefined);

describe('the German catalogue', () => {
  const ours = new Map(leaves(english));
  const theirs = new Map(leaves(german));

  it('has the same entries as the English one', () => {
    expect([...theirs.keys()].sort()).toEqual([...ours.keys()].sort());
  });

  it('uses as many parameters as the English one in every sentence', () => {
    expect([...ours].filter(([path, value]) => parameters(value) !== parameters(theirs.get(path))).map(([path]) => path)).toEqual([]);
  });
});

describe('the page', () => {
  it('has the title and the description of the catalogue before any script runs', () => {
    const html = readFileSync('index.html', 'utf8');
    expect(html).toContain(`<title>${english.document.title}</title>`);
    expect(html).toContain(`content="${english.document.description}"`);
  });
});

describe('the bracketed catalogue', () => {
  it('puts every text and every sentence into brackets', () => {
    const pseudo = bracketed(english);
    expect(pseudo.prompt.run).toBe('\u27e6Run\u27e7');
    expect(pseudo.heat.layer(3)).toBe('\u27e6L3\u27e7');
    expect(pseudo.heat.modes.all).toBe('\u27e6all tokens\u27e7');
  });
});

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

/** Words that German shares with English: names, abbreviations, units, and terms of the field. A text that is the same may hold nothing else. */
const SHARED = new Set(
  'Adam Belady C3PO CPU CSV CV Esc Export KL LFU LRU Link Matérn MaxVio McNemar MoE NGD PNG Pause Playground Prompt RICE Rerouting Router Routing SCH SRP SVG Sampling Seed Token Top-k Top-p Trace WebGPU answer binomial dense-match dense-small linear max min ms nPMI out position px seed straight-through xz'.split(' '),
);

describe('German that is still English', () => {
  /** What a leaf says: a text as it is, a sentence with sample parameters. */
  const said = (value: unknown, sample: unknown): string | undefined => {
    try {
      const text: unknown = typeof value === 'function' ? (value as (...parameters: readonly unknown[]) => unknown)(...Array.from({ length: Math.max(1, value.length) }, () => sample)) : value;
      return typeof text === 'string' ? text : Array.isArray(text) ? text.join('') : undefined;
    } catch {
      return undefined;
    }
  };

  it('is nothing but the words that both languages share', () => {
    const theirs = new Map(leaves(german));
    const same = leaves(english).flatMap(([path, value]) => {
      const texts = [7, '7', [7, 8]].map((sample) => [said(value, sample), said(theirs.get(path), sample)] as const);
      return texts.flatMap(([ours, other]) => (ours !== undefined && ours === other && !ours.includes('NaN') && (ours.match(/[\p{L}\d-]*\p{L}{2}[\p{L}\d-]*|\p{L}\d[\p{L}\d]+/gu) ?? []).some((word) => !SHARED.has(word)) ? [`${path}: ${ours}`] : []));
    });
    expect([...new Set(same)]).toEqual([]);
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

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PlaygroundError } from '../base/errors';
import { parsePlan } from './parse';

const SHAPE = { layers: 2, experts: 4 };

const wrap = (entry: unknown): unknown => ({ format: 'moe-plan', version: '1.0', entries: [entry] });

function faultsOf(value: unknown, shape = SHAPE): readonly string[] {
  try {
    parsePlan(value, shape);
  } catch (error) {
    expect(error).toBeInstanceOf(PlaygroundError);
    if (error instanceof PlaygroundError) {
      expect(error.code).toBe('bad-input');
      return error.details;
    }
  }
  return [];
}

const faultsOfEntry = (fields: object): readonly string[] => faultsOf(wrap({ layers: 'all', tokens: 'all', ...fields }));

describe('a plan that follows the format', () => {
  it('comes back field by field', () => {
    const entry = {
      layers: [0, 1],
      tokens: { from: 2, to: 5 },
      topP: { p: 1, min: 1, max: 4, mass: 'topk' },
      mask: [3],
      bias: { '0': 5 },
      selectionBias: { '1': -0.5 },
      override: [0, 0, 1, 1],
      scale: { '2': 1.5 },
      renormalise: 'after-scale',
    };
    expect(parsePlan(wrap(entry), SHAPE).entries).toEqual([entry]);
  });
  it('may use each form of selector, and each bound of k', () => {
    for (const tokens of ['all', 'last', { from: 0 }, [0, 7]]) expect(faultsOfEntry({ tokens })).toEqual([]);
    expect(faultsOfEntry({ k: 1 })).toEqual([]);
    expect(faultsOfEntry({ k: 4, override: 'uniform' })).toEqual([]);
  });
  it('without entries fits a dense model', () => {
    expect(parsePlan({ format: 'moe-plan', version: '1.0', entries: [] }, { layers: 0, experts: 0 }).entries).toEqual([]);
  });
});

describe('a fault', () => {
  const cases: readonly [string, object, string][] = [
    ['k of 0', { k: 0 }, 'entries[0].k: wanted an integer from 1 to 4, got 0.'],
    ['k above E', { k: 5 }, 'entries[0].k: wanted an integer from 1 to 4, got 5.'],
    ['p of 0', { topP: { p: 0, mass: 'all' } }, 'entries[0].topP.p: wanted a number above 0 and up to 1, got 0.'],
    ['p above 1', { topP: { p: 1.01, mass: 'all' } }, 'entries[0].topP.p: wanted a number above 0 and up to 1, got 1.01.'],
    ['min above max', { topP: { p: 0.5, min: 3, max: 2, mass: 'all' } }, 'entries[0].topP.max: wanted an integer from 3 to 4, got 2.'],
    ['missing mass', { topP: { p: 0.5 } }, 'entries[0].topP.mass: wanted "all" or "topk", got undefined.'],
    ['two selections', { k: 1, topP: { p: 0.5, mass: 'all' } }, 'entries[0]: k and topP are two ways to choose; an entry may have one of them.'],
    ['expert id of E', { mask: [0, 4] }, 'entries[0].mask[1]: wanted an integer from 0 to 3, got 4.'],
    ['layer id of L', { layers: [2] }, 'entries[0].layers[0]: wanted an integer from 0 to 1, got 2.'],
    ['negative position', { tokens: [-1] }, 'entries[0].tokens[0]: wanted an integer of at least 0, got -1.'],
    ['range that ends early', { tokens: { from: 3, to: 2 } }, 'entries[0].tokens.to: wanted an integer of at least 3, got 2.'],
    ['NaN bias', { bias: { '0': NaN } }, 'entries[0].bias.0: wanted a finite number, got NaN.'],
    ['key that is no expert', { scale: { x: 1 } }, 'entries[0].scale.x: wanted an expert id from 0 to 3 as the key.'],
    ['short override', { override: [1, 2] }, 'entries[0].override: wanted 4 numbers, one for each expert, got 2.'],
    ['negative override', { override: [1, 1, 1, -1] }, 'entries[0].override[3]: wanted a number of at least 0, got -1.'],
    ['override of zeros', { override: [0, 0, 0, 0] }, 'entries[0].override: wanted at least one number above 0, got only zeros.'],
    ['unknown renormalise', { renormalise: true }, 'entries[0].renormalise: wanted "model", "off", "before-scale" or "after-scale", got true.'],
  ];
  it.each(cases)('such as %s is named by its path', (_, fields, sentence) => {
    expect(faultsOfEntry(fields)).toEqual([sentence]);
  });
  it('in a field name is not passed over', () => {
    expect(faultsOfEntry({ masks: [1] })[0]).toMatch(/^entries\[0\]\.masks: unknown field/);
  });
  it('does not hide the others', () => {
    expect(faultsOf({ format: 'plan', version: 2, entries: [{ layers: 1, tokens: 'none', k: 9 }] })).toHaveLength(5);
  });
  it('is reported for anything that is no plan', () => {
    for (const value of [null, 1, 'x', [], {}]) expect(faultsOf(value).length).toBeGreaterThan(0);
  });
  it('is reported for an entry on a dense model', () => {
    expect(faultsOf(wrap({ layers: 'all', tokens: 'all', k: 1 }), { layers: 0, experts: 0 })).toEqual([
      'entries: wanted none, because this model is dense: it has no router to change.',
    ]);
  });
});

it('accepts or refuses any JSON without another error, and is stable on what it accepts', () => {
  const entry = fc.record(
    {
      layers: fc.oneof(fc.constant('all'), fc.array(fc.integer({ min: -1, max: 2 })), fc.jsonValue()),
      tokens: fc.oneof(fc.constant('last'), fc.record({ from: fc.integer({ min: -1, max: 3 }), to: fc.nat(3) }), fc.jsonValue()),
      k: fc.oneof(fc.integer({ min: 0, max: 5 }), fc.jsonValue()),
      bias: fc.oneof(fc.dictionary(fc.constantFrom('0', '3', '4', '__proto__'), fc.double()), fc.jsonValue()),
      override: fc.oneof(fc.array(fc.double(), { minLength: 3, maxLength: 5 }), fc.jsonValue()),
    },
    { requiredKeys: [] },
  );
  const plan = fc.record({ format: fc.constant('moe-plan'), version: fc.constant('1.0'), entries: fc.array(entry, { maxLength: 3 }) });
  fc.assert(
    fc.property(fc.oneof(plan, fc.jsonValue()), (value) => {
      let parsed;
      try {
        parsed = parsePlan(value, SHAPE);
      } catch (error) {
        expect(error).toBeInstanceOf(PlaygroundError);
        return;
      }
      expect(parsePlan(JSON.parse(JSON.stringify(parsed)), SHAPE)).toEqual(parsed);
    }),
    { numRuns: 500 },
  );
});

import { describe, expect, test } from 'vitest';
import { smallTrace } from '../trace/testing/small';
import { activationRate, choicesByLayer, choicesFrom, choicesOf, countsOf, joinLayers, spanOf } from './choices';
import { expertCounts } from './load';

describe('the choices of a layer', () => {
  test('are its used slots, token after token', () => {
    const first = choicesOf(smallTrace, 0);
    expect([...first.ids]).toEqual([2, 1, 1, 0]);
    expect([...first.start]).toEqual([0, 2, 4]);
    const second = choicesOf(smallTrace, 1);
    expect([...second.ids]).toEqual([2]);
    expect([...second.start]).toEqual([0, 0, 1]);
  });

  test('can be those of prompt or answer alone', () => {
    expect(spanOf(smallTrace)).toEqual({ from: 0, to: 2 });
    expect(spanOf(smallTrace, 'prompt')).toEqual({ from: 0, to: 1 });
    expect(spanOf(smallTrace, 'generated')).toEqual({ from: 1, to: 2 });
    expect([...choicesOf(smallTrace, 0, spanOf(smallTrace, 'generated')).ids]).toEqual([1, 0]);
    expect([...expertCounts(smallTrace, 0, spanOf(smallTrace, 'prompt'))]).toEqual([0, 1, 1]);
  });

  test('are counted by expert, and as a share of all experts', () => {
    expect([...countsOf(choicesOf(smallTrace, 0))]).toEqual([1, 2, 1]);
    // 4 + 1 choices of 2 tokens * 3 experts * 2 layers
    expect(activationRate(choicesByLayer(smallTrace))).toBeCloseTo(5 / 12, 12);
    expect(activationRate([])).toBe(0);
  });

  test('of all layers stand side by side', () => {
    const joined = joinLayers(choicesByLayer(smallTrace));
    expect([...joined.ids]).toEqual([2, 1, 1, 0, 5]);
    expect([...joined.start]).toEqual([0, 2, 5]);
    expect(joined.experts).toBe(6);
    expect(joinLayers([]).tokens).toBe(0);
  });

  test('of no token are empty', () => {
    expect(choicesFrom([], 3)).toEqual({ experts: 3, tokens: 0, ids: new Uint32Array(0), start: Uint32Array.of(0) });
  });
});

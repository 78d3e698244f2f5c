import { describe, expect, test } from 'vitest';
import { smallTrace } from '../trace/testing/small';
import type { Trace } from '../trace/trace';
import { AGREEMENT_LIMITS, compareTraces, type Agreement } from './agreement';

/** Three tokens, two layers, three experts, top-2. Token 1 chose expert 1 over expert 0 in layer 0 by a hair. */
const base: Trace = {
  ...smallTrace,
  tokens: { ids: Uint32Array.of(5, 7, 3), text: ['a', 'b', 'c'], kind: ['prompt', 'generated', 'generated'] },
  routing: {
    slots: 2,
    experts: Uint16Array.of(2, 1, 0, 1, 2, 1, 0, 1, 2, 1, 0, 1),
    mix: Float32Array.of(0.75, 0.25, 0.5, 0.5, 0.75, 0.25, 0.5, 0.5, 0.75, 0.25, 0.5, 0.5),
    logits: Float32Array.of(0, 1, 2, 2, 1, 0, 0.9995, 1, 2, 2, 1, 0, 0, 1, 2, 2, 1, 0),
    outputNorm: Float32Array.of(4, 2, 1, 1, 4, 2, 1, 1, 4, 2, 1, 1),
  },
  output: {
    entropy: Float32Array.of(1.5, 0.1, 0.3),
    chosen: Uint32Array.of(7, 3, 4),
    logProb: Float32Array.of(NaN, -0.25, -0.5),
    top: { count: 2, ids: Uint32Array.of(7, 3, 3, 4, 4, 1), prob: Float32Array.of(0.5, 0.25, 0.4, 0.3999, 0.6, 0.2) },
  },
};

type Arrays = 'experts' | 'mix' | 'logits' | 'outputNorm';
/** The base with single elements of its routing changed. */
function routed(changes: Partial<Record<Arrays, Record<number, number>>>): Trace {
  const routing = { ...base.routing, experts: base.routing.experts.slice(), mix: base.routing.mix.slice(), logits: base.routing.logits!.slice(), outputNorm: base.routing.outputNorm!.slice() };
  for (const [name, values] of Object.entries(changes)) for (const [i, value] of Object.entries(values)) routing[name as Arrays][Number(i)] = value;
  return { ...base, routing };
}

function failed(report: Agreement): string[] {
  return report.criteria.filter((criterion) => !criterion.pass).map((criterion) => criterion.name);
}

const LOOSE = { ...AGREEMENT_LIMITS, differingShare: 1 };

describe('two traces of one run', () => {
  test('agree when they are equal, and list what was too close to call', () => {
    const report = compareTraces(base, structuredClone(base));
    expect(report).toMatchObject({ pass: true, tokens: 3, tokensCompared: 3, decisions: 6, decisionsCompared: 6 });
    expect(report.close.map(({ token, layer, same }) => ({ token, layer, same }))).toEqual([
      { token: 1, layer: undefined, same: true },
      { token: 1, layer: 0, same: true },
    ]);
    expect(report.close[1]!.margin).toBeCloseTo(0.0005, 6);
    expect(report.criteria.find((c) => c.name === 'next-token logits')).toEqual({ name: 'next-token logits', value: 0, limit: 2e-3, n: 0, pass: true });
  });

  test('are measured number by number', () => {
    const report = compareTraces(base, routed({ mix: { 0: 0.75 + 5e-5 }, logits: { 17: 1e-3 } }));
    expect(report.pass).toBe(true);
    const value = (name: string): number => report.criteria.find((c) => c.name === name)!.value;
    expect(value('mixing weights')).toBeCloseTo(5e-5, 7);
    expect(value('router logits')).toBeCloseTo(1e-3, 7);
  });

  test('disagree where a number is off, or known to only one', () => {
    expect(failed(compareTraces(base, routed({ mix: { 0: 0.7502 } })))).toEqual(['mixing weights']);
    expect(failed(compareTraces(base, routed({ logits: { 0: 0.003 } })))).toEqual(['router logits']);
    expect(failed(compareTraces(base, { ...base, output: { ...base.output, logProb: Float32Array.of(NaN, NaN, -0.5) } }))).toEqual(['log-probability of tokens, nats']);
  });

  test('agree when the same experts stand in another order', () => {
    expect(compareTraces(base, routed({ experts: { 0: 1, 1: 2 }, mix: { 0: 0.25, 1: 0.75 }, outputNorm: { 0: 2, 1: 4 } })).pass).toBe(true);
  });

  test('disagree when an expert differs at a clear margin', () => {
    expect(failed(compareTraces(base, routed({ experts: { 1: 0 } })))).toEqual(['expert choices that differ']);
  });

  test('may choose another expert where rounding can turn the choice; what follows from it is not compared', () => {
    const turned = routed({ experts: { 5: 0 }, logits: { 9: 1.5, 15: 1.5, 12: 0 }, mix: { 6: 0.9, 10: 0.9 } });
    const report = compareTraces(base, turned, LOOSE);
    expect(report).toMatchObject({ pass: true, decisionsCompared: 4 });
    expect(report.close).toContainEqual({ token: 1, layer: 0, margin: expect.closeTo(0.0005, 5) as number, same: false });
    expect(report.criteria.find((c) => c.name === 'share of choices turned by rounding')).toMatchObject({ value: 0.25, n: 4 });
    expect(report.criteria.find((c) => c.name === 'next-token entropy, nats')).toMatchObject({ n: 1 });
  });

  test('but only for a small share of all choices', () => {
    expect(failed(compareTraces(base, routed({ experts: { 5: 0 } })))).toEqual(['share of choices turned by rounding']);
  });

  test('still count wrong choices of layers that the turn cannot have touched', () => {
    expect(failed(compareTraces(base, routed({ experts: { 5: 0, 9: 0 } }), LOOSE))).toEqual(['expert choices that differ']);
  });
});

describe('tokens', () => {
  const withTokens = (ids: number[], chosen: number[]): Trace => ({
    ...base,
    tokens: { ...base.tokens, ids: Uint32Array.from(ids) },
    output: { ...base.output, chosen: Uint32Array.from(chosen) },
  });

  test('may part where two candidates are level, and are compared up to there', () => {
    const report = compareTraces(base, withTokens([5, 7, 4], [7, 4, 9]));
    expect(report).toMatchObject({ pass: true, tokensCompared: 2, decisionsCompared: 4 });
    expect(report.close[0]).toMatchObject({ token: 1, layer: undefined, same: false });
  });

  test('may not part at a clear margin', () => {
    expect(failed(compareTraces(base, withTokens([5, 8, 3], [8, 3, 4])))).toEqual(['tokens that differ']);
    expect(failed(compareTraces(base, withTokens([6, 7, 3], [7, 3, 4])))).toEqual(['tokens that differ']);
    expect(failed(compareTraces(base, withTokens([5, 7, 3], [7, 3, 1])))).toEqual(['tokens that differ']);
  });

  test('may not part at all when a seed decided', () => {
    const sampled = { ...base, run: { ...base.run, sampling: { temperature: 1, topK: 0, topP: 1 } } };
    expect(failed(compareTraces(sampled, { ...sampled, tokens: { ...base.tokens, ids: Uint32Array.of(5, 7, 4) } }))).toEqual(['tokens that differ']);
  });

  test('may not be missing', () => {
    const shorter: Trace = { ...base, tokens: { ...base.tokens, ids: base.tokens.ids.slice(0, 2) } };
    expect(failed(compareTraces(base, shorter))).toEqual(['tokens that differ']);
    expect(compareTraces(base, shorter).tokensCompared).toBe(2);
  });

  test('of another model are not compared further', () => {
    const other = { ...base, model: { ...base.model, experts: 4 } };
    expect(failed(compareTraces(base, other))).toEqual(['models that differ']);
  });
});

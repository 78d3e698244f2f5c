import { describe, expect, it } from 'vitest';
import { routedTrace } from '../analysis/testing/routed';
import { createApp, INITIAL } from './app';
import { setTau, stepEntropy, tokenEntropy, type StepChoice } from './stepEntropy';

const text = ['One', '.', '\n', 'Two', '\n', '\n', 'Three', '!'];
const base = routedTrace({ experts: 2, chosen: text.map(() => [[0]]), promptTokens: 2, text });
const by = (end: StepChoice['end'], part: Partial<StepChoice> = {}): StepChoice => ({ end, candidates: 'all', pattern: { phase: 'none' }, ...part });
const trace = { ...base, output: { ...base.output, entropy: Float32Array.from(text, (_, t) => t / 2) } };

describe('first tokens of steps', () => {
  it('are those of the generated part, with the entropy after the token before', () => {
    const { tokens, nats } = stepEntropy(trace, by('newline'));
    expect([...tokens]).toEqual([2, 3, 6]);
    expect([...nats]).toEqual([0.5, 1, 2.5]);
  });

  it('are fewer where only a blank line ends a step', () => {
    expect([...stepEntropy(trace, by('blank-line')).tokens]).toEqual([2, 6]);
  });

  it('are those of the whole text where nothing was generated', () => {
    expect([...stepEntropy({ ...trace, run: { promptTokens: 8 } }, by('newline')).tokens]).toEqual([3, 6]);
  });

  it('are found once for a trace', () => {
    expect(stepEntropy(trace, by('newline'))).toBe(stepEntropy(trace, by('newline')));
  });
});

describe('steps by a pattern', () => {
  const starts = Uint32Array.from([2, 6]);
  it('are those that the search found in this very run', () => {
    const pattern = { phase: 'found', source: 'x', created: trace.created, starts, note: '' } as const;
    expect([...stepEntropy(trace, by('pattern', { pattern })).nats]).toEqual([0.5, 2.5]);
    expect(stepEntropy(trace, by('pattern', { pattern: { ...pattern, created: 'another run' } })).tokens).toHaveLength(0);
  });

  it('are none while the pattern is searched or refused', () => {
    expect(stepEntropy(trace, by('pattern', { pattern: { phase: 'searching', source: 'x' } })).tokens).toHaveLength(0);
    expect(stepEntropy(trace, by('pattern', { pattern: { phase: 'refused', source: '(a+)+$', reason: 'slow' } })).tokens).toHaveLength(0);
  });
});

describe('entropy over the likeliest candidates', () => {
  // After every token twenty candidates, ten of them with ten times the probability of the others.
  const count = 20;
  const prob = Float32Array.from({ length: text.length * count }, (_, i) => (i % count < 10 ? 0.08 : 0.008));
  const listed = { ...trace, output: { ...trace.output, top: { count, ids: Uint32Array.from(prob, (_, i) => i % count), prob } } };

  it('is that of a distribution of just these', () => {
    // Ten equal candidates: ln 10. Twenty: ln 11 + (ln 10) / 11.
    expect(tokenEntropy(listed, '10')?.[3]).toBeCloseTo(2.302585, 5);
    expect(tokenEntropy(listed, '20')?.[3]).toBeCloseTo(2.607221, 5);
    expect(tokenEntropy(listed, 'all')?.[3]).toBe(1.5);
    expect(stepEntropy(listed, by('newline', { candidates: '10' })).nats[0]).toBeCloseTo(2.302585, 5);
  });

  it('is unknown where a trace lists fewer', () => {
    expect(tokenEntropy(trace, '20')?.[3]).toBeNaN();
    expect(stepEntropy(trace, by('newline', { candidates: '20' })).tokens).toHaveLength(0);
  });
});

describe('the threshold', () => {
  it('stays in the range of its setting', () => {
    const app = createApp({} as never, INITIAL);
    setTau(app, 1.23456);
    expect(app.store.getState().view.tau).toBe(1.2346);
    setTau(app, -1);
    expect(app.store.getState().view.tau).toBe(0);
    setTau(app, Number.NaN);
    expect(app.store.getState().view.tau).toBe(0);
  });
});

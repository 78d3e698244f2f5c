import { describe, expect, it } from 'vitest';
import { routedTrace } from '../analysis/testing/routed';
import { createApp, INITIAL } from './app';
import { setTau, stepEntropy } from './stepEntropy';

const text = ['One', '.', '\n', 'Two', '\n', '\n', 'Three', '!'];
const base = routedTrace({ experts: 2, chosen: text.map(() => [[0]]), promptTokens: 2, text });
const trace = { ...base, output: { ...base.output, entropy: Float32Array.from(text, (_, t) => t / 2) } };

describe('first tokens of steps', () => {
  it('are those of the generated part, with the entropy after the token before', () => {
    const { tokens, nats } = stepEntropy(trace, 'newline');
    expect([...tokens]).toEqual([2, 3, 6]);
    expect([...nats]).toEqual([0.5, 1, 2.5]);
  });

  it('are fewer where only a blank line ends a step', () => {
    expect([...stepEntropy(trace, 'blank-line').tokens]).toEqual([2, 6]);
  });

  it('are those of the whole text where nothing was generated', () => {
    expect([...stepEntropy({ ...trace, run: { promptTokens: 8 } }, 'newline').tokens]).toEqual([3, 6]);
  });

  it('are found once for a trace', () => {
    expect(stepEntropy(trace, 'newline')).toBe(stepEntropy(trace, 'newline'));
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

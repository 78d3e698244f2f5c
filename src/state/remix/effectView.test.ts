import { describe, expect, it } from 'vitest';
import { effectView } from './effectView';

/** Logits of given probabilities. */
const logits = (...probabilities: number[]): Float32Array => Float32Array.from(probabilities, Math.log);

describe('effectView', () => {
  const item = { id: 'q', family: '', prompt: 'p', options: [' a', ' b'], answer: ' b' };
  const view = effectView({ item, firstTokens: [2, 0], before: { logits: logits(0.25, 0.25, 0.5) } }, logits(0.5, 0.25, 0.25));

  it('gives each option the probability of its first token, and the rest to the others', () => {
    expect(view.options.map(({ text, correct }) => [text, correct])).toEqual([
      [' b', true],
      [' a', false],
    ]);
    expect(view.options[0]?.before).toBeCloseTo(0.25, 6);
    expect(view.options[0]?.after).toBeCloseTo(0.5, 6);
    expect(view.other.before).toBeCloseTo(0.25, 6);
    expect(view.other.after).toBeCloseTo(0.25, 6);
  });

  it('says which option leads, and what the right one loses', () => {
    expect(view.answer).toEqual({ before: 0, after: 1 });
    expect(view.loss?.before).toBeCloseTo(Math.log(4), 6);
    expect(view.loss?.after).toBeCloseTo(Math.log(2), 6);
  });

  it('measures entropy and divergence over the whole vocabulary', () => {
    expect(view.entropy.before).toBeCloseTo(1.0397208, 6);
    expect(view.entropy.after).toBeCloseTo(1.0397208, 6);
    // .25 ln(.25/.5) + .25 ln 1 + .5 ln(.5/.25) = .25 ln 2
    expect(view.kl).toBeCloseTo(0.25 * Math.LN2, 6);
  });

  it('knows no loss where nobody knows the answer', () => {
    const { answer: _, ...open } = item;
    expect(effectView({ item: open, firstTokens: [2, 0], before: { logits: logits(0.5, 0.5) } }, logits(0.5, 0.5)).loss).toBeUndefined();
  });
});

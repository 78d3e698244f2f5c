import { describe, expect, it } from 'vitest';
import { smallTrace } from '../trace/testing/small';
import type { Trace } from '../trace/trace';
import { continuations, nextPair, probabilityOf, textsAgree } from './nextPair';

/** Ten tokens; candidates after token 0 with these probabilities. */
function traceWith(ids: readonly number[], prob: readonly number[], text = ['Once', ' upon']): Trace {
  return {
    ...smallTrace,
    tokens: { ...smallTrace.tokens, text, ids: Uint32Array.of(5, 7), names: new Map([[3, ' x'], [4, ' y'], [5, ' z'], [7, ' upon']]) },
    output: { ...smallTrace.output, top: { count: ids.length, ids: Uint32Array.from([...ids, ...ids]), prob: Float32Array.from([...prob, ...prob]) } },
  };
}

const before = traceWith([3, 7, 4, 5], [0.5, 0.25, 0.125, 0.0625]);
const now = traceWith([7, 4, 5, 3], [0.5, 0.25, 0.125, 0.0625]);

describe('before and with edits', () => {
  it('stand in one row for each candidate, with what they leave', () => {
    const pair = nextPair(now, before, 0, 4);
    expect(pair?.rows.map(({ id, prob, before: was }) => [id, prob, was])).toEqual([[7, 0.5, 0.25], [4, 0.25, 0.125], [5, 0.125, 0.0625], [3, 0.0625, 0.5]]);
    expect(pair?.other).toBeCloseTo(0.0625, 6);
    expect(pair?.compared?.other).toBeCloseTo(0.0625, 6);
    expect(pair?.compared?.top).toEqual({ before: ' x', now: ' upon', changed: true });
    // KL of (.5 .25 .125 .0625 .0625) from (.0625 .5 .25 .125 .0625), in the order x upon y z other: ln 2 (1.5 - .25 - .125 - .0625)
    expect(pair?.compared?.klNats).toBeCloseTo(1.0625 * Math.LN2, 5);
    expect(pair?.compared?.exact).toBe(false);
  });
  it('keep the likeliest before in the list however unlikely it is now', () => {
    expect(nextPair(now, before, 0, 3)?.rows.map(({ id }) => id)).toEqual([7, 4, 3]);
  });
  it('are not compared where the texts differ already', () => {
    const other: Trace = { ...before, tokens: { ...before.tokens, ids: Uint32Array.of(6, 7) } };
    expect(textsAgree(now, other, 0)).toBe(false);
    expect(nextPair(now, other, 0, 4)?.compared).toBeUndefined();
    expect(nextPair(now, undefined, 0, 4)?.rows[0]?.before).toBeNaN();
  });
  it('read a probability from logits where it is not listed', () => {
    const logits = Float32Array.from([0, 0, Math.log(2), ...Array<number>(7).fill(-Infinity), ...Array<number>(10).fill(0)]);
    expect(probabilityOf({ ...before, output: { ...before.output, logits } }, 0, 2)).toBeCloseTo(0.5, 6);
    expect(probabilityOf(before, 0, 9)).toBeNaN();
  });
});

describe('continuations', () => {
  it('tell where the texts part', () => {
    const longer: Trace = { ...now, tokens: { ...now.tokens, ids: Uint32Array.of(5, 7, 8), text: ['Once', ' upon', ' a'] } };
    expect(continuations(longer, before, 1)).toEqual({ before: [' upon'], now: [' upon', ' a'], differ: 1 });
    expect(continuations(now, before, 1).differ).toBeUndefined();
  });
});

import { describe, expect, it } from 'vitest';
import { smallTrace } from '../trace/testing/small';
import { nextTokenView } from './nextToken';

describe('nextTokenView', () => {
  it('marks the token that was written and gives the rest', () => {
    const view = nextTokenView(smallTrace, 0, 5);
    expect(view?.candidates).toEqual([
      { id: 3, text: ' x', prob: 0.5, chosen: false, afterGap: false },
      { id: 7, text: ' upon', prob: 0.25, chosen: true, afterGap: false },
    ]);
    expect(view?.other).toBe(0.25);
    expect(view?.others).toBe(8);
    expect(view?.written).toBe(true);
  });

  it('puts a chosen token that was not listed in the last row', () => {
    const tokens = { ...smallTrace.tokens, ids: Uint32Array.of(5, 9) };
    const view = nextTokenView({ ...smallTrace, tokens }, 0, 2);
    expect(view?.candidates.map(({ id }) => id)).toEqual([3, 9]);
    expect(view?.candidates[1]?.afterGap).toBe(true);
    expect(view?.candidates[1]?.prob).toBeCloseTo(Math.exp(-0.25), 6);
  });

  it('names the drawn token after the last one as not yet run', () => {
    const view = nextTokenView(smallTrace, 1, 5);
    expect(view?.written).toBe(false);
    expect(view?.candidates.find(({ chosen }) => chosen)).toBeUndefined();
    expect(nextTokenView(smallTrace, 2, 5)).toBeUndefined();
  });
});

import { describe, expect, it } from 'vitest';
import { advance, retarget } from './playback';

const head = (token: number, stage: number, elapsedMs = 0) => ({ token, stage, elapsedMs });

describe('advance', () => {
  it('goes through four stages of 220 ms a token', () => {
    expect(advance(head(0, 0), 219, 9, false)).toEqual({ token: 0, stage: 0, elapsedMs: 219, ended: false });
    expect(advance(head(0, 0), 220, 9, false)).toMatchObject({ token: 0, stage: 1 });
    expect(advance(head(0, 3), 220, 9, false)).toMatchObject({ token: 1, stage: 0 });
    expect(advance(head(0, 0), 880 * 2 + 10, 9, false)).toMatchObject({ token: 2, stage: 0, elapsedMs: 10 });
  });

  it('jumps whole tokens in their end state when asked to', () => {
    expect(advance(head(0, 0), 880, 9, true)).toMatchObject({ token: 1, stage: 3 });
    expect(advance(head(0, 0), 100, 9, true)).toMatchObject({ token: 0, stage: 3 });
  });

  it('ends in the last stage of the last token', () => {
    expect(advance(head(8, 2), 10_000, 9, false)).toEqual({ token: 8, stage: 3, elapsedMs: 0, ended: true });
    expect(advance(head(0, 3), 880, 1, true)).toMatchObject({ token: 0, ended: true });
  });
});

describe('a visitor who steps in while it plays', () => {
  const last = { token: 4, stage: 2, elapsedMs: 100 };

  it('is followed to the new token, which begins with its first stage', () => {
    expect(retarget(last, { token: 9, stage: 3 }, false)).toEqual({ token: 9, stage: 0, elapsedMs: 0 });
    expect(retarget(last, { token: 9, stage: 3 }, true)).toEqual({ token: 9, stage: 3, elapsedMs: 0 });
  });

  it('gets the whole time of a stage that was chosen', () => {
    expect(retarget(last, { token: 4, stage: 0 }, false)).toEqual({ token: 4, stage: 0, elapsedMs: 0 });
  });

  it('changes nothing by looking on', () => {
    expect(retarget(last, { token: 4, stage: 2 }, false)).toBe(last);
    expect(retarget(undefined, { token: 0, stage: 0 }, false)).toEqual({ token: 0, stage: 0, elapsedMs: 0 });
  });
});

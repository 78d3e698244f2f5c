import { describe, expect, it } from 'vitest';
import { smallTrace } from '../trace/testing/small';
import { runText, traceFileName } from './share';

const withText = (text: string[]) => ({ ...smallTrace, tokens: { ...smallTrace.tokens, text, kind: text.map(() => 'prompt' as const) } });

describe('share', () => {
  it('joins tokens, and bytes that were split over tokens become characters again', () => {
    expect(runText(withText(['Once', ' upon', ' a']))).toBe('Once upon a');
    expect(runText(withText(['hi ', '<0xF0>', '<0x9F>', '<0x98>', '<0x80>', '!']))).toBe('hi \u{1f600}!');
  });

  it('makes a plain file name of any title', () => {
    expect(traceFileName({ ...smallTrace, title: 'Once upon: a t\u00edme / 2' })).toBe('once-upon-a-ti-me-2.moe-trace.json');
    expect(traceFileName({ ...smallTrace, title: '\u{1f600}' })).toBe('trace.moe-trace.json');
  });
});

import { expect, it } from 'vitest';
import type { RoutingPlan, TokenSelector } from './plan';
import { shiftPlan } from './shift';

const selectorsAfter = (by: number, ...tokens: TokenSelector[]): TokenSelector[] => {
  const plan: RoutingPlan = { format: 'moe-plan', version: '1.0', entries: tokens.map((selector) => ({ layers: 'all', tokens: selector, k: 1 })) };
  return shiftPlan(plan, by).entries.map((entry) => entry.tokens);
};

it('positions of a text become positions of a window that begins later', () => {
  expect(selectorsAfter(10, 'all', 'last', { from: 12 }, { from: 3, to: 10 }, [9, 10, 15])).toEqual(['all', 'last', { from: 2 }, { from: 0, to: 0 }, [0, 5]]);
});

it('entries that end before the window are left out', () => {
  expect(selectorsAfter(10, { from: 3, to: 9 }, { from: 3 })).toEqual([{ from: 0 }]);
});

it('nothing changes for a window that begins with the text', () => {
  expect(selectorsAfter(0, { from: 1, to: 2 }, [0, 7])).toEqual([{ from: 1, to: 2 }, [0, 7]]);
});

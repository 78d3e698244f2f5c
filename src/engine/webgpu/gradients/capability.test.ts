import { expect, it } from 'vitest';
import { TINY_CONFIG, TINY_MOE } from '../../testing/tiny-model';
import { sizesOf } from '../constants';
import { hasGradients } from './capability';
import { ruleTable } from './rule-table';

it('gradients are there for routed experts, and for nothing that has no backward kernel', () => {
  const has = (feedForward: typeof TINY_CONFIG.feedForward): boolean => hasGradients(sizesOf({ ...TINY_CONFIG, feedForward }, 'register'));
  expect(has(TINY_MOE)).toBe(true);
  expect(has({ ...TINY_MOE, scoring: 'sigmoid', normTopK: false })).toBe(true);
  expect(has({ ...TINY_MOE, sharedHidden: 16 })).toBe(false);
  expect(has({ kind: 'dense', hidden: 24 })).toBe(false);
});

it('rows follow the trained rule but in chosen layers, where each group has its own', () => {
  expect([...ruleTable(4, [1, 3], [0, 0, 2])]).toEqual([0, 1, 0, 2, 0, 1, 0, 2, 0, 5, 0, 6]);
});

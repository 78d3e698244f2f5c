import { expect, it } from 'vitest';
import type { Change, Edit } from '../../state/edits';
import { editLine, editScope } from './editText';

const edit = (change: Change, from = 0): Edit => ({ ...change, id: 'e1', enabled: true, from });

it('says each kind of edit in words', () => {
  expect(editLine(edit({ kind: 'ablate', layer: 3, expert: 5 }))).toBe('expert 5 off in layer 3');
  expect(editLine(edit({ kind: 'k', layer: 'all', k: 1 }, 20))).toBe('k = 1 in all layers, from token 21 on');
  expect(editLine(edit({ kind: 'topP', layer: 2, p: 0.9 }))).toBe('top-p .90 of experts in layer 2');
  expect(editLine(edit({ kind: 'bias', layer: 2, expert: 7, value: -0.5 }))).toBe('logit \u22120.50 for expert 7 in layer 2');
  expect(editLine(edit({ kind: 'mix', layer: 2, mode: 'set', weights: { 7: 0.7, 9: 0.3 } }))).toBe('mix .70 of E7, .30 of E9 in layer 2');
  expect(editLine(edit({ kind: 'mix', layer: 2, mode: 'scale', weights: { 7: 2 } }))).toBe('mix times 2.00 of E7 in layer 2');
  expect(editLine(edit({ kind: 'force', token: 9, text: '' }, 20), new Map([[9, ' king']]))).toBe('token 21 is \u201cking\u201d');
  expect(editLine(edit({ kind: 'redraw', seed: 7 }, 20))).toBe('drawn anew from token 21 on, seed 7');
  expect(editScope(edit({ kind: 'ablate', layer: 3, expert: 5 }))).toBe('all tokens');
});

import { describe, expect, it } from 'vitest';
import { decodeEdits, encodeEdits, hasEdits } from './editUrl';
import type { EditList } from './edits';

const BOUNDS = { layers: [0, 1, 2, 3, 4, 5, 6, 7], experts: 16, vocabulary: 4096 };

const LIST: EditList = [
  { id: 'e1', enabled: true, from: 0, kind: 'ablate', layer: 3, expert: 7 },
  { id: 'e2', enabled: false, from: 12, kind: 'ablate', layer: 5, expert: 2 },
  { id: 'e3', enabled: true, from: 0, kind: 'k', layer: 'all', k: 1 },
  { id: 'e4', enabled: true, from: 4, kind: 'topP', layer: 2, p: 0.9 },
  { id: 'e5', enabled: true, from: 0, kind: 'bias', layer: 3, expert: 8, value: 5 },
  { id: 'e6', enabled: true, from: 0, kind: 'bias', layer: 3, expert: 9, value: -0.5 },
  { id: 'e7', enabled: true, from: 0, kind: 'mix', mode: 'set', layer: 3, weights: { 8: 0.7, 13: 0.3 } },
  { id: 'e8', enabled: true, from: 0, kind: 'mix', mode: 'scale', layer: 1, weights: { 4: 2 } },
  { id: 'e9', enabled: true, from: 21, kind: 'force', token: 513, text: '' },
];

describe('edits in a link', () => {
  it('are readable and come back as they were', () => {
    const text = encodeEdits(LIST);
    expect(text).toBe('ab=3.7,5.2@12!&rk=1&rp=2:0.9@4&bias=3.8:%2B5,3.9:-0.5&mix=3.8:0.7_13:0.3&scale=1.4:2&force=21:513');
    expect(decodeEdits(`#v=1&T=0.5&${text}`, BOUNDS)).toEqual({ list: LIST, notices: [] });
    expect(hasEdits(`#${text}`)).toBe(true);
    expect(hasEdits('#v=1&T=0.5')).toBe(false);
    expect(encodeEdits([])).toBe('');
  });
  it('keep their order where kinds alternate', () => {
    const mixed = [LIST[2]!, LIST[0]!, { ...LIST[2]!, id: 'e3', from: 3 }].map((edit, i) => ({ ...edit, id: `e${i + 1}` }));
    expect(encodeEdits(mixed)).toBe('rk=1&ab=3.7&rk=1@3');
    expect(decodeEdits(encodeEdits(mixed), BOUNDS).list).toEqual(mixed);
  });
  it('accept a plain plus, and bound what is out of range', () => {
    expect(decodeEdits('#bias=3.8:+50', BOUNDS).list).toMatchObject([{ value: 10 }]);
    expect(decodeEdits('#rp=7', BOUNDS).list).toMatchObject([{ kind: 'topP', p: 1 }]);
  });
  it.each([
    ['ab', '3.99'], ['ab', '9.1'], ['ab', 'x'], ['ab', ''], ['ab', '3.1:2'], ['rk', '0'], ['rk', '17'], ['rk', '9:1'], ['rp', 'half'],
    ['bias', '3.8'], ['bias', '3.8:1e9'], ['mix', '3.8:0'], ['mix', '3'], ['scale', '3.8'], ['force', '0:5'], ['force', '3:9999'], ['ab', '3.1@x'],
  ])('leave out %s=%s with a notice', (key, item) => {
    const { list, notices } = decodeEdits(`#${key}=${item}`, BOUNDS);
    expect(list).toEqual([]);
    expect(notices).toHaveLength(1);
    expect(notices[0]).toContain(`${key}=${item.slice(0, 40)}`);
  });
  it('are bounded in number', () => {
    const { list, notices } = decodeEdits(`#ab=${Array.from({ length: 200 }, (_, i) => `3.${i % 16}@${i + 1}`).join(',')}`, BOUNDS);
    expect(list).toHaveLength(64);
    expect(notices).toHaveLength(1);
  });
});

import { describe, expect, it } from 'vitest';
import { decodeEdits, encodeEdits, hasEdits } from './editUrl';
import type { EditList } from './edits';
import type { RoutingPlan } from '../routing/plan';
import { deflate } from './packed';

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
  { id: 'e10', enabled: true, from: 23, kind: 'redraw', seed: 48_213 },
];

describe('edits in a link', () => {
  it('are readable and come back as they were', async () => {
    const text = await encodeEdits(LIST);
    expect(text).toBe('ab=3.7,5.2@12!&rk=1&rp=2:0.9@4&bias=3.8:%2B5,3.9:-0.5&mix=3.8:0.7_13:0.3&scale=1.4:2&force=21:513&draw=23:48213');
    expect(await decodeEdits(`#v=1&T=0.5&${text}`, BOUNDS)).toEqual({ list: LIST, notices: [] });
    expect(hasEdits(`#${text}`)).toBe(true);
    expect(hasEdits('#v=1&T=0.5')).toBe(false);
    expect(await encodeEdits([])).toBe('');
  });
  it('keep their order where kinds alternate', async () => {
    const mixed = [LIST[2]!, LIST[0]!, { ...LIST[2]!, id: 'e3', from: 3 }].map((edit, i) => ({ ...edit, id: `e${i + 1}` }));
    expect(await encodeEdits(mixed)).toBe('rk=1&ab=3.7&rk=1@3');
    expect((await decodeEdits(await encodeEdits(mixed), BOUNDS)).list).toEqual(mixed);
  });
  it('accept a plain plus, and bound what is out of range', async () => {
    expect((await decodeEdits('#bias=3.8:+50', BOUNDS)).list).toMatchObject([{ value: 10 }]);
    expect((await decodeEdits('#rp=7', BOUNDS)).list).toMatchObject([{ kind: 'topP', p: 1 }]);
  });
  it.each([
    ['ab', '3.99'], ['ab', '9.1'], ['ab', 'x'], ['ab', '3.1:2'], ['rk', '0'], ['rk', '17'], ['rk', '9:1'], ['rp', 'half'],
    ['bias', '3.8'], ['bias', '3.8:1e9'], ['mix', '3.8:0'], ['mix', '3'], ['scale', '3.8'], ['force', '0:5'], ['force', '3:9999'], ['draw', '0:5'], ['draw', '4:x'], ['ab', '3.1@x'],
  ])('leave out %s=%s with a notice', async (key, item) => {
    const { list, notices } = await decodeEdits(`#${key}=${item}`, BOUNDS);
    expect(list).toEqual([]);
    expect(notices).toHaveLength(1);
    expect(notices[0]).toContain(`${key}=${item.slice(0, 40)}`);
  });
  it('are bounded in number', async () => {
    const { list, notices } = await decodeEdits(`#ab=${Array.from({ length: 200 }, (_, i) => `3.${i % 16}@${i + 1}`).join(',')}`, BOUNDS);
    expect(list).toHaveLength(64);
    expect(notices).toHaveLength(1);
  });

  const PLAN: RoutingPlan = { format: 'moe-plan', version: '1.0', entries: [{ layers: [3], tokens: { from: 2, to: 9 }, topP: { p: 0.9, mass: 'all' } }, { layers: 'all', tokens: 'last', mask: [4], bias: { 2: -1.5 }, renormalise: 'off' }] };

  it('hold a whole plan, in its place among the others', async () => {
    const list: EditList = [{ id: 'e1', enabled: true, from: 0, kind: 'ablate', layer: 3, expert: 7 }, { id: 'e2', enabled: false, from: 0, kind: 'plan', plan: PLAN }];
    const text = await encodeEdits(list);
    expect(text).toMatch(/^ab=3\.7&plan=[\w-]{60,300}!$/);
    expect(await decodeEdits(`#${text}`, BOUNDS)).toEqual({ list, notices: [] });
  });

  it.each([
    ['not base64', () => Promise.resolve('%%%')],
    ['not deflated', () => Promise.resolve('AAAA')],
    ['not JSON', () => deflate('nonsense')],
    ['no plan', () => deflate('{"format":"moe-trace"}')],
    ['experts that the model does not have', () => deflate(JSON.stringify({ ...PLAN, entries: [{ layers: 'all', tokens: 'all', mask: [16] }] }))],
    ['layers that the model does not have', () => deflate(JSON.stringify({ ...PLAN, entries: [{ layers: [8], tokens: 'all', k: 1 }] }))],
    ['too many entries', () => deflate(JSON.stringify({ ...PLAN, entries: Array.from({ length: 65 }, () => PLAN.entries[0]) }))],
    ['more than 64 KiB', () => deflate(JSON.stringify({ ...PLAN, entries: [{ layers: 'all', tokens: Array.from({ length: 40_000 }, () => 1), k: 1 }] }))],
  ])('leave out a plan that is %s, with a notice', async (_, make) => {
    const { list, notices } = await decodeEdits(`#plan=${await make()}`, BOUNDS);
    expect(list).toEqual([]);
    expect(notices).toHaveLength(1);
    expect(notices[0]).toContain('plan=');
  });
});

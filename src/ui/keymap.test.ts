import { describe, expect, it } from 'vitest';
import { strings } from '../state/strings';
import { bindingFor, KEYMAP, type KeyPress } from './keymap';

const press = (key: string, held: Partial<KeyPress> = {}): KeyPress => ({ key, ctrlKey: false, metaKey: false, altKey: false, shiftKey: false, ...held });

describe('the table of keys', () => {
  it('has one answer to every key', () => {
    const taken = KEYMAP.flatMap(({ act, keys, command, shift }) => (act === undefined ? [] : keys.map((key) => `${command ?? ''}${shift ?? ''}${key}`)));
    expect(taken.length).toBe(new Set(taken).size);
  });

  it('names each entry for the sheet, in a group that the sheet has', () => {
    for (const { name, group } of KEYMAP) {
      expect(strings.keys.shown[name]).not.toBe('');
      expect(strings.keys.what[name]).not.toBe('');
      expect(Object.keys(strings.keys.groups)).toContain(group);
    }
  });

  it('leaves arrows, Home, End and Space to the routing table', () => {
    expect(['ArrowLeft', 'Home', 'End', ' '].map((key) => bindingFor(press(key), true))).toEqual([undefined, undefined, undefined, undefined]);
    expect([']', '.', '?'].map((key) => bindingFor(press(key), true)?.group)).toEqual(['layer', 'layer', 'files']);
  });

  it('tells plain keys from those with Ctrl or Cmd, and leaves Alt alone', () => {
    expect(bindingFor(press('o'), false)).toBeUndefined();
    expect(bindingFor(press('o', { ctrlKey: true }), false)?.name).toBe('open');
    expect(bindingFor(press('O', { metaKey: true }), true)?.name).toBe('open');
    expect(bindingFor(press('ArrowLeft', { ctrlKey: true }), false)).toBeUndefined();
    expect(bindingFor(press('ArrowLeft', { altKey: true }), false)).toBeUndefined();
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CONTROLS, hides, readHidden } from './controls';
import { LINK_KEYS, linkKey } from './linkKeys';
import { MOST_LINK, readLink } from './link';
import { deflate } from './packed';
import { DEFAULTS, SETTING_NAMES, SETTINGS, type SettingName, type SettingValues } from './settings';
import { encodeUrl } from './url';

/** Any text without lone surrogates, which no address can hold. */
const text = (maxLength: number) => fc.string({ unit: 'binary', maxLength });
const experts = (maxLength: number) =>
  fc
    .uniqueArray(fc.tuple(fc.integer({ min: 0, max: 9_999 }), fc.integer({ min: 0, max: 99_999 })), { maxLength, selector: ([layer, expert]) => `${layer}.${expert}` })
    .map((pairs) => pairs.map((pair) => pair.join('.')).join(','));

function anyValue(name: SettingName): fc.Arbitrary<string | number> {
  if (name === 'pins') return experts(8);
  if (name === 'group') return experts(64);
  if (name === 'lesson') return fc.stringMatching(/^[a-z0-9-]{0,40}$/);
  if (name === 'revision') return fc.constantFrom('', 'deadbeef', '01234567');
  const setting = SETTINGS[name];
  switch (setting.kind) {
    case 'number':
      return fc.oneof(
        fc.constant(setting.default),
        fc.integer({ min: 0, max: Math.floor((setting.max - setting.min) * 10 ** setting.decimals) }).map((i) => Number((setting.min + i / 10 ** setting.decimals).toFixed(setting.decimals))),
      );
    case 'choice':
      return fc.constantFrom(...setting.options);
    case 'list':
      return fc.subarray([...setting.options]).map((ids) => ids.join(','));
    case 'text':
      return text(Math.min(600, setting.maxLength)).filter((value) => value.length <= setting.maxLength);
  }
}
const anyState = fc.record(Object.fromEntries(SETTING_NAMES.map((name) => [name, anyValue(name)]))).map((values) => values as unknown as SettingValues);

describe('a link', () => {
  it('brings back any state, and says nothing', async () => {
    await fc.assert(
      fc.asyncProperty(anyState, async (state) => {
        const { values, notices } = await readLink(await encodeUrl(state));
        expect(notices).toEqual([]);
        expect({ ...DEFAULTS, ...values }).toEqual(state);
      }),
      { numRuns: 200 },
    );
  });

  it('never throws, whatever it says, and sets only what its table knows', async () => {
    const key = fc.oneof(fc.constantFrom(...LINK_KEYS.map((entry) => entry.key)), fc.constantFrom('__proto__', 'constructor', 'toString', 'hasOwnProperty'), text(8));
    const value = fc.oneof(text(60), fc.constantFrom('__proto__:1', 'javascript:alert(1)', '\u202e\u2066<script>alert(1)</script>', '1e999', '-0', 'NaN', ','.repeat(300), '%', '%E0%A4%A'));
    const hash = fc.oneof(text(200), fc.array(fc.tuple(key, value), { maxLength: 8 }).map((pairs) => `#v=1&${pairs.map((pair) => pair.join('=')).join('&')}`));
    await fc.assert(
      fc.asyncProperty(hash, async (link) => {
        const { values, keys, notices } = await readLink(link);
        expect(Object.keys(values).every((name) => (SETTING_NAMES as readonly string[]).includes(name))).toBe(true);
        expect(keys.every((one) => linkKey(one) !== undefined)).toBe(true);
        // Nothing invisible or direction-changing is quoted.
        expect(notices.join('')).not.toMatch(/[\p{Cc}\p{Cf}]/u);
      }),
      { numRuns: 400 },
    );
    expect(Object.hasOwn(Object.prototype, '1')).toBe(false);
  });

  it('names key, what it says and what is wanted', async () => {
    const { values, notices } = await readLink('#v=1&T=hot&k=1000&unit=hartley&hide=dock,chat,prompt&rev=xyz&lesson=../x&e=3.1,a.b');
    expect(values).toEqual({ topK: 100, hide: 'prompt,dock', pins: '3.1' });
    expect(notices).toEqual([
      'The link says T=hot, but T takes a number from 0 to 2, so it was left out.',
      'The link says k=1000, but k takes a whole number from 0 to 100; 100 is used.',
      'The link says unit=hartley, but unit takes bits or nats, so it was left out.',
      'The link says e=a.b, but e takes experts as layer.expert, with commas between them, so it was left out.',
      'The link says hide=chat, but hide takes names of parts of the page, such as prompt, run, tools, so it was left out.',
      'The link says lesson=../x, but lesson takes small letters, digits and hyphens, so it was left out.',
      'The link says rev=xyz, but rev takes 8 hexadecimal digits, so it was left out.',
    ]);
  });

  it('names unknown keys once, with what they hide made visible', async () => {
    expect((await readLink('#v=1&__proto__=1&a\u202eb=2')).notices).toEqual(['The link has keys that this page does not know (__proto__, a<U+202E>b); they were left out.']);
  });

  it('is not read at all where it is of another version or endless; the hash of a skip link is none', async () => {
    expect(await readLink('#v=2&T=0.5')).toMatchObject({ values: {}, notices: ['This link is of version 2, and this page reads version 1, so nothing of it was used.'] });
    const long = await readLink(`#v=1&T=0.5&p=${'x'.repeat(MOST_LINK)}`);
    expect(long.values).toEqual({});
    expect(long.notices[0]).toContain('nothing of it was used');
    expect(await readLink('#routing-table')).toMatchObject({ values: {}, notices: [] });
  });

  it('refuses a prompt that inflates without end, or that is none', async () => {
    const bomb = await deflate('\0'.repeat(50_000_000));
    expect(bomb.length).toBeLessThan(70_000);
    expect(await readLink(`#v=1&T=0.5&pz=${bomb}`)).toMatchObject({ values: { temperature: 0.5 }, notices: ['The prompt in this link is longer than 200,000 characters when unpacked, so it was left out.'] });
    expect((await readLink('#v=1&pz=!!!')).notices).toEqual(['The prompt in this link could not be read, so it was left out.']);
  });

  it('keeps edits and the trace for later, when a model is known', async () => {
    const link = await readLink('#v=1&ab=3.7&trace=traces/tale.json&bias=3.8:%2B5');
    expect(link.edits).toBe('ab=3.7&bias=3.8%3A%2B5');
    expect(link.trace).toBe('traces/tale.json');
  });
});

describe('parts of the page that are left out', () => {
  it('are known ids, each once, in the order of the page', () => {
    expect(readHidden('dock,prompt,dock,__proto__,chat')).toEqual(['prompt', 'dock']);
    expect(readHidden(CONTROLS.join(','))).toEqual(CONTROLS);
    expect(readHidden('')).toEqual([]);
  });

  it('go with what holds them', () => {
    expect(hides(['dock'], 'edits')).toBe(true);
    expect(hides(['tools'], 'share')).toBe(true);
    expect(hides(['edits'], 'dock')).toBe(false);
    expect(hides([], 'prompt')).toBe(false);
  });
});

describe('the table of keys', () => {
  it('holds each key once', () => {
    const keys = LINK_KEYS.map(({ key }) => key);
    expect(new Set(keys).size).toBe(keys.length);
    for (const key of ['m', 'p', 'pz', 't', 'l', 'e', 'view', 'T', 'k', 'tp', 'seed', 'method', 'ab', 'tau', 'lesson', 'step', 'hide', 'lang', 'theme', 'embed', 'trace', 'rk', 'rp', 'bias', 'mix', 'plan', 'rev']) expect(keys).toContain(key);
  });
});

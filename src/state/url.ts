/**
 * Settings in a link: `#v=1&T=0.5&...`, only what differs from the defaults, readable names. Bad values are dropped and
 * out-of-range ones clamped, each with a sentence. The table of settings is the only list; `link.ts` reads whole links.
 */
import { grouped } from '../base/numerals';
import { groupText, MOST_GROUP } from './group';
import { LINK_VERSION, PACKED_PROMPT, PLAIN_PROMPT, VERSION_KEY } from './linkKeys';
import { deflate, inflate, readable } from './packed';
import { readExperts, SLOTS } from './pins';
import { clampSetting, DEFAULTS, SETTING_NAMES, SETTINGS, type ChoiceSetting, type ListSetting, type NumberSettingName, type SettingName, type SettingValues, type TextSetting } from './settings';
import { shown } from './shown';
import { strings } from './strings';

export interface DecodedUrl {
  readonly values: Partial<SettingValues>;
  /** One sentence for each value that was dropped or changed. */
  readonly notices: readonly string[];
}

function isNumberSetting(name: SettingName): name is NumberSettingName {
  return SETTINGS[name].kind === 'number';
}

/**
 * The hash, `#` included; empty when everything is at its default.
 * @param edits a query of its own, from `editUrl.ts` and its like
 */
export async function encodeUrl(values: SettingValues, defaults: SettingValues = DEFAULTS, edits = ''): Promise<string> {
  const query = new URLSearchParams();
  for (const name of SETTING_NAMES) {
    const value = values[name];
    if (value === defaults[name]) continue;
    if (name === 'prompt' && values.prompt.length > PLAIN_PROMPT) query.set(PACKED_PROMPT, await deflate(values.prompt));
    else query.set(SETTINGS[name].key, String(value));
  }
  const text = [readable(query), edits].filter((part) => part !== '').join('&');
  return text === '' ? '' : `#${VERSION_KEY}=${LINK_VERSION}&${text}`;
}

/** What came of one value: what is used, if anything, and what is to be said about it. */
interface Read {
  readonly value?: string | number;
  readonly notices?: readonly string[];
}

export async function decodeUrl(hash: string): Promise<DecodedUrl> {
  const query = new URLSearchParams(hash.replace(/^#/, ''));
  const values = new Map<string, string | number>();
  const notices: string[] = [];
  const take = (name: SettingName, read: Read): void => {
    if (read.value !== undefined) values.set(name, read.value);
    notices.push(...(read.notices ?? []));
  };
  const packed = query.get(PACKED_PROMPT);
  if (packed !== null) take('prompt', await readPacked(packed));
  for (const name of SETTING_NAMES) {
    const text = query.get(SETTINGS[name].key);
    if (text !== null) take(name, readValue(name, text));
  }
  return { values: Object.fromEntries(values) as Partial<SettingValues>, notices };
}

async function readPacked(packed: string): Promise<Read> {
  const most = SETTINGS.prompt.maxLength;
  try {
    // A character has at most four bytes.
    const prompt = await inflate(packed, 4 * most);
    return prompt.length > most ? { notices: [strings.link.longPrompt(grouped(most))] } : { value: prompt };
  } catch (error) {
    return { notices: [error instanceof RangeError ? strings.link.longPrompt(grouped(most)) : strings.link.badPrompt] };
  }
}

function readValue(name: SettingName, text: string): Read {
  if (isNumberSetting(name)) return readNumber(name, text);
  const setting: ChoiceSetting<string> | TextSetting | ListSetting = SETTINGS[name];
  switch (setting.kind) {
    case 'choice':
      return setting.options.includes(text) ? { value: text } : bad(name, text);
    case 'text':
      if (name === 'pins' || name === 'group') return readExpertList(name, text);
      return text.length <= setting.maxLength && (setting.pattern === undefined || setting.pattern.test(text)) ? { value: text } : bad(name, text);
    case 'list': {
      const named = new Set(text.split(',').filter((part) => part !== ''));
      const strange = [...named].filter((part) => !setting.options.includes(part));
      return { value: setting.options.filter((option) => named.has(option)).join(','), notices: strange.flatMap((part) => bad(name, part).notices ?? []) };
    }
  }
}

/** A list of experts; what is none in it is told and left out. */
function readExpertList(name: 'pins' | 'group', text: string): Read {
  const most = name === 'pins' ? SLOTS : MOST_GROUP;
  const parts = text === '' ? [] : text.split(',');
  const known = readExperts(parts.filter((part) => /^\d{1,4}\.\d{1,5}$/.test(part)).join(','), most);
  const strange = parts.filter((part) => readExperts(part, 1).length === 0);
  return { value: groupText(known), notices: [...strange.flatMap((part) => bad(name, part).notices ?? []), ...(parts.length - strange.length > most ? [strings.link.tooMany(SETTINGS[name].key, most)] : [])] };
}

function readNumber(name: NumberSettingName, text: string): Read {
  const { key, default: unset } = SETTINGS[name];
  if (text === String(unset)) return { value: unset };
  const clamped = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d{1,3})?$/i.test(text) ? clampSetting(name, Number(text)) : undefined;
  if (clamped === undefined) return bad(name, text);
  return clamped === Number(text) ? { value: clamped } : { value: clamped, notices: [strings.link.clamped(key, shown(text), wantedOf(name), String(clamped))] };
}

function bad(name: SettingName, text: string): Read {
  return { notices: [strings.link.bad(SETTINGS[name].key, shown(text), wantedOf(name))] };
}

/** What a key takes, in words. */
function wantedOf(name: SettingName): string {
  const { wanted } = strings.link;
  if (name === 'lesson') return wanted.slug;
  if (name === 'revision') return wanted.hex;
  if (name === 'pins' || name === 'group') return wanted.experts;
  const setting: (typeof SETTINGS)[SettingName] = SETTINGS[name];
  switch (setting.kind) {
    case 'number':
      return setting.decimals === 0 ? wanted.whole(String(setting.min), String(setting.max)) : wanted.number(String(setting.min), String(setting.max));
    case 'choice':
      return wanted.choice(setting.options);
    case 'list':
      return wanted.list(setting.options);
    case 'text':
      return wanted.text(String(setting.maxLength));
  }
}

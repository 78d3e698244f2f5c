/**
 * Link state: `#v=1&T=0.5&...`, only what differs from the defaults, readable names. Unknown keys are
 * ignored, bad values dropped with a notice, ranges clamped. The table of settings is the only list.
 */
import { deflate, inflate } from './packed';
import { clampSetting, DEFAULTS, SETTINGS, type NumberSettingName, type SettingName, type SettingValues } from './settings';
import { strings } from './strings';

/** Prompts longer than this travel deflated under `pz`. */
const PLAIN_PROMPT = 300;
const VERSION = '1';

export interface DecodedUrl {
  readonly values: Partial<SettingValues>;
  /** One sentence for each value that was dropped or changed. */
  readonly notices: readonly string[];
}

const names = Object.keys(SETTINGS) as SettingName[];

function isNumberSetting(name: SettingName): name is NumberSettingName {
  return SETTINGS[name].kind === 'number';
}

/**
 * The hash, `#` included; empty when everything is at its default.
 * @param edits a query of its own, from `editUrl.ts`
 */
export async function encodeUrl(values: SettingValues, defaults: SettingValues = DEFAULTS, edits = ''): Promise<string> {
  const query = new URLSearchParams();
  for (const name of names) {
    const value = values[name];
    if (value === defaults[name]) continue;
    if (name === 'prompt' && values.prompt.length > PLAIN_PROMPT) query.set('pz', await deflate(values.prompt));
    else query.set(SETTINGS[name].key, String(value));
  }
  const text = [query.toString(), edits].filter((part) => part !== '').join('&');
  return text === '' ? '' : `#v=${VERSION}&${text}`;
}

export async function decodeUrl(hash: string): Promise<DecodedUrl> {
  const query = new URLSearchParams(hash.replace(/^#/, ''));
  const values: Record<string, string | number> = {};
  const notices: string[] = [];
  const packed = query.get('pz');
  if (packed !== null) {
    try {
      values['prompt'] = await inflate(packed);
    } catch {
      notices.push(strings.url.badPrompt);
    }
  }
  for (const name of names) {
    const setting = SETTINGS[name];
    const text = query.get(setting.key);
    if (text === null) continue;
    if (isNumberSetting(name)) {
      const clamped = text.trim() === '' ? undefined : clampSetting(name, Number(text));
      if (clamped === undefined) notices.push(strings.url.badValue(setting.key, text));
      else {
        values[name] = clamped;
        if (clamped !== Number(text)) notices.push(strings.url.clamped(setting.key, text, String(clamped)));
      }
    } else if (setting.kind === 'choice') {
      if ((setting.options as readonly string[]).includes(text)) values[name] = text;
      else notices.push(strings.url.badValue(setting.key, text));
    } else if (setting.kind === 'text') {
      values[name] = text.slice(0, setting.maxLength);
    }
  }
  return { values: values as Partial<SettingValues>, notices };
}

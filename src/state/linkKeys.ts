/**
 * Every key of a link in one table: the settings (`settings.ts`), and what is no single value and has a reader of its
 * own. docs/LINKS.md prints it, lessons ask it what they may set, and the reader what is known at all.
 */
import { EDIT_KEYS } from './editUrl';
import { ENTROPY_KEY } from './entropy/url';
import { REMIX_KEYS } from './remix/url';
import { SETTING_NAMES, SETTINGS, type Setting } from './settings';
import { STEERING_KEYS } from './steering/url';

export interface LinkKey {
  readonly key: string;
  /** Whether a step of a lesson may set it. */
  readonly lesson: boolean;
  /** Absent where the key is no single value. */
  readonly setting?: Setting;
}

/** Version of the keys; a link of another one is not read. */
export const LINK_VERSION = '1';
/** A prompt of more than this many characters travels deflated, under `PACKED_PROMPT`. */
export const PLAIN_PROMPT = 300;
export const PACKED_PROMPT = 'pz';
export const VERSION_KEY = 'v';
/** Address of a trace that the link opens. */
export const TRACE_KEY = 'trace';

const own = (key: string, lesson: boolean): LinkKey => ({ key, lesson });

export const LINK_KEYS: readonly LinkKey[] = [
  own(VERSION_KEY, false),
  own(PACKED_PROMPT, false),
  ...SETTING_NAMES.map((name): LinkKey => ({ key: SETTINGS[name].key, lesson: SETTINGS[name].lesson, setting: SETTINGS[name] })),
  own(TRACE_KEY, true),
  ...EDIT_KEYS.map((key) => own(key, true)),
  own(REMIX_KEYS.item, true),
  own(REMIX_KEYS.settings, true),
  ...Object.values(STEERING_KEYS).map((key) => own(key, true)),
  own(ENTROPY_KEY, true),
];

const BY_KEY: ReadonlyMap<string, LinkKey> = new Map(LINK_KEYS.map((entry) => [entry.key, entry]));

/** The entry of a key; undefined for one that the page does not know. */
export function linkKey(key: string): LinkKey | undefined {
  return BY_KEY.get(key);
}

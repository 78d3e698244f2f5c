/** The `view` block of a trace: the same keys as a link, of the settings that say how a trace is looked at. */
import type { Trace } from '../trace/trace';
import { readable } from './packed';
import { DEFAULTS, SETTINGS, type SettingName, type SettingValues } from './settings';
import { decodeUrl } from './url';

/** Token and layer are read where the trace is shown (`showTrace`); they are written here like the others. */
const PLACE = ['token', 'layer'] as const satisfies readonly SettingName[];
const LOOK = ['unit', 'heat', 'order', 'pins', 'group', 'tau', 'stepEnd', 'stepPattern', 'candidates'] as const satisfies readonly SettingName[];

/** What differs from the defaults, and what an earlier block says beside these keys. */
export function viewBlock(values: SettingValues, earlier: Trace['view'] = {}): Trace['view'] {
  const names = [...PLACE, ...LOOK];
  const own = new Set<string>(names.map((name) => SETTINGS[name].key));
  const kept = Object.entries(earlier).filter(([key]) => !own.has(key));
  return Object.fromEntries([...kept, ...names.flatMap((name) => (values[name] === DEFAULTS[name] ? [] : [[SETTINGS[name].key, String(values[name])] as const]))]);
}

/** What a trace says of how it is looked at; what is no possible value of it is left out. */
export async function viewOf({ view }: Pick<Trace, 'view'>): Promise<Partial<SettingValues>> {
  const known = LOOK.map((name) => SETTINGS[name].key).filter((key) => Object.hasOwn(view, key));
  const { values } = await decodeUrl(readable(new URLSearchParams(known.map((key) => [key, view[key] ?? '']))));
  return values;
}

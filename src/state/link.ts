/** A whole link: settings, edits, methods and the trace that it names, checked before anything of it is used. */
import { grouped } from '../base/numerals';
import { EDIT_KEYS } from './editUrl';
import { decodeEntropy, type DecodedEntropy } from './entropy/url';
import { LINK_VERSION, linkKey, TRACE_KEY, VERSION_KEY } from './linkKeys';
import { decodeRemix, type DecodedRemix } from './remix/url';
import type { SettingValues } from './settings';
import { shown } from './shown';
import { decodeSteering, type DecodedSteering } from './steering/url';
import { strings } from './strings';
import { decodeUrl } from './url';

/** Longest hash that is read, characters: a prompt of 200,000 characters packs into less. */
export const MOST_LINK = 262_144;
/** Keys that are named when they are not known. */
const NAMED = 5;

export interface Link {
  readonly values: Partial<SettingValues>;
  readonly remix: Pick<DecodedRemix, 'changes' | 'wanted'>;
  readonly entropy: Pick<DecodedEntropy, 'changes'>;
  readonly steering: DecodedSteering['cards'];
  /** Address of a trace, as the link writes it. */
  readonly trace: string | undefined;
  /** The edits, which can be read only once a model is known; empty where there are none. */
  readonly edits: string;
  /** Keys that it sets. */
  readonly keys: readonly string[];
  /** One sentence for each thing that was left out or changed. */
  readonly notices: readonly string[];
}

const NOTHING: Link = { values: {}, remix: { changes: {}, wanted: '' }, entropy: { changes: {} }, steering: {}, trace: undefined, edits: '', keys: [], notices: [] };

/** Reads a hash. It never throws: whatever is wrong with it is a sentence. */
export async function readLink(hash: string): Promise<Link> {
  const text = hash.replace(/^#/, '');
  // The hash of a skip link is no state.
  if (!text.includes('=')) return NOTHING;
  const { link } = strings;
  if (text.length > MOST_LINK) return { ...NOTHING, notices: [link.long(grouped(text.length), grouped(MOST_LINK))] };
  const query = new URLSearchParams(text);
  const version = query.get(VERSION_KEY) ?? LINK_VERSION;
  if (version !== LINK_VERSION) return { ...NOTHING, notices: [link.version(shown(version), LINK_VERSION)] };
  const keys = [...new Set(query.keys())];
  const strange = keys.filter((key) => linkKey(key) === undefined);
  const settings = await decodeUrl(text);
  const remix = decodeRemix(text);
  const entropy = decodeEntropy(text);
  const steering = decodeSteering(text);
  const edits = new URLSearchParams([...query].filter(([key]) => (EDIT_KEYS as readonly string[]).includes(key)));
  return {
    values: settings.values,
    remix,
    entropy,
    steering: steering.cards,
    trace: query.get(TRACE_KEY) ?? undefined,
    edits: edits.toString(),
    keys: keys.filter((key) => !strange.includes(key)),
    notices: [
      ...(strange.length === 0 ? [] : [link.unknown(`${strange.slice(0, NAMED).map(shown).join(', ')}${strange.length > NAMED ? ', \u2026' : ''}`, strange.length)]),
      ...settings.notices,
      ...remix.notices,
      ...entropy.notices,
      ...steering.notices,
    ],
  };
}

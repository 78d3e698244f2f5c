/** The Entropy view in a link: `who=method:random,largeShare:0.4` holds the settings that differ from the defaults. */
import { COLLABORATION_METHODS, COLLABORATION_PAIRS, GATES } from '../../methods/collaboration/settings';
import { shown } from '../shown';
import { strings } from '../strings';
import { OWN_RANGES, ownNumber, type OwnNumber } from './settings';
import type { EntropyState, OwnSettings } from './state';

export const ENTROPY_KEY = 'who';

const CHOICES: Readonly<Record<string, readonly string[]>> = { method: COLLABORATION_METHODS, gate: GATES, pair: COLLABORATION_PAIRS, probe: ['discard', 'keep'], finalByLarge: ['true', 'false'] };

/** The view as a query, without a leading `&`; empty when all is at its default. */
export function encodeEntropy({ changes }: Pick<EntropyState, 'changes'>): string {
  const parts = Object.entries(changes).map(([name, value]) => `${name}:${String(value)}`);
  return parts.length === 0 ? '' : `${ENTROPY_KEY}=${parts.join(',')}`;
}

export interface DecodedEntropy {
  readonly changes: Partial<OwnSettings>;
  /** One sentence for each value that was left out. */
  readonly notices: readonly string[];
}

/** Reads the view's part of a link; what is not understood is left out and told. */
export function decodeEntropy(hash: string): DecodedEntropy {
  const changes: Record<string, unknown> = {};
  const notices: string[] = [];
  const query = new URLSearchParams(hash.replace(/^#/, '')).get(ENTROPY_KEY) ?? '';
  for (const part of query.split(',').filter((text) => text !== '')) {
    const [name = '', text = ''] = part.split(':');
    const value = readSetting(name, text);
    if (value === undefined) notices.push(strings.link.bad(ENTROPY_KEY, shown(part), strings.link.wanted.settings));
    else changes[name] = value;
  }
  return { changes: changes as Partial<OwnSettings>, notices };
}

function readSetting(name: string, text: string): unknown {
  if (Object.hasOwn(CHOICES, name)) {
    const known = CHOICES[name]?.find((option) => option === text);
    return name === 'finalByLarge' && known !== undefined ? known === 'true' : known;
  }
  if (!Object.hasOwn(OWN_RANGES, name) || text === '') return undefined;
  const value = Number(text);
  return ownNumber(name as OwnNumber, value) === value ? value : undefined;
}

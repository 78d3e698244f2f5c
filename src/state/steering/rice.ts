/** RICE on the text on screen: experts that go with a marker, and what scaling them does to its probability. */
import { PlaygroundError } from '../../base/errors';
import { countMarker, type MarkerCounts } from '../../methods/rice/npmi';
import { chooseExperts, rankExperts, type LayerExpert, type RankedExpert } from '../../methods/rice/rank';
import { checkRice, ricePlan, type RiceSettings } from '../../methods/rice/settings';
import { ROUTER_AS_TRAINED } from '../../routing/plan';
import type { App } from '../app';
import type { Results } from '../results';
import { strings } from '../strings';
import { onModel, type CardText, type Outcome } from './work';

export { RICE_DEFAULTS, ricePlan, type RiceSettings } from '../../methods/rice/settings';
export type { LayerExpert, RankedExpert } from '../../methods/rice/rank';

/** A marker, and the counts by which experts are ranked where they were made before. */
export interface RiceMarker {
  readonly name: string;
  readonly ids: readonly number[];
  readonly counts?: MarkerCounts;
}

export interface RiceReport {
  readonly settings: RiceSettings;
  readonly text: CardText;
  readonly ranked: readonly RankedExpert[];
  readonly steered: readonly LayerExpert[];
  /** Mean probability of the marker over the text: as trained, steered, and with random experts of the same layers. */
  readonly before: number;
  readonly after: number;
  readonly random: readonly number[];
  /** After each token. [T] */
  readonly perTokenBefore: readonly number[];
  readonly perTokenAfter: readonly number[];
  /** Share of tokens where a steered expert was chosen anyway: elsewhere nothing changes. */
  readonly active: number;
}

const DRAWS = 3;
const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length;

/** The markers whose counts come with the page. */
export function shippedMarkers(results: Results): RiceMarker[] {
  const listed = results.settings['markers'];
  if (!Array.isArray(listed)) return [];
  return (listed as readonly { readonly name: string; readonly ids: readonly number[] }[]).flatMap(({ name, ids }) => {
    const found = results.items.find(({ id }) => id === `find-${name}`)?.['at'] as (Omit<MarkerCounts, 'active' | 'together'> & { readonly active: readonly number[]; readonly together: readonly number[] }) | undefined;
    return found === undefined ? [] : [{ name, ids, counts: { ...found, active: Uint32Array.from(found.active), together: Uint32Array.from(found.together) } }];
  });
}

/** @param own text of the marker where it has no counts of its own: they are made from the text on screen */
export function runRice(app: App, marker: RiceMarker | { readonly own: string }, settings: RiceSettings): Promise<Outcome<RiceReport>> {
  return onModel(app, async (access, text, signal) => {
    checkRice(settings);
    const ids = 'own' in marker ? (await access.encode(marker.own)).slice(0, 1) : marker.ids;
    if (ids.length === 0) throw new PlaygroundError('bad-input', strings.steering.rice.noMarker);
    const plain = await access.score(text.ids, ROUTER_AS_TRAINED, { routing: true, watch: [ids], signal });
    const counts = 'own' in marker || marker.counts === undefined ? countMarker(plain.routing ? [{ ids: text.ids, routing: plain.routing }] : [], { ids, place: 'at' }) : marker.counts;
    const ranked = rankExperts([{ weight: 1, counts }]);
    const steered = chooseExperts(ranked, settings.l, settings.set, 1);
    const under = await access.score(text.ids, ricePlan(steered, settings), { watch: [ids], signal });
    const random: number[] = [];
    for (let draw = 0; draw < DRAWS; draw++) {
      const { watched } = await access.score(text.ids, ricePlan(chooseExperts(ranked, settings.l, 'random', draw + 2), settings), { watch: [ids], signal });
      random.push(mean([...(watched ?? [])].slice(0, -1)));
    }
    const [before, after] = [[...(plain.watched ?? [])], [...(under.watched ?? [])]];
    return { settings, text, ranked: ranked.slice(0, 8), steered, before: mean(before.slice(0, -1)), after: mean(after.slice(0, -1)), random, perTokenBefore: before, perTokenAfter: after, active: activeShare(plain.routing, steered) };
  });
}

function activeShare(routing: { readonly layers: number; readonly slots: number; readonly chosen: Uint16Array; readonly count: Uint16Array } | undefined, experts: readonly LayerExpert[]): number {
  if (routing === undefined) return NaN;
  const { layers, slots, chosen, count } = routing;
  const tokens = count.length / layers;
  let hit = 0;
  for (let token = 0; token < tokens; token++) {
    if (experts.some(({ layer, expert }) => chosen.subarray((token * layers + layer) * slots, (token * layers + layer) * slots + (count[token * layers + layer] ?? 0)).includes(expert))) hit++;
  }
  return hit / tokens;
}

/** Markers, their weights, and the ranking of experts as far as counts are known: none of it needs the model. */
import { npmiOf, type MarkerCounts } from '../../methods/rice/npmi';
import { chooseExperts, rankExperts, type LayerExpert, type RankedExpert } from '../../methods/rice/rank';
import type { App } from '../app';
import type { Results } from '../results';
import { OWN_MARKER, type RiceCard, type RiceMarker, type RiceRanking } from './riceCard';
import { patchCard } from './slice';

/** The markers whose counts come with the page. */
export function shippedMarkers(results: Results): RiceMarker[] {
  const listed = results.settings['markers'];
  if (!Array.isArray(listed)) return [];
  return (listed as readonly { readonly name: string; readonly ids: readonly number[] }[]).flatMap(({ name, ids }) => {
    const found = results.items.find(({ id }) => id === `find-${name}`)?.['at'] as (Omit<MarkerCounts, 'active' | 'together'> & { readonly active: readonly number[]; readonly together: readonly number[] }) | undefined;
    return found === undefined ? [] : [{ name, ids, counts: { ...found, active: Uint32Array.from(found.active), together: Uint32Array.from(found.together) } }];
  });
}

/** Weights in use: the visitor's, or the first marker alone. */
export function weightsOf({ weights }: Pick<RiceCard, 'weights'>, shipped: readonly RiceMarker[]): Readonly<Record<string, number>> {
  return weights ?? { [shipped[0]?.name ?? OWN_MARKER]: 1 };
}

/** Ranking and maps of the markers in use whose counts are known; the own marker's are, once it was counted. */
export function rankingOf(card: Pick<RiceCard, 'weights' | 'own' | 'ownCounts'>, shipped: readonly RiceMarker[]): RiceRanking {
  const weights = weightsOf(card, shipped);
  const own = card.ownCounts?.own === card.own ? [{ name: OWN_MARKER, counts: card.ownCounts.counts }] : [];
  const known = [...shipped.flatMap(({ name, counts }) => (counts === undefined ? [] : [{ name, counts }])), ...own].filter(({ name, counts }) => (weights[name] ?? 0) !== 0 && counts.markers > 0);
  return {
    ranked: known.length === 0 ? [] : rankExperts(known.map(({ name, counts }) => ({ weight: weights[name] ?? 0, counts }))),
    maps: known.map(({ name, counts }) => ({ name, counts, values: [...npmiOf(counts)] })),
  };
}

/** Seed of the set `random`; its controls are drawn with the seeds after it. */
export const DRAW_SEED = 1;

/** The experts that the card steers by a ranking; none while nothing is ranked. */
export function chosenExperts({ set, picked, settings }: Pick<RiceCard, 'set' | 'picked' | 'settings'>, ranked: readonly RankedExpert[]): readonly LayerExpert[] {
  if (set === 'manual') return picked;
  return ranked.length === 0 ? [] : chooseExperts(ranked, settings.l, set, DRAW_SEED);
}

/** Takes an expert into the set that is steered, or out of it; the set is then the visitor's own. */
export function pickExpert(app: App, { layer, expert }: LayerExpert, ranked: readonly RankedExpert[]): void {
  const before = chosenExperts(app.store.getState().steering.rice, ranked);
  const without = before.filter((one) => one.layer !== layer || one.expert !== expert);
  patchCard(app, 'rice', { set: 'manual', picked: without.length < before.length ? without : [...before, { layer, expert }] });
}

/** Sets a marker's weight in the score, -1 to 1; 0 leaves it out. */
export function setMarkerWeight(app: App, shipped: readonly RiceMarker[], name: string, weight: number): void {
  const { rice } = app.store.getState().steering;
  patchCard(app, 'rice', { weights: { ...weightsOf(rice, shipped), [name]: weight } });
}

/** From nPMI by marker to a ranked list of experts, and to the experts that are steered. */
import { PlaygroundError } from '../../base/errors';
import { permutation } from '../../base/pcg';
import { npmiOf, type MarkerCounts } from './npmi';

/** An expert of one layer: ranking goes over all pairs of layer and expert. */
export interface LayerExpert {
  readonly layer: number;
  readonly expert: number;
}

/** What a marker contributes: its weight is positive for a behaviour that is wanted, negative for one that is not. */
export interface WeightedCounts {
  readonly weight: number;
  readonly counts: MarkerCounts;
}

export interface RankedExpert extends LayerExpert {
  /** Sum of weight x nPMI over the markers. */
  readonly score: number;
  /** nPMI, tokens of both (k), by marker. */
  readonly npmi: readonly number[];
  readonly together: readonly number[];
  /** K: tokens that chose the expert, in the counts of the first marker. */
  readonly active: number;
}

/** All pairs of layer and expert, highest score first, ties by layer and id. */
export function rankExperts(markers: readonly WeightedCounts[]): RankedExpert[] {
  const first = markers[0]?.counts;
  if (first === undefined) throw new PlaygroundError('bad-input', 'No marker is chosen: pick at least one.');
  const missing = markers.findIndex(({ counts }) => counts.markers === 0);
  if (missing !== -1) throw new PlaygroundError('bad-input', `Marker ${missing + 1} does not occur in the text, so no expert can be told to go with it.`);
  const values = markers.map(({ counts }) => npmiOf(counts));
  return Array.from(first.active, (active, pair) => ({
    layer: Math.floor(pair / first.experts),
    expert: pair % first.experts,
    score: markers.reduce((sum, { weight }, m) => sum + weight * (values[m]?.[pair] ?? 0), 0),
    npmi: values.map((of) => of[pair] ?? 0),
    together: markers.map(({ counts }) => counts.together[pair] ?? 0),
    active,
  })).sort((a, b) => b.score - a.score || a.layer - b.layer || a.expert - b.expert);
}

export type ExpertSet = 'top' | 'bottom' | 'random';

/**
 * The l experts to steer. `random` are experts of the same layers as the top ones, drawn by the seed, none of them a top one.
 */
export function chooseExperts(ranked: readonly RankedExpert[], l: number, set: ExpertSet, seed = 0): LayerExpert[] {
  const top = ranked.slice(0, l).map(plain);
  if (set === 'top') return top;
  if (set === 'bottom') return l === 0 ? [] : ranked.slice(-l).reverse().map(plain);
  return randomLike(ranked, top, seed);
}

/** As many experts of the same layers, drawn by the seed, none of them among the given ones: the control of any set. */
export function randomLike(ranked: readonly RankedExpert[], experts: readonly LayerExpert[], seed: number): LayerExpert[] {
  const taken = new Set(experts.map(({ layer, expert }) => `${layer}.${expert}`));
  return experts.map(({ layer }, i) => {
    const free = ranked.filter((pair) => pair.layer === layer && !taken.has(`${pair.layer}.${pair.expert}`)).sort((a, b) => a.expert - b.expert);
    const drawn = free[permutation(free.length, (seed * 1009 + i) >>> 0)[0] ?? 0];
    if (drawn === undefined) throw new PlaygroundError('bad-input', `Layer ${layer} has no expert left for a random control of ${experts.length}.`);
    taken.add(`${drawn.layer}.${drawn.expert}`);
    return plain(drawn);
  });
}

function plain({ layer, expert }: LayerExpert): LayerExpert {
  return { layer, expert };
}

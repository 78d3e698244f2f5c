/** RICE in the page: experts that go with markers, and what scaling them does to the text on screen and to what is written. */
import { PlaygroundError } from '../../base/errors';
import type { ModelAccess } from '../../engine/access';
import { degeneration, perplexity, repetitionRate } from '../../methods/rice/degeneration';
import { countMarker, markerPlaces } from '../../methods/rice/npmi';
import { randomLike, rankExperts, type LayerExpert, type RankedExpert } from '../../methods/rice/rank';
import { checkRice, ricePlan } from '../../methods/rice/settings';
import { ROUTER_AS_TRAINED, type RoutingPlan, type TokenSelector } from '../../routing/plan';
import type { App } from '../app';
import { strings } from '../strings';
import { OWN_MARKER, type MarkerEffect, type RiceCard, type RiceMarker, type RiceReport, type SweepPoint, type WrittenText } from './riceCard';
import { chosenExperts, DRAW_SEED, weightsOf } from './riceRanking';
import { patchCard, runCard } from './slice';
import { onModel, promptOf, type CardText } from './work';

export { DEGENERATE } from '../../methods/rice/degeneration';
export { BETA_MAX, L_MAX, type RiceSettings } from '../../methods/rice/settings';
export type { LayerExpert, RankedExpert } from '../../methods/rice/rank';
export { OWN_MARKER, RICE_SCOPES, RICE_SETS, type MarkerEffect, type RiceCard, type RiceMarker, type RiceRanking, type RiceReport, type SweepPoint } from './riceCard';

/** Random draws of the control. */
const DRAWS = 3;
/** Factors of the sweep on the text on screen. */
export const SWEEP = [0, 1, 4, 16, 64, 256] as const;

const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length;

interface Prepared {
  readonly access: ModelAccess;
  readonly text: CardText;
  readonly signal: AbortSignal;
  readonly card: RiceCard;
  /** Those with a weight. */
  readonly markers: readonly (RiceMarker & { readonly weight: number })[];
  readonly ranked: readonly RankedExpert[];
  readonly steered: readonly LayerExpert[];
  readonly tokens: TokenSelector;
  readonly from: number;
  /** Probability of each marker after each token as trained. [W][T] */
  readonly before: readonly (readonly number[])[];
  readonly active: number;
}

/** Measures the experts that are chosen on the text on screen, and has the model write with them. */
export function runRice(app: App, shipped: readonly RiceMarker[]): Promise<void> {
  patchCard(app, 'rice', { report: undefined });
  return runCard(app, 'rice', () => onModel(app, async (access, text, signal) => reportOf(app, await prepare(app, access, text, shipped, signal))), (report) => patchCard(app, 'rice', { report }));
}

/** The chosen experts and random ones over a range of beta, on the text on screen; each point is shown as it is there. */
export function sweepRice(app: App, shipped: readonly RiceMarker[], shown: string): Promise<void> {
  patchCard(app, 'rice', { sweep: [], swept: shown });
  return runCard(app, 'rice', () => onModel(app, async (access, text, signal) => sweep(app, await prepare(app, access, text, shipped, signal), shown)), () => undefined);
}

async function prepare(app: App, access: ModelAccess, text: CardText, shipped: readonly RiceMarker[], signal: AbortSignal): Promise<Prepared> {
  const card = app.store.getState().steering.rice;
  checkRice(card.settings);
  const weights = weightsOf(card, shipped);
  const wanted: (RiceMarker & { readonly weight: number })[] = shipped.flatMap((marker) => ((weights[marker.name] ?? 0) === 0 ? [] : [{ ...marker, weight: weights[marker.name] ?? 0 }]));
  const own = weights[OWN_MARKER] ?? 0;
  if (own !== 0) {
    const ids = (await access.encode(card.own)).slice(0, 1);
    if (ids.length === 0) throw new PlaygroundError('bad-input', strings.steering.rice.noMarker);
    wanted.push({ name: OWN_MARKER, ids, weight: own });
  }
  const plain = await access.score(text.ids, ROUTER_AS_TRAINED, { routing: true, watch: wanted.map(({ ids }) => ids), signal });
  const markers = wanted.map((marker) => ({ ...marker, counts: marker.counts ?? countMarker(plain.routing ? [{ ids: text.ids, routing: plain.routing }] : [], { ids: marker.ids, place: 'at' }) }));
  const counted = markers.find(({ name }) => name === OWN_MARKER)?.counts;
  if (counted !== undefined) patchCard(app, 'rice', { ownCounts: { own: card.own, counts: counted } });
  const ranked = rankExperts(markers.map(({ weight, counts }) => ({ weight, counts })));
  const steered = chosenExperts(card, ranked);
  if (steered.length === 0 && card.set === 'manual') throw new PlaygroundError('bad-input', strings.steering.rice.nonePicked);
  const from = firstSteered(text, markers, card);
  return { access, text, signal, card, markers, ranked, steered, tokens: card.scope === 'all' ? 'all' : { from }, from, before: columns(plain.watched, markers.length), active: activeShare(plain.routing, steered) };
}


/** The token after the first marker of positive weight. */
function firstSteered({ ids }: CardText, markers: readonly (RiceMarker & { readonly weight: number })[], { scope }: RiceCard): number {
  if (scope === 'all') return 0;
  const at = markerPlaces(ids, { ids: markers.filter(({ weight }) => weight > 0).flatMap((marker) => marker.ids), place: 'at' }).indexOf(true);
  if (at === -1) throw new PlaygroundError('bad-input', strings.steering.rice.notHere);
  return at + 1;
}

/** Columns of a matrix [T, W] as lists. */
function columns(watched: Float32Array | undefined, width: number): number[][] {
  const values = [...(watched ?? [])];
  return Array.from({ length: width }, (_, w) => values.filter((_value, i) => i % width === w));
}

/** What comes after the last token is not part of the text. */
function meanOf(perToken: readonly number[]): number {
  return mean(perToken.slice(0, -1));
}

async function watchedUnder({ access, text, markers, signal }: Prepared, plan: RoutingPlan): Promise<number[][]> {
  const { watched } = await access.score(text.ids, plan, { watch: markers.map(({ ids }) => ids), signal });
  return columns(watched, markers.length);
}

async function reportOf(app: App, prepared: Prepared): Promise<RiceReport> {
  const { text, markers, ranked, steered, tokens, card, before } = prepared;
  const plan = ricePlan(steered, card.settings, tokens);
  const after = await watchedUnder(prepared, plan);
  const draws: number[][][] = [];
  for (let draw = 0; draw < DRAWS; draw++) draws.push(await watchedUnder(prepared, ricePlan(randomLike(ranked, steered, DRAW_SEED + 1 + draw), card.settings, tokens)));
  const effects = markers.map(({ name, weight, ids }, w): MarkerEffect => ({
    name,
    weight,
    places: markerPlaces(text.ids, { ids, place: 'at' }).flatMap((is, t) => (is ? [t] : [])),
    before: meanOf(before[w] ?? []),
    after: meanOf(after[w] ?? []),
    random: draws.map((draw) => meanOf(draw[w] ?? [])),
    perTokenBefore: before[w] ?? [],
    perTokenAfter: after[w] ?? [],
  }));
  const written = card.newTokens === 0 ? undefined : await writeBoth(app, prepared, plan);
  return { settings: card.settings, scope: card.scope, from: prepared.from, text, steered, effects, active: prepared.active, ...written };
}

interface Pair {
  readonly plain: WrittenText;
  readonly written: WrittenText & { readonly degenerate: boolean };
}

/** Continues the prompt as trained and steered, and judges the second by the first. */
async function writeBoth(app: App, prepared: Prepared, plan: RoutingPlan, trained?: Continuation): Promise<Pair> {
  const plain = trained ?? (await continuation(app, prepared, ROUTER_AS_TRAINED));
  const steered = await continuation(app, prepared, plan);
  return { plain: await textOf(prepared, plain), written: { ...(await textOf(prepared, steered)), degenerate: degeneration(steered, plain).degenerate } };
}

interface Continuation {
  readonly ids: readonly number[];
  /** Under the unsteered model. */
  readonly logProb: Float32Array;
}

async function continuation(app: App, { access, text, signal, card }: Prepared, plan: RoutingPlan): Promise<Continuation> {
  const { prompt, sampling } = promptOf(app, text);
  const { ids } = await access.generate(prompt, plan, card.newTokens, sampling, { signal });
  const { logProb } = await access.score([...prompt, ...ids], ROUTER_AS_TRAINED, { signal });
  return { ids, logProb: logProb.subarray(prompt.length) };
}

async function textOf({ access, markers }: Prepared, { ids, logProb }: Continuation): Promise<WrittenText> {
  const wanted = markers.filter(({ weight }) => weight > 0).flatMap((marker) => marker.ids);
  return { text: await access.decode(ids), tokens: ids.length, markers: markerPlaces(ids, { ids: wanted, place: 'at' }).filter(Boolean).length, repetition: repetitionRate(ids), perplexity: perplexity(logProb) };
}

async function sweep(app: App, prepared: Prepared, shown: string): Promise<readonly SweepPoint[]> {
  const { card, ranked, steered, tokens, markers } = prepared;
  const w = Math.max(0, markers.findIndex(({ name }) => name === shown));
  const trained = card.newTokens === 0 ? undefined : await continuation(app, prepared, ROUTER_AS_TRAINED);
  const points: SweepPoint[] = [];
  for (const beta of SWEEP) {
    const settings = { ...card.settings, beta };
    const plan = ricePlan(steered, settings, tokens);
    const own = await watchedUnder(prepared, plan);
    const random = await watchedUnder(prepared, ricePlan(randomLike(ranked, steered, DRAW_SEED + 1), settings, tokens));
    const judged = trained === undefined ? {} : { degenerate: (await writeBoth(app, prepared, plan, trained)).written.degenerate };
    points.push({ beta, steered: meanOf(own[w] ?? []), random: meanOf(random[w] ?? []), ...judged });
    patchCard(app, 'rice', { sweep: [...points] });
  }
  return points;
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

/** The plan of a report, as it was measured. */
export function planOf({ steered, settings, scope, from }: RiceReport): RoutingPlan {
  return ricePlan(steered, settings, scope === 'all' ? 'all' : { from });
}

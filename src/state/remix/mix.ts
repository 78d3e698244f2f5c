/** The mix on screen: where it comes from, the sliders, and how much of the router is kept. */
import type { Neighbour } from '../../methods/c3po/result';
import type { App } from '../app';
import { scheduleEffect } from './live';
import { layerRows, mixed, ranked, rowOf, uniformOmega, withWeight } from './omega';
import { neighboursNow, storeNow } from './neighbours';
import { movesMix, shapeNow, settingsNow } from './settings';
import { patchRemix } from './slice';
import type { MixSource, RemixState } from './state';

/** Weighted mean of the neighbours' own routing in chosen layers. [C, E] */
export function neighboursMean(remix: RemixState, neighbours: readonly Neighbour[], layers: readonly number[], experts: number): Float32Array | undefined {
  const store = storeNow(remix);
  if (store === undefined || neighbours.length === 0) return undefined;
  const { references } = store;
  const mean = new Float32Array(layers.length * experts);
  for (const { index, weight } of neighbours) {
    const rows = layerRows(references[index]?.pathway ?? new Float32Array(0), layers, experts);
    for (let i = 0; i < mean.length; i += 1) mean[i] = (mean[i] ?? 0) + weight * (rows[i] ?? 0);
  }
  return mean;
}

/** Puts a preset onto the sliders; the layers are those of the settings. */
export function startMix(app: App, source: Exclude<MixSource, 'hand'>): void {
  const state = app.store.getState();
  const { remix } = state;
  const shape = shapeNow(state);
  if (remix.question === undefined || shape === undefined) return;
  const { experts } = shape;
  const result = remix.run.phase === 'done' ? remix.run.result : undefined;
  const layers = source === 'method' && result !== undefined ? result.settings.layers : settingsNow(remix, shape).layers;
  const router = layerRows(remix.question.pathway, layers, experts);
  const omega = presetOmega(app, source, layers, router, experts);
  if (omega === undefined) return;
  const core = layers.map((_, c) => ranked(rowOf(router, c, experts)).slice(0, settingsNow(remix, shape).core));
  const plan = source === 'method' && result !== undefined && omega === router ? { plan: result.plan } : {};
  patchRemix(app, { mix: { source, layers, router, core, omega, keep: 0, ...plan }, layerAt: Math.max(0, Math.min(remix.layerAt, layers.length - 1)) });
  scheduleEffect(app);
}

function presetOmega(app: App, source: Exclude<MixSource, 'hand'>, layers: readonly number[], router: Float32Array, experts: number): Float32Array | undefined {
  const { remix } = app.store.getState();
  switch (source) {
    case 'router':
      return router;
    case 'uniform':
      return uniformOmega(layers.length, experts);
    case 'neighbours':
      return neighboursMean(remix, neighboursNow(app.store.getState()), layers, experts);
    case 'method':
      if (remix.run.phase !== 'done') return undefined;
      return movesMix(remix.run.result.settings) ? remix.run.result.omega : router;
  }
}

/** Sets one weight by hand; what stood there with the router's share in it becomes the visitor's own. */
export function setWeight(app: App, row: number, expert: number, value: number): void {
  const { mix } = app.store.getState().remix;
  if (mix === undefined || !Number.isFinite(value)) return;
  const experts = mix.router.length / mix.layers.length;
  const { plan: _, ...rest } = mix;
  const omega = mixed(mix);
  omega.set(withWeight(rowOf(omega, row, experts), expert, value), row * experts);
  patchRemix(app, { mix: { ...rest, source: 'hand', omega, keep: 0 } });
  scheduleEffect(app);
}

/** Sets the share of the router's own mix. */
export function setKeep(app: App, keep: number): void {
  const { mix } = app.store.getState().remix;
  if (mix === undefined || !Number.isFinite(keep)) return;
  patchRemix(app, { mix: { ...mix, keep: Math.min(1, Math.max(0, keep)) } });
  scheduleEffect(app);
}

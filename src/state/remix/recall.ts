/** From the record of a trace back onto the sliders: the model reads the question again, and the recorded mix is measured anew. */
import type { C3poSettings } from '../../methods/c3po/settings';
import type { App } from '../app';
import { scheduleEffect } from './live';
import { layerRows, ranked, rowOf } from './omega';
import { chooseItem } from './question';
import type { RemixRecord } from './record';
import { defaultsFor, shapeNow } from './settings';
import { patchRemix } from './slice';

export async function takeRecord(app: App, record: RemixRecord): Promise<void> {
  const shape = shapeNow(app.store.getState());
  if (shape === undefined) return;
  patchRemix(app, { changes: changesOf(record.settings, defaultsFor(record.settings.method, shape)), drafts: {} });
  await chooseItem(app, record.item);
  const { question } = app.store.getState().remix;
  const fits = record.layers.every((layer) => layer < shape.layers) && record.omega.every((row) => row.length === shape.experts);
  if (question === undefined || question.item !== record.item || !fits) return;
  const router = layerRows(question.pathway, record.layers, shape.experts);
  const omega = Float32Array.from(record.omega.flat());
  const core = record.layers.map((_, c) => ranked(rowOf(router, c, shape.experts)).slice(0, record.settings.core));
  // What was recorded has the router's share in it already.
  patchRemix(app, { mix: { source: 'hand', layers: record.layers, router, core, omega, keep: 0 }, layerAt: 0 });
  scheduleEffect(app);
}

/** The settings that differ from the defaults of the model. */
export function changesOf(settings: C3poSettings, defaults: C3poSettings): Partial<C3poSettings> {
  return Object.fromEntries(Object.entries(settings).filter(([name, value]) => JSON.stringify(value) !== JSON.stringify(defaults[name as keyof C3poSettings])));
}

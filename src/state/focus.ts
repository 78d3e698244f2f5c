/** Where the visitor looks: token, layer, expert and stage, always inside the open trace. */
import { patch, type App } from './app';
import { LAST_STAGE } from './state';

const clamp = (value: number, most: number): number => Math.min(Math.max(0, Math.round(value)), Math.max(0, most));

export function tokenCount({ store }: App): number {
  return store.getState().traces.current?.trace.tokens.ids.length ?? 0;
}

function rowCount({ store }: App): number {
  return store.getState().traces.current?.trace.model.moeLayers.length ?? 0;
}

/** Moves the playhead. A visitor who goes back stops following a live run; going to its end follows again. */
export function seek(app: App, token: number): void {
  const last = tokenCount(app) - 1;
  const at = clamp(token, last);
  patch(app, 'focus', { token: at, stage: LAST_STAGE, expert: undefined });
  patch(app, 'playback', { follow: at === last });
}

export function step(app: App, by: number): void {
  seek(app, app.store.getState().focus.token + by);
}

export function focusLayer(app: App, row: number, expert?: number): void {
  patch(app, 'focus', { row: clamp(row, rowCount(app) - 1), expert });
}

export function stepLayer(app: App, by: number): void {
  focusLayer(app, app.store.getState().focus.row + by);
}

export function setStage(app: App, stage: number): void {
  patch(app, 'focus', { stage: clamp(stage, LAST_STAGE) });
}

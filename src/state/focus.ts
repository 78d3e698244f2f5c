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

/** One stage on or back; past the last stage comes the first one of the next token, and before the first the last one of the token before. */
export function stepStage(app: App, by: number): void {
  const { token, stage } = app.store.getState().focus;
  const count = LAST_STAGE + 1;
  const place = clamp(token * count + stage + by, tokenCount(app) * count - 1);
  const next = Math.floor(place / count);
  if (next !== token) seek(app, next);
  setStage(app, place % count);
}

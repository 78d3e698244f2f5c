/** What the page around is told of this one. */
import type { App } from '../app';
import type { FrameState } from './messages';

const MODEL = { idle: 'idle', waiting: 'idle', loading: 'loading', ready: 'ready', failed: 'failed' } as const;

export function frameState({ store }: App): FrameState {
  const { traces, focus, playback, run, session, view } = store.getState();
  const trace = traces.current?.trace;
  return {
    token: focus.token,
    tokens: trace?.tokens.ids.length ?? 0,
    layer: trace?.model.moeLayers[focus.row] ?? null,
    layers: trace?.model.moeLayers ?? [],
    expert: focus.expert ?? null,
    experts: trace?.model.experts ?? 0,
    playing: playback.playing,
    running: run.status !== 'idle',
    model: MODEL[session.phase],
    view: view.panel,
  };
}

export function sameState(a: FrameState, b: FrameState): boolean {
  return (Object.keys(a) as (keyof FrameState)[]).every((key) => a[key] === b[key]);
}

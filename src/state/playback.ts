/**
 * Replay of a trace: four named stages a token. One animation frame loop, and only while something
 * plays; frames stop by themselves while the page is hidden.
 */
import { patch, type App } from './app';
import { seek, tokenCount } from './focus';
import { LAST_STAGE, STAGES } from './state';

const STAGE_MS = 220;
/** From this speed on a token is drawn in its end state at once. */
export const WHOLE_TOKENS_FROM = 4;
const TOKEN_MS = STAGE_MS * STAGES.length;

/** Stages that the visitor steps through by hand, in place of motion. */
export const STILLS = '(prefers-reduced-motion: reduce)';

export interface Playhead {
  readonly token: number;
  readonly stage: number;
  /** Time already spent in the present stage, ms at speed 1. */
  readonly elapsedMs: number;
}

/** Moves the playhead on by some time. Ends in the last stage of the last token. */
export function advance(head: Playhead, elapsedMs: number, tokens: number, wholeTokens: boolean): Playhead & { readonly ended: boolean } {
  const unit = wholeTokens ? TOKEN_MS : STAGE_MS;
  let { token, stage } = head;
  let rest = head.elapsedMs + elapsedMs;
  if (wholeTokens) stage = LAST_STAGE;
  while (rest >= unit) {
    if (token >= tokens - 1 && stage >= LAST_STAGE) return { token: Math.max(0, tokens - 1), stage: LAST_STAGE, elapsedMs: 0, ended: true };
    rest -= unit;
    if (wholeTokens || stage >= LAST_STAGE) {
      token += 1;
      stage = wholeTokens ? LAST_STAGE : 0;
    } else stage += 1;
  }
  return { token, stage, elapsedMs: rest, ended: false };
}

const prefersStills = (): boolean => globalThis.matchMedia?.(STILLS).matches ?? false;

/**
 * Where a frame starts from. A visitor who seeks or chooses a stage while it plays is followed at once: the new token begins with its first
 * stage, the chosen stage lasts its whole time, and nothing is queued.
 */
export function retarget(last: Playhead | undefined, focus: { readonly token: number; readonly stage: number }, wholeTokens: boolean): Playhead {
  const { token, stage } = focus;
  if (last === undefined) return { token, stage, elapsedMs: 0 };
  if (token !== last.token) return { token, stage: wholeTokens ? LAST_STAGE : 0, elapsedMs: 0 };
  return stage === last.stage ? last : { token, stage, elapsedMs: 0 };
}

export function play(app: App): void {
  const { store } = app;
  const tokens = tokenCount(app);
  if (tokens === 0 || store.getState().playback.playing) return;
  if (store.getState().focus.token >= tokens - 1) seek(app, 0);
  const stills = prefersStills();
  patch(app, 'playback', { playing: true, follow: false });
  if (!stills && store.getState().playback.speed < WHOLE_TOKENS_FROM) patch(app, 'focus', { stage: 0 });
  let before: number | undefined;
  let last: Playhead | undefined;
  const frame = (now: number): void => {
    const { playback, focus } = store.getState();
    if (!playback.playing) return;
    const whole = stills || playback.speed >= WHOLE_TOKENS_FROM;
    // A slow frame makes the replay late, but it skips nothing.
    const passed = Math.min(whole ? TOKEN_MS : STAGE_MS, (now - (before ?? now)) * playback.speed);
    before = now;
    const next = advance(retarget(last, focus, whole), passed, tokenCount(app), whole);
    last = next;
    if (next.token !== focus.token) patch(app, 'focus', { token: next.token, stage: next.stage, expert: undefined });
    else if (next.stage !== focus.stage) patch(app, 'focus', { stage: next.stage });
    if (next.ended) patch(app, 'playback', { playing: false });
    else requestAnimationFrame(frame);
  };
  requestAnimationFrame(frame);
}

export function pause(app: App): void {
  if (!app.store.getState().playback.playing) return;
  patch(app, 'playback', { playing: false });
  patch(app, 'focus', { stage: LAST_STAGE });
}

export function togglePlay(app: App): void {
  if (app.store.getState().playback.playing) pause(app);
  else play(app);
}

/** What the cards of rerouting, RICE and top-p share: the text on screen, and one piece of work at a time on the engine. */
import type { ModelAccess } from '../../engine/access';
import type { Sampling } from '../../engine/engine';
import { PlaygroundError } from '../../base/errors';
import { patch, type App } from '../app';
import { beginJob, endJob } from '../job';
import { toFailure } from '../notices';
import { remixAccess } from '../remix/session';
import type { AppState } from '../state';
import { strings } from '../strings';

/** Tokens of the text that a card works on, at most: more would keep a slow machine busy for long. */
export const MOST_TOKENS = 128;

export interface CardText {
  readonly ids: readonly number[];
  /** Printable text of each. */
  readonly words: readonly string[];
  /** Of how many tokens these are the first. */
  readonly of: number;
}

/** The beginning of the text on screen. */
export function cardText({ traces }: Pick<AppState, 'traces'>): CardText | undefined {
  const tokens = traces.current?.trace.tokens;
  if (tokens === undefined) return undefined;
  return { ids: Array.from(tokens.ids.subarray(0, MOST_TOKENS)), words: tokens.text.slice(0, MOST_TOKENS), of: tokens.ids.length };
}

/** The prompt of the text on screen, at least two tokens of it, and how the page draws tokens. */
export function promptOf({ store }: App, { ids }: CardText): { readonly prompt: readonly number[]; readonly sampling: Sampling } {
  const { traces, run } = store.getState();
  const { temperature, topK, topP, seed } = run;
  const tokens = Math.max(2, Math.min(ids.length, traces.current?.trace.run.promptTokens ?? ids.length));
  return { prompt: ids.slice(0, tokens), sampling: { temperature, topK, topP, seed } };
}

/** Printable text of each token. */
export function wordsOf(access: ModelAccess, ids: readonly number[]): Promise<readonly string[]> {
  return Promise.all(ids.map((id) => access.decode([id])));
}

/** Either the result, or what went wrong in a sentence; nothing when it was stopped. */
export type Outcome<T> = { readonly result: T } | { readonly fault: string } | undefined;

/** Runs work on the live model; Run becomes Stop meanwhile. */
export async function onModel<T>(app: App, work: (access: ModelAccess, text: CardText, signal: AbortSignal) => Promise<T>): Promise<Outcome<T>> {
  const state = app.store.getState();
  const access = remixAccess(app);
  const text = cardText(state);
  if (access === undefined || state.run.status !== 'idle') return { fault: access === undefined ? strings.steering.needsModel : strings.steering.busy };
  if (text === undefined) return { fault: strings.steering.noText };
  if (state.traces.current?.trace.model.vocabulary !== access.config.vocabulary) return { fault: strings.steering.otherModel };
  const job = beginJob(app);
  patch(app, 'run', { status: 'running' });
  try {
    if (text.ids.length < 2) throw new PlaygroundError('bad-input', strings.steering.short);
    return { result: await work(access, text, job.signal) };
  } catch (error) {
    const { code, message } = toFailure(error);
    return code === 'cancelled' ? undefined : { fault: message };
  } finally {
    endJob(app);
  }
}

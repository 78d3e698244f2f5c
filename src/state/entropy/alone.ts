/** What the large model alone takes for a prompt: the measure beside which a run of both stands. */
import { collaborate } from '../../methods/collaboration/collaborate';
import { patch, type App } from '../app';
import { beginJob, endJob } from '../job';
import { tellFailure } from '../textRun';
import { remixAccess } from '../remix/session';
import { collaborationNow } from './settings';
import { patchEntropy } from './slice';
import { writerPair } from './writers';

/** Writes a prompt with the large model alone, shows nothing of it, and keeps what it cost. */
export async function timeAlone(app: App, prompt: string): Promise<void> {
  const { store } = app;
  const { session, run } = store.getState();
  const access = remixAccess(app);
  if (session.phase !== 'ready' || run.status !== 'idle' || access === undefined || prompt === '') return;
  const { signal } = beginJob(app);
  patch(app, 'run', { status: 'running' });
  try {
    const pair = await writerPair(app, session.model);
    if (pair === undefined) return;
    const settings = { ...collaborationNow(store.getState()), method: 'large' as const };
    const events = collaborate(pair.small, pair.large, await access.encode(prompt), settings, { signal });
    let next = await events.next();
    while (next.done !== true) next = await events.next();
    const { ms, flops } = next.value.total;
    patchEntropy(app, { alone: { prompt, ms, flops } });
  } catch (error) {
    tellFailure(app, error);
  } finally {
    endJob(app);
  }
}

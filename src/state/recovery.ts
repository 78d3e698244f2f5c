/** What the page tells when the engine is lost and started again; the work itself goes on in the engine's client. */
import type { RecoveringClient } from '../engine/worker/recovering-client';
import { patch, type App } from './app';
import { dismiss, type NewNotice, notify, notifyWithId, toFailure } from './notices';
import { failureNotice } from './session';
import { strings } from './strings';

/** Tells each loss and how it ended, in one line that replaces the one before. */
export function followRecovery(app: App, client: Pick<RecoveringClient, 'follow'>): void {
  let shown: number | undefined;
  let wasDevice = true;
  const tell = (message: string, rest: Partial<NewNotice> = {}): void => {
    if (shown !== undefined) dismiss(app, shown);
    shown = notifyWithId(app, { tone: 'note', message, ...rest });
    patch(app, 'view', { announcement: message });
  };
  client.follow((event) => {
    const text = strings.recovery;
    switch (event.kind) {
      case 'lost':
        wasDevice = event.error.code === 'device-lost';
        tell(wasDevice ? text.lost : text.died, { details: [event.error.message] });
        return;
      case 'recovered': {
        // A load that was under way tells its own end.
        const { session } = app.store.getState();
        if (session.phase === 'ready' && session.model !== event.model) app.store.setState({ session: { phase: 'ready', model: event.model } });
        if (event.switched) tell(text.switched, { action: 'try-gpu' });
        else tell(wasDevice ? text.recovered : text.revived);
        return;
      }
      case 'failed': {
        const failure = toFailure(event.error);
        if (shown !== undefined) dismiss(app, shown);
        shown = undefined;
        app.store.setState({ session: { phase: 'failed', failure } });
        const { details, ...notice } = failureNotice(failure);
        notify(app, { ...notice, details: [...details, text.gaveUp] });
      }
    }
  });
}

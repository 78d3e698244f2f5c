import { strings } from '../state/strings';
import { cancelLoading, startLoading } from '../state/session';
import type { Session } from '../state/state';
import { formatBytes } from '../viz/format';
import { useApp, useAppState } from './context';

function loadingText(session: Extract<Session, { phase: 'loading' }>): string {
  const { stage, done, total } = session;
  return stage === 'download' && total > 0 ? strings.model.downloading(formatBytes(done), formatBytes(total)) : strings.model.stage[stage];
}

/** What computes, said honestly: the adapter's name, a slow software adapter in loud letters, or replay only. */
export function BackendBadge() {
  const app = useApp();
  const session = useAppState((state) => state.session);
  switch (session.phase) {
    case 'ready': {
      const { adapter, software } = session.model.engine;
      return (
        <>
          <span className="badge" title={software ? strings.model.softwareHint : session.model.engine.forms}>
            {strings.model.webgpu}
            <span className="q name">{adapter}</span>
          </span>
          {software && (
            <span className="loud" title={strings.model.softwareHint}>
              {strings.model.software}
              <span className="hide-s">{strings.model.softwareShort}</span>
            </span>
          )}
        </>
      );
    }
    case 'loading':
      return (
        <>
          <span className="badge off">{loadingText(session)}</span>
          <button type="button" className="link" onClick={() => cancelLoading(app)}>
            {strings.cancel}
          </button>
        </>
      );
    case 'waiting':
      return (
        <>
          <span className="badge off hide-s">{strings.model.saveData}</span>
          <button type="button" className="link" onClick={() => void startLoading(app)}>
            {strings.model.load(session.bytes > 0 ? formatBytes(session.bytes) : '')}
          </button>
        </>
      );
    case 'failed':
      return <span className="badge off">{session.failure.code === 'cancelled' ? strings.model.notLoaded : strings.model.replay}<Reload /></span>;
    case 'idle':
      return <span className="badge off">{strings.model.notLoaded}</span>;
  }
}

function Reload() {
  const app = useApp();
  return (
    <button type="button" className="link" onClick={() => void startLoading(app)}>
      {strings.retry}
    </button>
  );
}

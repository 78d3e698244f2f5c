import type { ReactNode } from 'react';
import { patch } from '../state/app';
import { shortReason } from '../state/engineReason';
import { strings } from '../state/strings';
import { cancelLoading, startLoading } from '../state/session';
import type { Session } from '../state/state';
import { formatBytes } from '../viz/format';
import { useApp, useAppState } from './context';

function loadingText(session: Extract<Session, { phase: 'loading' }>): string {
  const { stage, done, total } = session;
  return stage === 'download' && total > 0 ? strings.model.downloading(formatBytes(done), formatBytes(total)) : strings.model.stage[stage];
}

/** What computes, said honestly: the adapter's name, a slow software adapter in loud letters, or replay only. A click opens the device report. */
export function BackendBadge() {
  const app = useApp();
  const session = useAppState((state) => state.session);
  switch (session.phase) {
    case 'ready': {
      const { engine, reason } = session.model;
      const { backend, adapter, software } = engine;
      const why = shortReason(reason);
      if (backend === 'onnx') {
        return (
          <Badge>
            {strings.engine.wasm}
            <span className="q name">{why}</span>
          </Badge>
        );
      }
      return (
        <>
          <Badge>
            {strings.model.webgpu}
            <span className="q name">{reason.kind === 'measured' ? `${adapter} \u00b7 ${why}` : adapter}</span>
          </Badge>
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
          <Badge off>{loadingText(session)}</Badge>
          <button type="button" className="link" onClick={() => cancelLoading(app)}>
            {strings.cancel}
          </button>
        </>
      );
    case 'waiting':
      return (
        <>
          <Badge off className="hide-s">
            {strings.model.saveData}
          </Badge>
          <button type="button" className="link" onClick={() => void startLoading(app)}>
            {strings.model.load(session.bytes > 0 ? formatBytes(session.bytes) : '')}
          </button>
        </>
      );
    case 'failed':
      return (
        <>
          <Badge off>{session.failure.code === 'cancelled' ? strings.model.notLoaded : strings.model.replay}</Badge>
          <button type="button" className="link" onClick={() => void startLoading(app)}>
            {strings.retry}
          </button>
        </>
      );
    case 'idle':
      return <Badge off>{strings.model.notLoaded}</Badge>;
  }
}

function Badge({ off = false, className = '', children }: { readonly off?: boolean; readonly className?: string; readonly children: ReactNode }) {
  const app = useApp();
  return (
    <button type="button" className={`badge${off ? ' off' : ''} ${className}`} aria-haspopup="dialog" title={strings.device.open} onClick={() => patch(app, 'view', { dialog: 'device' })}>
      {children}
    </button>
  );
}

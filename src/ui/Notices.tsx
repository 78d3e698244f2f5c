import type { App } from '../state/app';
import { switchEngine } from '../state/engineChoice';
import { dismiss } from '../state/notices';
import { takeNewVersion } from '../state/offline';
import { restartEngine, startLoading } from '../state/session';
import { strings } from '../state/strings';
import type { Notice } from '../state/state';
import { useApp, useAppState } from './context';

/** Messages under the bar, one sentence each, with what can be done about it. */
export function Notices() {
  const notices = useAppState((state) => state.notices);
  return (
    <div className="notices" role="alert" aria-label={strings.notice.region}>
      {notices.map((notice) => (
        <NoticeLine key={notice.id} notice={notice} />
      ))}
    </div>
  );
}

function tryGpu(app: App, notice: number): void {
  dismiss(app, notice);
  void switchEngine(app, 'webgpu', false);
}

function NoticeLine({ notice }: { readonly notice: Notice }) {
  const app = useApp();
  return (
    <div className="wrap">
      <div className={`notice ${notice.tone}`}>
        <span className="mark" aria-hidden="true">
          {notice.tone === 'error' ? '!' : 'i'}
        </span>
        <div className="body">
          <bdi>{notice.message}</bdi>
          {notice.details.length > 0 && (
            <ul>
              {notice.details.map((detail) => (
                <li key={detail}>{detail}</li>
              ))}
            </ul>
          )}
        </div>
        <span className="acts">
          {notice.action === 'retry-load' && (
            <button type="button" className="link" onClick={() => void startLoading(app)}>
              {strings.retry}
            </button>
          )}
          {notice.action === 'restart-engine' && (
            <button type="button" className="link" onClick={() => void restartEngine(app)}>
              {strings.notice.restart}
            </button>
          )}
          {notice.action === 'reload' && (
            <button type="button" className="link" onClick={() => void takeNewVersion()}>
              {strings.offline.reload}
            </button>
          )}
          {notice.action === 'use-processor' && (
            <button type="button" className="link" onClick={() => void switchEngine(app, 'onnx', false)}>
              {strings.recovery.useProcessor}
            </button>
          )}
          {notice.action === 'try-gpu' && (
            <button type="button" className="link" onClick={() => tryGpu(app, notice.id)}>
              {strings.recovery.tryGpu}
            </button>
          )}
          <button type="button" className="link" onClick={() => dismiss(app, notice.id)}>
            {strings.dismiss}
          </button>
        </span>
      </div>
    </div>
  );
}

import type { ImportFailure } from '../state/state';
import { strings } from '../state/strings';
import { useApp } from './context';
import { Dialog } from './Dialog';

/** A refused file: every fault at once, and the word that nothing was lost. */
export function ImportFailureDialog({ failure }: { readonly failure: ImportFailure }) {
  const { store } = useApp();
  const close = (): void => store.setState({ importFailure: undefined });
  return (
    <Dialog title={strings.open.failed(failure.name)} onClose={close}>
      <p>{failure.message}</p>
      {failure.errors.length > 0 && (
        <ul className="fault-list" tabIndex={0} aria-label={strings.open.count(failure.errors.length)}>
          {failure.errors.map((error, i) => (
            <li key={i}>
              <bdi>{error}</bdi>
            </li>
          ))}
        </ul>
      )}
      {failure.missing !== undefined && failure.missing.length > 0 && (
        <details className="missing-list">
          <summary>{strings.traces.missing(failure.missing.length)}</summary>
          <dl>
            {failure.missing.map((path) => (
              <div key={path}>
                <dt>{path}</dt>
                <dd>{strings.traces.fields.purposes[path]}</dd>
              </div>
            ))}
          </dl>
        </details>
      )}
      <p className="q2">{strings.open.kept}</p>
      <div className="dlg-line" style={{ marginTop: 12 }}>
        <button type="button" className="btn solid" onClick={close}>
          {strings.close}
        </button>
      </div>
    </Dialog>
  );
}

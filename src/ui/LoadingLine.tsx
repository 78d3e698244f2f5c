import { strings } from '../state/strings';
import { useAppState } from './context';

/** A hair of progress on the lower edge of the bar while weights arrive. */
export function LoadingLine() {
  const session = useAppState((state) => state.session);
  if (session.phase !== 'loading') return null;
  const share = session.total > 0 ? Math.min(1, session.done / session.total) : 0;
  return (
    <div className="loading" role="progressbar" aria-label={strings.model.progress} aria-valuemin={0} aria-valuemax={100} aria-valuenow={Math.round(100 * share)}>
      <i style={{ transform: `scaleX(${share})` }} />
    </div>
  );
}

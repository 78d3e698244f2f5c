import { cancelReading } from '../state/reading';
import { strings } from '../state/strings';
import { formatBytes } from '../viz/format';
import { useAppState } from './context';

/** How far a large file is, and the way to give it up. It lies over the page, so that nothing moves when it comes and goes. */
export function ReadingLine() {
  const reading = useAppState((state) => state.reading);
  if (reading === undefined) return null;
  const { name, done, total } = reading;
  const share = total > 0 ? Math.min(1, done / total) : 0;
  const text = strings.traces.progress;
  return (
    <div className="reading">
      <div className="wrap">
        <span className="name">
          <bdi>{done < total ? text.reading(name) : text.checking(name)}</bdi>
        </span>
        <span className="q2">{done < total ? text.bytes(formatBytes(done), formatBytes(total)) : formatBytes(total)}</span>
        <button type="button" className="link" aria-label={text.cancel(name)} onClick={cancelReading}>
          {strings.cancel}
        </button>
      </div>
      <div className="loading" role="progressbar" aria-label={text.label} aria-valuemin={0} aria-valuemax={100} aria-valuenow={Math.round(100 * share)}>
        <i style={{ transform: `scaleX(${share})` }} />
      </div>
    </div>
  );
}

import { strings } from '../state/strings';
import { useAppState } from './context';

/** Whether the numbers on the page were recorded, computed just now, or opened from a file. */
export function TraceOrigin() {
  const open = useAppState((state) => state.traces.current);
  switch (open?.origin) {
    case 'recorded':
      return strings.sentence.recorded;
    case 'live':
      return strings.sentence.live;
    case 'file':
      return strings.sentence.fromFile(open.name);
    case undefined:
      return null;
  }
}

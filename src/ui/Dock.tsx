import { strings } from '../state/strings';
import { useAppState } from './context';
import { TraceFacts } from './TraceFacts';

/** What is open, and what a model of this size can do. Panels join here as tabs. */
export function Dock() {
  const open = useAppState((state) => state.traces.current);
  return (
    <footer className="dock">
      <div className="wrap">
        <span className="facts">{open !== undefined && <TraceFacts />}</span>
        <span className="grow" />
        <span className="limits">
          {strings.limits} {strings.privacy}
        </span>
      </div>
    </footer>
  );
}

import { useMemo } from 'react';
import { nextPair } from '../state/nextPair';
import { strings } from '../state/strings';
import { formatShare } from '../viz/format';
import { useAppState } from './context';
import { TokenText } from './TokenText';

/** The two likeliest next tokens in one line. */
export function PhoneNext() {
  const trace = useAppState((state) => state.traces.current?.trace);
  const token = useAppState((state) => state.focus.token);
  const before = useAppState((state) => state.traces.baseline?.trace);
  const view = useMemo(() => (trace === undefined ? undefined : nextPair(trace, before, token, 2)), [trace, before, token]);
  if (view === undefined) return null;
  return (
    <div className="ph-next">
      <span className="q">{strings.panel.next}</span>
      {view.rows.map((candidate) => (
        <span key={candidate.id} className={candidate.chosen ? 'cand win' : 'cand'}>
          <TokenText text={candidate.text} />
          <i style={{ width: Math.max(2, 60 * candidate.prob) }} />
          {formatShare(candidate.prob)}
          {Number.isFinite(candidate.before) && <em className="q">{strings.edits.next.was(formatShare(candidate.before))}</em>}
        </span>
      ))}
    </div>
  );
}

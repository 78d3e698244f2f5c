import { useMemo } from 'react';
import { nextTokenView } from '../state/nextToken';
import { strings } from '../state/strings';
import { formatShare } from '../viz/format';
import { useAppState } from './context';
import { TokenText } from './TokenText';

/** The two likeliest next tokens in one line. */
export function PhoneNext() {
  const trace = useAppState((state) => state.traces.current?.trace);
  const token = useAppState((state) => state.focus.token);
  const view = useMemo(() => (trace === undefined ? undefined : nextTokenView(trace, token, 2)), [trace, token]);
  if (view === undefined) return null;
  return (
    <div className="ph-next">
      <span className="q">{strings.panel.next}</span>
      {view.candidates.map((candidate) => (
        <span key={candidate.id} className={candidate.chosen ? 'cand win' : 'cand'}>
          <TokenText text={candidate.text} />
          <i style={{ width: Math.max(2, 60 * candidate.prob) }} />
          {formatShare(candidate.prob)}
        </span>
      ))}
    </div>
  );
}

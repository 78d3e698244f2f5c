import { useMemo } from 'react';
import { nextTable } from '../state/panelTables';
import { nextTokenView } from '../state/nextToken';
import { strings } from '../state/strings';
import { formatCount, formatShare, inUnit } from '../viz/format';
import { spokenToken, tokenLabel } from '../viz/tokenMarks';
import { useAppState } from './context';
import { Panel } from './Panel';
import { TokenText } from './TokenText';
import { useMedia } from './useMedia';
import { useFocusedText } from './useFocusedLayer';

/** Rows that fit beside the router's numbers on a screen of 900 px, and on a taller one. */
const ROWS = { short: 6, tall: 10 };
const TALL = '(min-height: 1000px)';

/** What could follow the token in focus, and what did. */
export function NextPanel() {
  const trace = useAppState((state) => state.traces.current?.trace);
  const token = useAppState((state) => state.focus.token);
  const unit = useAppState((state) => state.view.unit);
  const text = useFocusedText();
  const rows = useMedia(TALL) ? ROWS.tall : ROWS.short;
  const view = useMemo(() => (trace === undefined ? undefined : nextTokenView(trace, token, rows)), [trace, token, rows]);
  const anyChosen = view?.candidates.some((candidate) => candidate.chosen) === true;
  return (
    <Panel
      id="next-token"
      className="p-next"
      title={strings.next.title}
      formula={strings.dock.formula.next}
      n={strings.dock.n.token}
      table={trace === undefined || view === undefined ? undefined : () => nextTable(trace, token)}
      head={
        <span className="ax">
          <bdi>{trace === undefined ? '' : strings.next.after(tokenLabel(text))}</bdi>
        </span>
      }
      tools={
        anyChosen && (
          <span className="ax">
            <i className="key-now" />
            {view?.written === true ? strings.next.chosenKey : strings.next.drawnKey}
          </span>
        )
      }
    >
      {view === undefined ? (
        <p className="nothing">{strings.next.empty}</p>
      ) : (
        <>
          <table className="nt">
            <thead className="vh">
              <tr>
                <th>{strings.next.columns.token}</th>
                <td />
                <th>{strings.next.columns.probability}</th>
              </tr>
            </thead>
            <tbody>
              {view.candidates.map((candidate) => (
                <tr key={candidate.id} className={candidate.chosen ? (candidate.afterGap ? 'win gap' : 'win') : undefined} data-token-id={candidate.id}>
                  <td className="tk" aria-label={`${spokenToken(candidate.text)}${candidate.chosen ? `, ${strings.next.chosen}` : ''}`}>
                    <TokenText text={candidate.text} />
                  </td>
                  <td>
                    <div className="lane2">
                      <i className="now" style={{ width: `${100 * candidate.prob}%` }} />
                    </div>
                  </td>
                  <td className="num pr">{formatShare(candidate.prob, 3)}</td>
                </tr>
              ))}
              <tr className="below">
                <td className="tk">
                  <span className="word">{strings.next.other}</span>
                </td>
                <td>
                  <div className="lane2">
                    <i className="now" style={{ width: `${100 * view.other}%` }} />
                  </div>
                </td>
                <td className="num pr">{formatShare(view.other, 3)}</td>
              </tr>
            </tbody>
          </table>
          <div className="foot">
            <span>{view.entropy !== undefined && <b className="b">{strings.next.entropy(inUnit(view.entropy, unit).toFixed(2), unit)}</b>}</span>
            {view.others !== undefined && <span className="q">{strings.next.otherLong(formatCount(view.others))}</span>}
          </div>
        </>
      )}
    </Panel>
  );
}

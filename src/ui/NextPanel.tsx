import { useMemo } from 'react';
import { nextPair } from '../state/nextPair';
import { nextTable } from '../state/panelTables';
import { sampledView } from '../state/sampled';
import { strings } from '../state/strings';
import { tokenLabel } from '../viz/tokenMarks';
import { useAppState } from './context';
import { NextFoot } from './edits/NextFoot';
import { NextRows } from './edits/NextRows';
import { usePageRoom } from './pageRoom';
import { Panel } from './Panel';
import { TALL, useMedia } from './useMedia';
import { useFocusedText } from './useFocusedLayer';

/** Rows that fit under the router's numbers on a low screen, on one of 900 px, and on a taller one. */
const ROWS = { low: 4, normal: 5, tall: 10 };

/** What could follow the token in focus before and with edits, what did, and what the sampling settings make of it. */
export function NextPanel() {
  const trace = useAppState((state) => state.traces.current?.trace);
  const before = useAppState((state) => state.traces.baseline?.trace);
  const token = useAppState((state) => state.focus.token);
  const edits = useAppState((state) => state.edits.list.length);
  const { temperature, topK, topP } = useAppState((state) => state.run);
  const text = useFocusedText();
  const tall = useMedia(TALL);
  const full = usePageRoom() === 'full';
  const sampled = useMemo(() => (trace === undefined ? undefined : sampledView(trace, token, { temperature, topK, topP })), [trace, token, temperature, topK, topP]);
  const room = full ? (tall ? ROWS.tall : ROWS.normal) : ROWS.low;
  // The line of a cut among them takes the place of a row.
  const cut = sampled?.exact === true && sampled.cut !== undefined && sampled.drawn.size < room;
  const rows = room - (cut ? 1 : 0);
  const pair = useMemo(() => (trace === undefined ? undefined : nextPair(trace, before, token, rows)), [trace, before, token, rows]);
  return (
    <Panel
      id="next-token"
      className="p-next"
      title={strings.next.title}
      formula={strings.dock.formula.next}
      n={strings.dock.n.token}
      table={trace === undefined || pair === undefined ? undefined : () => nextTable(trace, token, before)}
      head={
        <span className="ax">
          <bdi>{trace === undefined ? '' : strings.next.after(tokenLabel(text))}</bdi>
        </span>
      }
      tools={
        pair?.compared !== undefined && (
          <span className="ax keys-pair">
            <i className="key-was" />
            {strings.edits.next.before}
            <i className="key-now" />
            {edits > 1 ? strings.edits.next.nowMany : strings.edits.next.now}
          </span>
        )
      }
    >
      {pair === undefined || sampled === undefined || trace === undefined ? (
        <p className="nothing">{strings.next.empty}</p>
      ) : (
        <>
          <NextRows pair={pair} sampled={sampled} topK={topK} topP={topP} token={token} />
          <NextFoot pair={pair} sampled={sampled} now={trace} before={before} token={token} />
        </>
      )}
    </Panel>
  );
}

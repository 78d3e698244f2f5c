import { routerTable } from '../state/panelTables';
import { strings } from '../state/strings';
import { tokenLabel } from '../viz/tokenMarks';
import { useAppState } from './context';
import { usePageRoom } from './pageRoom';
import { Panel } from './Panel';
import { RouterTable } from './RouterTable';
import { TALL, useMedia } from './useMedia';
import { useFocusedLayer, useFocusedText } from './useFocusedLayer';

/** Runners-up that fit on a low screen, on one of 900 px, and on a taller one. */
const BELOW = { low: 1, normal: 2, tall: 4 };

/** The numbers of one router: logit, softmax, the cut, the mix. */
export function RouterPanel() {
  const view = useFocusedLayer();
  const tall = useMedia(TALL);
  const full = usePageRoom() === 'full';
  const text = useFocusedText();
  const token = useAppState((state) => state.focus.token);
  return (
    <Panel
      id="router"
      className="p-router"
      title={strings.router.title}
      formula={strings.dock.formula.router}
      n={strings.dock.n.one}
      table={view === undefined ? undefined : () => routerTable(view)}
      head={
        <span className="ax">
          <bdi>{view === undefined ? '' : strings.router.where(view.layer, token + 1, tokenLabel(text))}</bdi>
        </span>
      }
    >
      {view === undefined ? <p className="nothing">{strings.heat.empty}</p> : <RouterTable view={view} below={full ? (tall ? BELOW.tall : BELOW.normal) : BELOW.low} />}
    </Panel>
  );
}

import { strings } from '../state/strings';
import { tokenLabel } from '../viz/tokenMarks';
import { useAppState } from './context';
import { RouterTable } from './RouterTable';
import { useFocusedLayer, useFocusedText } from './useFocusedLayer';

/** The numbers of one router: logit, softmax, the cut, the mix. */
export function RouterPanel() {
  const view = useFocusedLayer();
  const text = useFocusedText();
  const token = useAppState((state) => state.focus.token);
  return (
    <section className="panel p-router" aria-label={strings.router.title}>
      <div className="ph">
        <h2>{strings.router.title}</h2>
        {view !== undefined && (
          <span className="ax">
            <bdi>{strings.router.where(view.layer, token + 1, tokenLabel(text))}</bdi>
          </span>
        )}
      </div>
      {view === undefined ? <p className="nothing">{strings.heat.empty}</p> : <RouterTable view={view} below={3} />}
    </section>
  );
}

import { patch } from '../state/app';
import { stepLayer } from '../state/focus';
import { exportFile } from '../state/share';
import { strings } from '../state/strings';
import { tokenLabel } from '../viz/tokenMarks';
import { useApp, useAppState } from './context';
import { FlowBody } from './FlowPanel';
import { LayerStepper } from './LayerStepper';
import { NextPanel } from './NextPanel';
import { OpenButton } from './OpenButton';
import { PhoneNext } from './PhoneNext';
import { RouterTable } from './RouterTable';
import { TraceFacts } from './TraceFacts';
import { useFocusedLayer, useFocusedText } from './useFocusedLayer';

const STOPS = ['low', 'half', 'full'] as const;

/** The inspector of the phone: three stops, the middle one holds the chosen experts, the cut and the next token. */
export function PhoneSheet() {
  const app = useApp();
  const tab = useAppState((state) => state.view.tab);
  const stop = useAppState((state) => state.view.sheet);
  const view = useFocusedLayer();
  const text = useFocusedText();
  const next = STOPS[(STOPS.indexOf(stop) + 1) % STOPS.length] ?? 'half';
  return (
    <section className={`sheet ${stop}`} aria-label={strings.panel.sheet} id="sheet" tabIndex={-1}>
      <button type="button" className="grip" aria-label={stop === 'full' ? strings.panel.shrink : strings.panel.grow} onClick={() => patch(app, 'view', { sheet: next })} />
      {tab === 'trace' ? (
        <TraceTab full={stop !== 'low'} />
      ) : view === undefined ? (
        <p className="nothing">{strings.heat.empty}</p>
      ) : (
        <>
          <div className="ph">
            <h2>{strings.panel.layerTitle(view.layer)}</h2>
            <span className="q">
              <bdi>{strings.next.after(tokenLabel(text))}</bdi>
            </span>
            <span className="grow" />
            <LayerStepper onStep={(by) => stepLayer(app, by)} />
          </div>
          {stop !== 'low' && (tab === 'layer' ? <FlowBody view={view} /> : <RouterTable view={view} below={stop === 'full' ? 3 : 0} tools={stop === 'full'} />)}
          {tab === 'inspect' && stop === 'full' && <NextPanel />}
          {tab === 'inspect' && stop === 'half' && <PhoneNext />}
        </>
      )}
    </section>
  );
}

function TraceTab({ full }: { readonly full: boolean }) {
  const app = useApp();
  return (
    <>
      <div className="ph">
        <h2>{strings.panel.trace}</h2>
      </div>
      {full && (
        <>
          <div className="trace-facts">
            <TraceFacts />
          </div>
          <div className="dlg-line" style={{ paddingBottom: 12 }}>
            <button type="button" className="btn solid" onClick={() => exportFile(app)}>
              {strings.share.exportTrace}
            </button>
            <OpenButton className="btn" />
          </div>
        </>
      )}
    </>
  );
}

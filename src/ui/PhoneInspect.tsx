import { useRef, useState } from 'react';
import { hiddenParts, hides } from '../state/controls';
import { focusLayer, stepLayer } from '../state/focus';
import type { LayerView } from '../state/layerView';
import type { ViewState } from '../state/state';
import { strings } from '../state/strings';
import { formatShare } from '../viz/format';
import { figureTurns, magnitudeColour } from '../viz/scale';
import { tokenLabel } from '../viz/tokenMarks';
import { cellSentence } from './cellSentence';
import { useApp, useAppState } from './context';
import { FlowBody } from './FlowPanel';
import { LayerStepper } from './LayerStepper';
import { NextPanel } from './NextPanel';
import { Part } from './Part';
import { PhoneNext } from './PhoneNext';
import { RouterTable } from './RouterTable';
import { useFocusedLayer, useFocusedText } from './useFocusedLayer';

const PARTS = ['router', 'flow'] as const;
/** Horizontal travel that goes to the next layer, px. */
const SWIPE = 48;

/** One layer of the token in focus. Half: the chosen experts, the cut, the next token. Full: every expert in large, runners-up, flow. */
export function PhoneInspect({ stop }: { readonly stop: ViewState['sheet'] }) {
  const app = useApp();
  const view = useFocusedLayer();
  const text = useFocusedText();
  const [chosen, setChosen] = useState<(typeof PARTS)[number]>('router');
  const hidden = useAppState((state) => hiddenParts(state.view));
  const parts = PARTS.filter((name) => !hides(hidden, name));
  const part = parts.includes(chosen) ? chosen : parts[0];
  if (view === undefined) return <p className="nothing">{strings.heat.empty}</p>;
  return (
    <>
      <div className="ph">
        <h2>{strings.panel.layerTitle(view.layer)}</h2>
        <span className="q ph-after">
          <bdi>{strings.next.after(tokenLabel(text))}</bdi>
        </span>
        <span className="grow" />
        <LayerStepper onStep={(by) => stepLayer(app, by)} />
      </div>
      {stop === 'full' && (
        <>
          <LargeCells view={view} />
          {parts.length > 1 && (
            <div className="seg" role="group" aria-label={strings.panel.part}>
              {parts.map((name) => (
                <button key={name} type="button" aria-pressed={name === part} onClick={() => setChosen(name)}>
                  {strings.panel.parts[name]}
                </button>
              ))}
            </div>
          )}
        </>
      )}
      {stop === 'full' && part === 'flow' && <FlowBody view={view} />}
      {stop === 'full' && part === 'router' && <RouterTable view={view} below={3} tools />}
      {stop === 'full' && part !== 'flow' && (
        <Part id="next">
          <NextPanel />
        </Part>
      )}
      {stop === 'half' && (
        <>
          <Part id="router">
            <RouterTable view={view} below={0} tools={false} />
          </Part>
          <Part id="next">
            <PhoneNext />
          </Part>
        </>
      )}
    </>
  );
}

/** The experts of one layer as targets of 44 px: a tap puts one in focus, a swipe goes to the next layer. */
function LargeCells({ view }: { readonly view: LayerView }) {
  const app = useApp();
  const expert = useAppState((state) => state.focus.expert) ?? view.chosen[0];
  const start = useRef<number>(undefined);
  return (
    <div
      className="large-cells"
      role="group"
      aria-label={strings.panel.largeCells(view.layer)}
      onTouchStart={(event) => (start.current = event.touches[0]?.clientX)}
      onTouchEnd={(event) => {
        const travel = (event.changedTouches[0]?.clientX ?? 0) - (start.current ?? 0);
        if (Math.abs(travel) > SWIPE) stepLayer(app, travel < 0 ? 1 : -1);
      }}
    >
      {Array.from({ length: view.experts }, (_, e) => (
        <LargeCell key={e} view={view} expert={e} pressed={e === expert} onPress={() => focusLayer(app, view.row, e)} />
      ))}
    </div>
  );
}

function LargeCell({ view, expert, pressed, onPress }: { readonly view: LayerView; readonly expert: number; readonly pressed: boolean; readonly onPress: () => void }) {
  const p = view.gate[expert] ?? Number.NaN;
  const off = view.masked[expert] === true;
  const rank = view.chosen.indexOf(expert);
  const known = Number.isFinite(p) && !off;
  const turns = known ? figureTurns(p) : { light: false, dark: false };
  const classes = ['large-cell', off ? 'off' : '', known ? '' : 'unknown', turns.light ? 'turn-l' : '', turns.dark ? 'turn-d' : '', rank === 0 ? 'k1' : rank > 0 ? 'k2' : ''];
  return (
    <button type="button" className={classes.filter((name) => name !== '').join(' ')} aria-pressed={pressed} aria-label={cellSentence(view, expert)} data-large={expert} style={known ? { backgroundColor: magnitudeColour(p) } : undefined} onClick={onPress}>
      <span>{strings.sentence.expert(expert)}</span>
      <b>{off ? strings.router.off : known ? formatShare(p) : '\u2013'}</b>
    </button>
  );
}

import { Suspense, useEffect, useLayoutEffect, useRef, type PointerEvent } from 'react';
import { patch } from '../state/app';
import { hiddenParts } from '../state/controls';
import { strings } from '../state/strings';
import { useApp, useAppState } from './context';
import { DOCK_PANELS } from './dock/panels';
import { PhoneInspect } from './PhoneInspect';
import { phoneTab, statsPanels } from './phoneTabs';

const STOPS = ['low', 'half', 'full'] as const;
/** Travel of a drag on the grip that moves the sheet by one stop, px. */
const DRAG = 36;

/** The sheet of the phone: three stops, and in it the section that the tabs choose. */
export function PhoneSheet() {
  const app = useApp();
  const panel = useAppState((state) => state.view.panel);
  const stop = useAppState((state) => state.view.sheet);
  const drag = useRef<number>(undefined);
  const sheet = useRef<HTMLElement>(null);
  const open = DOCK_PANELS.find(({ id }) => id === panel);
  // In full the sheet ends where the strip of tokens stands when it sticks to the top, so it is brought there.
  useEffect(() => {
    if (stop === 'full') document.querySelector('.sentence')?.scrollIntoView({ block: 'start' });
  }, [stop]);
  // Another section begins at its top, wherever the one before was scrolled to.
  useLayoutEffect(() => {
    sheet.current?.scrollTo(0, 0);
  }, [panel]);
  const at = STOPS.indexOf(stop);
  const move = (by: number): void => patch(app, 'view', { sheet: STOPS[Math.min(STOPS.length - 1, Math.max(0, at + by))] ?? 'half' });
  const release = (event: PointerEvent): void => {
    const travel = event.clientY - (drag.current ?? event.clientY);
    drag.current = undefined;
    if (Math.abs(travel) < DRAG) return;
    // The click that follows belongs to the drag.
    event.currentTarget.addEventListener('click', (click) => click.stopPropagation(), { capture: true, once: true });
    move(travel > 0 ? -1 : 1);
  };
  return (
    <section ref={sheet} className={`sheet ${stop}`} aria-label={strings.panel.sheet} id="sheet" tabIndex={-1}>
      <button
        type="button"
        className="grip"
        aria-label={stop === 'full' ? strings.panel.shrink : strings.panel.grow}
        onClick={() => patch(app, 'view', { sheet: STOPS[(at + 1) % STOPS.length] ?? 'half' })}
        onPointerDown={(event) => {
          drag.current = event.clientY;
          event.currentTarget.setPointerCapture(event.pointerId);
        }}
        onPointerUp={release}
      />
      {open === undefined ? (
        <PhoneInspect stop={stop} />
      ) : (
        <>
          {phoneTab(panel) === 'stats' && <StatsChooser />}
          {stop === 'low' ? (
            <h2 className="sheet-title">{open.title}</h2>
          ) : (
            <Suspense fallback={<p className="vh">{strings.dock.busy}</p>}>
              <open.Body />
            </Suspense>
          )}
        </>
      )}
    </section>
  );
}

/** Which of the statistics the sheet shows. */
function StatsChooser() {
  const app = useApp();
  const hidden = useAppState((state) => hiddenParts(state.view));
  const panel = useAppState((state) => state.view.panel);
  return (
    <div className="seg stats-seg" role="group" aria-label={strings.panel.which}>
      {statsPanels(hidden).map(({ id, title }) => (
        <button key={id} type="button" aria-pressed={id === panel} onClick={() => patch(app, 'view', { panel: id })}>
          {title}
        </button>
      ))}
    </div>
  );
}

import { Suspense, useEffect, useMemo, useRef, useState, type KeyboardEvent } from 'react';
import { patch } from '../state/app';
import { hiddenParts, hides } from '../state/controls';
import { drawn } from '../state/frame';
import { strings } from '../state/strings';
import { useApp, useAppState } from './context';
import { useMeasured } from './pageRoom';
import { useFittingHeadlines } from './dock/fitting';
import { DOCK_PANELS, type DockPanel } from './dock/panels';
import { readingArrow } from './readingArrow';

/** Panels as tabs along the lower edge; an open one stands below them and the columns above make room. */
export function Dock() {
  const app = useApp();
  const hidden = useAppState((state) => hiddenParts(state.view));
  const panels = useMemo(() => DOCK_PANELS.filter(({ id }) => !hides(hidden, id)), [hidden]);
  const name = useAppState((state) => state.view.panel);
  const hasTrace = useAppState((state) => state.traces.current !== undefined);
  const wide = useAppState((state) => state.remix.wide);
  const [drawnOnce, setDrawnOnce] = useState(false);
  const [cursor, setCursor] = useState(0);
  const list = useRef<HTMLDivElement>(null);
  const body = useMeasured<HTMLDivElement>('dock', name);
  const open = panels.find(({ id }) => id === name);

  // Numbers of closed tabs can wait until the run itself is on the screen.
  useEffect(() => {
    if (!hasTrace) return;
    let gone = false;
    void drawn().then(() => {
      if (!gone) setDrawnOnce(true);
    });
    return () => {
      gone = true;
    };
  }, [hasTrace]);

  useFittingHeadlines(list);

  const focus = (at: number): void => {
    const next = (at + panels.length) % panels.length;
    setCursor(next);
    list.current?.querySelectorAll<HTMLElement>('[role=tab]')[next]?.focus();
  };
  const toggle = (panel: DockPanel): void => patch(app, 'view', { panel: panel.id === name ? 'main' : panel.id });
  const close = (): void => {
    if (open === undefined) return;
    patch(app, 'view', { panel: 'main' });
    focus(panels.indexOf(open));
  };
  const onTabKey = (event: KeyboardEvent): void => {
    const to = { ArrowRight: cursor + 1, ArrowLeft: cursor - 1, Home: 0, End: panels.length - 1 }[readingArrow(event)];
    if (to === undefined) return;
    event.preventDefault();
    focus(to);
  };

  // In another page the panel stands alone: what it is was chosen by that page.
  const embed = useAppState((state) => state.view.embed);
  if (panels.length === 0 || (embed && open === undefined)) return null;
  return (
    <footer
      className={`dock${open === undefined ? '' : ' open'}`}
      onKeyDown={(event) => {
        if (event.key !== 'Escape' || open === undefined || event.defaultPrevented || app.store.getState().view.maximised !== undefined) return;
        event.preventDefault();
        close();
      }}
    >
      {!embed && <div className="wrap dock-bar">
        <div ref={list} className="tabs" role="tablist" aria-label={strings.dock.tabs} onKeyDown={onTabKey}>
          {panels.map((panel, i) => (
            <button
              key={panel.id}
              type="button"
              role="tab"
              id={`tab-${panel.id}`}
              className="tab"
              aria-selected={panel === open}
              aria-controls={panel === open ? 'dock-body' : undefined}
              tabIndex={i === cursor ? 0 : -1}
              onFocus={() => setCursor(i)}
              onClick={() => toggle(panel)}
            >
              {panel.title}
              {drawnOnce && panel.Headline !== undefined && (
                <em>
                  <panel.Headline />
                </em>
              )}
            </button>
          ))}
        </div>
        <span className="grow" />
        <span className="limits" title={strings.limits}>
          {strings.privacy}
        </span>
      </div>}
      {open !== undefined && (
        <div ref={body} className={`wrap dock-body${open.fills === true || (open.widens === true && wide) ? ' fills' : ''}`} id="dock-body" {...(embed ? { role: 'region', 'aria-label': open.title } : { role: 'tabpanel', 'aria-labelledby': `tab-${open.id}` })}>
          <Suspense fallback={<p className="vh">{strings.dock.busy}</p>}>
            <open.Body />
          </Suspense>
        </div>
      )}
    </footer>
  );
}

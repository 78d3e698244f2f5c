import { Suspense, useRef, type KeyboardEvent } from 'react';
import { patch } from '../../state/app';
import { strings } from '../../state/strings';
import '../../state/strings/late';
import { useApp, useAppState } from '../context';
import { REMIX_BODIES } from './sections';
import { readingArrow } from '../readingArrow';

/** Methods that change the routing of a trained model while it runs, one tab each. */
export default function RemixDock() {
  const app = useApp();
  const wanted = useAppState((state) => state.view.remixSection);
  const tabs = useRef<HTMLDivElement>(null);
  const open = REMIX_BODIES.find(({ id }) => id === wanted) ?? REMIX_BODIES[0];
  if (open === undefined) return null;
  const text = strings.remix;
  const onKey = (event: KeyboardEvent): void => {
    const at = REMIX_BODIES.indexOf(open);
    const to = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: REMIX_BODIES.length - 1 }[readingArrow(event)];
    if (to === undefined) return;
    event.preventDefault();
    const next = (to + REMIX_BODIES.length) % REMIX_BODIES.length;
    patch(app, 'view', { remixSection: REMIX_BODIES[next]?.id ?? open.id });
    tabs.current?.querySelectorAll<HTMLElement>('[role=tab]')[next]?.focus();
  };
  return (
    <div className="p-remix">
      {REMIX_BODIES.length > 1 && (
        <div className="rtabs-line">
          <div ref={tabs} className="rtabs" role="tablist" aria-label={text.sections} onKeyDown={onKey}>
            {REMIX_BODIES.map(({ id }) => (
              <button
                key={id}
                type="button"
                role="tab"
                id={`remix-tab-${id}`}
                aria-selected={id === open.id}
                aria-controls="remix-body"
                tabIndex={id === open.id ? 0 : -1}
                onClick={() => patch(app, 'view', { remixSection: id })}
              >
                {text.section[id]}
              </button>
            ))}
          </div>
          {open.Head === undefined ? (
            <span className="ax">{text.about[open.id]}</span>
          ) : (
            <Suspense>
              <open.Head />
            </Suspense>
          )}
        </div>
      )}
      <div id="remix-body" {...(REMIX_BODIES.length > 1 ? { role: 'tabpanel', 'aria-labelledby': `remix-tab-${open.id}` } : {})}>
        <Suspense fallback={<p className="vh">{strings.dock.busy}</p>}>
          <open.Body />
        </Suspense>
      </div>
    </div>
  );
}

import { lazy, Suspense } from 'react';
import { strings } from '../state/strings';
import { useAppState } from './context';
import { Dock } from './Dock';
import { DropTarget } from './DropTarget';
import { EditNote } from './edits/EditLine';
import { EmbedAttribute } from './EmbedAttribute';
import { FlowPanel } from './FlowPanel';
import { HeatmapPanel } from './HeatmapPanel';
import { LessonRegion } from './lesson/LessonRegion';
import { Keyboard } from './Keyboard';
import { LiveRegion } from './LiveRegion';
import { NextPanel } from './NextPanel';
import { Part } from './Part';
import { Notices } from './Notices';
import { useMeasured, useRoomAttribute } from './pageRoom';
import { PhoneSheet } from './PhoneSheet';
import { ReadingLine } from './ReadingLine';
import { RouterPanel } from './RouterPanel';
import { Sentence } from './Sentence';
import { TabBar } from './TabBar';
import { TopBar } from './TopBar';
import { useHidden } from './useHidden';
import { PHONE, useMedia } from './useMedia';
import { useStarting } from './useStarting';

const Dialogs = lazy(() => import('./Dialogs'));
const EmbedChrome = lazy(() => import('./EmbedChrome'));

/** Sentence, machine, number: from top to bottom and from left to right. */
export function App() {
  const embed = useAppState((state) => state.view.embed);
  // In another page there is no sheet over the content: everything stands in one flow, which has a height.
  const phone = useMedia(PHONE) && !embed;
  const columns = useColumns();
  const dialog = useAppState((state) => state.view.dialog !== undefined || state.importFailure !== undefined);
  // There a panel stands alone under the sentence.
  const alone = useAppState((state) => state.view.embed && state.view.panel !== 'main');
  const head = useMeasured<HTMLDivElement>('head');
  useRoomAttribute();
  useStarting();
  return (
    <>
      <Part id="routing">
        <a className="skip" href="#routing-table">
          {strings.skip}
        </a>
      </Part>
      <div id="app">
        <div ref={head}>
          {embed ? (
            <Suspense>
              <EmbedChrome part="bar" />
            </Suspense>
          ) : (
            <TopBar />
          )}
          <Notices />
          <EditNote />
          {!embed && <LessonRegion />}
        </div>
        <Part id="sentence">
          <Sentence />
        </Part>
        <main className="main wrap">
          <h1 className="vh">{strings.brand}</h1>
          {!alone && <div className={columns.name}>
            {columns.routing && <HeatmapPanel />}
            {!phone && columns.flow && <FlowPanel />}
            {!phone && columns.stack && (
              <div className="stack">
                <Part id="router">
                  <RouterPanel />
                </Part>
                <Part id="next">
                  <NextPanel />
                </Part>
              </div>
            )}
          </div>}
        </main>
        {!phone && <Dock />}
        {embed && (
          <Suspense>
            <EmbedChrome part="foot" />
          </Suspense>
        )}
      </div>
      {phone && (
        <>
          <PhoneSheet />
          <TabBar />
        </>
      )}
      {dialog && (
        <Suspense>
          <Dialogs />
        </Suspense>
      )}
      <EmbedAttribute on={embed} />
      <Part id="open">
        <DropTarget />
      </Part>
      <ReadingLine />
      <LiveRegion />
      <Keyboard />
    </>
  );
}

/** Which of the three columns there are; the style sheets give their room to the others. */
function useColumns(): { readonly name: string; readonly routing: boolean; readonly flow: boolean; readonly stack: boolean } {
  const routing = !useHidden('routing');
  const flow = !useHidden('flow');
  const router = useHidden('router');
  const stack = !useHidden('next') || !router;
  const name = ['cols', routing ? '' : 'no-routing', flow ? '' : 'no-flow', stack ? '' : 'no-stack'].filter((part) => part !== '').join(' ');
  return { name, routing, flow, stack };
}

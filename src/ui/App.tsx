import { strings } from '../state/strings';
import { Dialogs } from './Dialogs';
import { Dock } from './Dock';
import { DropTarget } from './DropTarget';
import { EditNote } from './edits/EditLine';
import { FlowPanel } from './FlowPanel';
import { HeatmapPanel } from './HeatmapPanel';
import { LessonRegion } from './lesson/LessonRegion';
import { Keyboard } from './Keyboard';
import { LiveRegion } from './LiveRegion';
import { NextPanel } from './NextPanel';
import { Notices } from './Notices';
import { useMeasured, useRoomAttribute } from './pageRoom';
import { PhoneSheet } from './PhoneSheet';
import { ReadingLine } from './ReadingLine';
import { RouterPanel } from './RouterPanel';
import { Sentence } from './Sentence';
import { TabBar } from './TabBar';
import { TopBar } from './TopBar';
import { PHONE, useMedia } from './useMedia';

/** Sentence, machine, number: from top to bottom and from left to right. */
export function App() {
  const phone = useMedia(PHONE);
  const head = useMeasured<HTMLDivElement>('head');
  useRoomAttribute();
  return (
    <>
      <a className="skip" href="#routing-table">
        {strings.skip}
      </a>
      <div id="app">
        <div ref={head}>
          <TopBar />
          <Notices />
          <EditNote />
          <LessonRegion />
        </div>
        <Sentence />
        <main className="main wrap">
          <h1 className="vh">{strings.brand}</h1>
          <div className="cols">
            <HeatmapPanel />
            {!phone && (
              <>
                <FlowPanel />
                <div className="stack">
                  <RouterPanel />
                  <NextPanel />
                </div>
              </>
            )}
          </div>
        </main>
        {!phone && <Dock />}
      </div>
      {phone && (
        <>
          <PhoneSheet />
          <TabBar />
        </>
      )}
      <Dialogs />
      <DropTarget />
      <ReadingLine />
      <LiveRegion />
      <Keyboard />
    </>
  );
}

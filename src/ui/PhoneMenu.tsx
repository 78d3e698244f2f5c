import { useState } from 'react';
import { patch } from '../state/app';
import { strings } from '../state/strings';
import { nextTheme, setTheme } from '../state/theme';
import { useApp, useAppState } from './context';
import { Dialog } from './Dialog';
import { ExampleList } from './ExampleList';
import { LanguageButton } from './LanguageButton';
import { OpenButton } from './OpenButton';
import { Part } from './Part';
import { UnitSwitch } from './UnitSwitch';

/** On a phone the tools of the bar are one list. */
export function PhoneMenu({ onClose }: { readonly onClose: () => void }) {
  const app = useApp();
  const theme = useAppState((state) => state.view.theme);
  const [examples, setExamples] = useState(false);
  if (examples) {
    return (
      <Dialog title={strings.examples.title} onClose={onClose}>
        <div className="examples" style={{ width: 'auto', position: 'static', margin: '0 -16px' }}>
          <ExampleList onChoose={onClose} />
        </div>
      </Dialog>
    );
  }
  return (
    <Dialog title={strings.menu} onClose={onClose}>
      <div className="menu-list">
        <Part id="examples">
          <button type="button" onClick={() => setExamples(true)}>
            {strings.tool.examples}
          </button>
        </Part>
        <Part id="lesson">
          <button type="button" onClick={() => patch(app, 'view', { dialog: 'lessons' })}>
            {strings.lessons.tool}
          </button>
        </Part>
        <Part id="open">
          <OpenButton className="" />
        </Part>
        <Part id="share">
          <button type="button" onClick={() => patch(app, 'view', { dialog: 'share' })}>
            {strings.tool.share}
          </button>
        </Part>
        <Part id="model">
          <button type="button" onClick={() => patch(app, 'view', { dialog: undefined, panel: 'model', sheet: 'full' })}>
            {strings.about.title}
          </button>
        </Part>
        <Part id="lang">
          <LanguageButton />
        </Part>
        <Part id="theme">
          <button type="button" onClick={() => setTheme(app, nextTheme(theme))}>
            {strings.tool.theme(theme)}
          </button>
        </Part>
        <Part id="unit">
          <div className="row">
            <span>{strings.sentence.unit}</span>
            <UnitSwitch />
          </div>
        </Part>
        <Part id="keys">
          <button type="button" onClick={() => patch(app, 'view', { dialog: 'keys' })}>
            {strings.tool.keys}
          </button>
        </Part>
      </div>
      <p className="ax" style={{ marginTop: 16 }}>
        {strings.limits} {strings.privacy}
      </p>
    </Dialog>
  );
}

import { strings } from '../state/strings';
import { nextTheme, setTheme } from '../state/theme';
import { patch } from '../state/app';
import { BrandMark } from './BrandMark';
import { useApp, useAppState } from './context';
import { ExamplesMenu } from './ExamplesMenu';
import { Icon } from './Icon';
import { LanguageButton } from './LanguageButton';
import { LessonTool } from './lesson/LessonTool';
import { OpenButton } from './OpenButton';
import { Part } from './Part';
import { Prompt } from './Prompt';
import { SettingsLine } from './SettingsLine';
import { LoadingLine } from './LoadingLine';
import { useHidden } from './useHidden';

const THEME_ICON = { system: 'theme', light: 'sun', dark: 'moon' } as const;

/** The page's acts: what you type, what you open, what you share, and one line of settings. */
export function TopBar() {
  const app = useApp();
  const theme = useAppState((state) => state.view.theme);
  const tools = !useHidden('tools');
  return (
    <header className="top">
      <div className="wrap">
        <div className="top-main">
          <a className="brand" href="./" aria-label={strings.startPage}>
            <BrandMark />
            {strings.brand}
          </a>
          <Prompt />
          {tools && (
            <>
              <nav className="tools" aria-label={strings.tools}>
                <Part id="lesson">
                  <LessonTool />
                </Part>
                <Part id="examples">
                  <ExamplesMenu />
                </Part>
                <Part id="open">
                  <OpenButton className="tool" />
                </Part>
                <Part id="share">
                  <button type="button" className="tool" aria-haspopup="dialog" onClick={() => patch(app, 'view', { dialog: 'share' })}>
                    {strings.tool.share}
                  </button>
                </Part>
                <Part id="keys">
                  <button type="button" className="tool" aria-label={strings.tool.keys} aria-haspopup="dialog" onClick={() => patch(app, 'view', { dialog: 'keys' })}>
                    ?
                  </button>
                </Part>
                <Part id="lang">
                  <LanguageButton short />
                </Part>
                <Part id="theme">
                  <button type="button" className="tool" aria-label={strings.tool.theme(theme)} title={strings.tool.theme(theme)} onClick={() => setTheme(app, nextTheme(theme))}>
                    <Icon name={THEME_ICON[theme]} />
                  </button>
                </Part>
              </nav>
              <button type="button" className="tool more" aria-label={strings.menu} aria-haspopup="dialog" onClick={() => patch(app, 'view', { dialog: 'menu' })}>
                <Icon name="menu" />
              </button>
            </>
          )}
        </div>
        <Part id="settings">
          <SettingsLine />
        </Part>
      </div>
      <LoadingLine />
    </header>
  );
}

import { strings } from '../state/strings';
import { nextTheme, setTheme } from '../state/theme';
import { patch } from '../state/app';
import { BrandMark } from './BrandMark';
import { useApp, useAppState } from './context';
import { ExamplesMenu } from './ExamplesMenu';
import { Icon } from './Icon';
import { LessonTool } from './lesson/LessonTool';
import { OpenButton } from './OpenButton';
import { Prompt } from './Prompt';
import { SettingsLine } from './SettingsLine';
import { LanguageButton } from './LanguageButton';
import { LoadingLine } from './LoadingLine';

const THEME_ICON = { system: 'theme', light: 'sun', dark: 'moon' } as const;

/** The page's acts: what you type, what you open, what you share, and one line of settings. */
export function TopBar() {
  const app = useApp();
  const theme = useAppState((state) => state.view.theme);
  return (
    <header className="top">
      <div className="wrap">
        <div className="top-main">
          <a className="brand" href="./" aria-label={strings.startPage}>
            <BrandMark />
            {strings.brand}
          </a>
          <Prompt />
          <nav className="tools" aria-label={strings.tools}>
            <LessonTool />
            <ExamplesMenu />
            <OpenButton className="tool" />
            <button type="button" className="tool" aria-haspopup="dialog" onClick={() => patch(app, 'view', { dialog: 'share' })}>
              {strings.tool.share}
            </button>
            <button type="button" className="tool" aria-label={strings.tool.keys} aria-haspopup="dialog" onClick={() => patch(app, 'view', { dialog: 'keys' })}>
              ?
            </button>
            <LanguageButton short />
            <button type="button" className="tool" aria-label={strings.tool.theme(theme)} title={strings.tool.theme(theme)} onClick={() => setTheme(app, nextTheme(theme))}>
              <Icon name={THEME_ICON[theme]} />
            </button>
          </nav>
          <button type="button" className="tool more" aria-label={strings.menu} aria-haspopup="dialog" onClick={() => patch(app, 'view', { dialog: 'menu' })}>
            <Icon name="menu" />
          </button>
        </div>
        <SettingsLine />
      </div>
      <LoadingLine />
    </header>
  );
}

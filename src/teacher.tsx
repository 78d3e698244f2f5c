/** The composition root of the teacher's page: the page's state without its engine, which is never started here. */
import { createRoot } from 'react-dom/client';
import { name, version } from '../package.json';
import { createEngineClient } from './engine/worker/client';
import { createApp, patch } from './state/app';
import { rememberedLanguage, speak, wantedLanguage } from './state/language';
import { followTheme, rememberedTheme } from './state/theme';
import { DEFAULTS } from './state/settings';
import { AppContext } from './ui/context';
import { teacherText } from './ui/teacher/text';
import { TeacherPage } from './ui/teacher/TeacherPage';
import './ui/tokens.css';
import './ui/fonts.css';
import './ui/base.css';
import './ui/top.css';
import './ui/teacher/teacher.css';

const root = document.getElementById('root');
if (root === null) throw new Error('The page has no #root element.');

const app = createApp({
  client: createEngineClient(),
  modelsUrl: new URL('models/', document.baseURI).href,
  tracesUrl: new URL('traces/', document.baseURI).href,
  model: 'moe',
  exporter: `${name}@${version}`,
});

async function begin(page: HTMLElement): Promise<void> {
  const spoken = await speak(wantedLanguage(location.hash, rememberedLanguage(), navigator.languages));
  patch(app, 'view', { spoken, theme: rememberedTheme() ?? DEFAULTS.theme });
  document.title = teacherText().document;
  followTheme(app);
  createRoot(page).render(
    <AppContext value={app}>
      <TeacherPage />
    </AppContext>,
  );
}

void begin(root);

/** The composition root: the only file that knows everything. */
import { createRoot } from 'react-dom/client';
import { name, version } from '../package.json';
import { trustOwnScripts } from './base/trustedTypes';
import { createEngineClient } from './engine/worker/client';
import { createRecoveringClient } from './engine/worker/recovering-client';
import { createApp, patch } from './state/app';
import { rememberedLanguage, speak, wantedLanguage } from './state/language';
import { keepOffline } from './state/offline';
import { followRecovery } from './state/recovery';
import { start } from './state/start';
import { App } from './ui/App';
import { AppContext, useAppState } from './ui/context';
import './ui/index.css';

/** Whether the build ships a service worker (scripts/service-worker.ts). */
declare const __OFFLINE__: boolean;
/** The commit that the page is built from, or nothing (scripts/revision.ts). */
declare const __REVISION__: string;

trustOwnScripts();

const root = document.getElementById('root');
if (root === null) throw new Error('The page has no #root element.');

const client = createRecoveringClient(createEngineClient());
const app = createApp({
  client,
  modelsUrl: new URL('models/', document.baseURI).href,
  tracesUrl: new URL('traces/', document.baseURI).href,
  model: 'moe',
  exporter: `${name}@${version}`,
  version,
  ...(__REVISION__ === '' ? {} : { revision: __REVISION__ }),
});

followRecovery(app, client);

/** Another language is another page on the same state. */
function Page() {
  const language = useAppState((state) => state.view.spoken);
  return <App key={language} />;
}

/** Nothing is drawn before the language is there, so that no text changes under the reader's eyes. */
async function begin(page: HTMLElement): Promise<void> {
  patch(app, 'view', { spoken: await speak(wantedLanguage(location.hash, rememberedLanguage(), navigator.languages)) });
  createRoot(page).render(
    <AppContext value={app}>
      <Page />
    </AppContext>,
  );
  if (import.meta.env.PROD) keepOffline(app, __OFFLINE__);
  await start(app);
}

void begin(root);

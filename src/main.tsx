/** The composition root: the only file that knows everything. */
import { createRoot } from 'react-dom/client';
import { name, version } from '../package.json';
import { createEngineClient } from './engine/worker/client';
import { createApp } from './state/app';
import { start } from './state/start';
import { App } from './ui/App';
import { AppContext } from './ui/context';
import './ui/index.css';

const root = document.getElementById('root');
if (root === null) throw new Error('The page has no #root element.');

const app = createApp({
  client: createEngineClient(),
  modelsUrl: new URL('models/', document.baseURI).href,
  tracesUrl: new URL('traces/', document.baseURI).href,
  model: 'moe',
  exporter: `${name}@${version}`,
});
createRoot(root).render(
  <AppContext value={app}>
    <App />
  </AppContext>,
);
void start(app);

/** The page's state in Node, on the shipped checkpoint and the float64 engine, with files read from public/. */
import { readFileSync } from 'node:fs';
import { vi } from 'vitest';
import { readCheckpoint } from '../../cli/read-checkpoint';
import { createEngineClient } from '../../engine/worker/client';
import { FakeWorker } from '../../engine/worker/testing/fake-worker';
import { createApp, type App } from '../../state/app';
import { loadStatistics } from '../../state/expertStatistics';

const ORIGIN = 'https://example.org/';

const path = (name: string): string => new URL(`../../../public/${name}`, import.meta.url).pathname;

/** A file of public/ as text. */
export function published(name: string): string {
  return readFileSync(path(name), 'utf8');
}

/** What the page finds in a browser and Node lacks: files, an address, frames. */
export function stubBrowser(): void {
  vi.stubGlobal('document', { hidden: false, baseURI: ORIGIN, querySelector: (selector: string) => (selector.startsWith('meta') ? { content: '', getAttribute: () => '' } : null), querySelectorAll: () => [] });
  vi.stubGlobal('location', new URL(ORIGIN));
  vi.stubGlobal('history', { pushState: () => undefined, replaceState: () => undefined });
  vi.stubGlobal('requestAnimationFrame', (call: () => void) => setTimeout(call, 0));
  vi.stubGlobal('fetch', async (url: string | URL) => new Response(readFileSync(path(new URL(url).pathname.slice(1)))));
}

/** The page before anything is open, with the statistics of the corpus. */
export async function lessonPage(): Promise<App> {
  const checkpoint = readCheckpoint(path('models/moe'));
  const client = createEngineClient(() => new FakeWorker({ loadCheckpoint: async () => ({ checkpoint: await checkpoint, downloadedBytes: 0, cacheNote: '' }) }));
  const app = createApp({ client, modelsUrl: `${ORIGIN}models/`, tracesUrl: `${ORIGIN}traces/`, model: 'moe', exporter: 'test@0' });
  await loadStatistics(app);
  return app;
}

/** Results of evaluations that come with the page (public/results/). The page's head names them, so that none is asked for in vain. */
import { parseResults, type Results } from './results';
import type { App } from './app';

const read = new WeakMap<App, Map<string, Promise<Results | undefined>>>();

/**
 * Fetched and checked once, whoever asks; a failure may be tried again.
 * @returns undefined where no such file was built into the page
 */
export function shippedResults(app: App, suite: string): Promise<Results | undefined> {
  const known = read.get(app) ?? new Map<string, Promise<Results | undefined>>();
  read.set(app, known);
  const results = known.get(suite) ?? fetchResults(app, suite);
  known.set(suite, results);
  results.catch(() => known.delete(suite));
  return results;
}

async function fetchResults({ services }: App, suite: string): Promise<Results | undefined> {
  const names = document.querySelector<HTMLMetaElement>('meta[name="results"]')?.content.split(' ') ?? [];
  if (!names.includes(suite)) return undefined;
  const response = await fetch(new URL(`../results/${suite}.json`, services.tracesUrl), { cache: 'no-cache' });
  if (!response.ok) throw new Error(`HTTP ${response.status}: results/${suite}.json`);
  return parseResults(await response.json());
}

/** Composition root of the bench page: for a visitor a page, for `npm run bench` the same functions under `moeBench`. */
import { createRoot } from 'react-dom/client';
import { loadCheckpoint } from '../model/load';
import type { Checkpoint } from '../model/checkpoint';
import './bench.css';
import { ownSamples, type OwnSamples } from './own';
import { Page } from './Page';
import { type Measured, SECTION_NAMES, type SectionName } from './report';
import { type Bench, openBench } from './run';
import { benchStrings } from './strings';
import type { ContenderName } from './race';

/** What a driver of the page calls. */
export interface BenchHandle {
  run(name: SectionName, quick: boolean, contenders?: readonly ContenderName[]): Promise<Measured>;
  /** Our own tasks, one timed run at a time: for a second build of the page to take turns with. */
  own(names: readonly string[]): Promise<OwnSamples>;
}

/** Exact versions of the libraries, put in by vite.bench.config.ts. */
declare const PEER_VERSIONS: Readonly<Record<string, string>>;

declare global {
  // Read by src/cli/bench-page.ts.
  var moeBench: BenchHandle;
}

/** Files are not kept: a bench of the cache is no bench. */
const NO_CACHE = { get: () => Promise.resolve(undefined), put: () => Promise.resolve(''), keepOnly: () => Promise.resolve() };
let checkpoint: Promise<Checkpoint> | undefined;

async function model(): Promise<Checkpoint> {
  checkpoint ??= loadCheckpoint({ fetcher: (url, init) => fetch(url, init), modelsUrl: new URL('../models/', document.baseURI).href, cache: NO_CACHE }, 'moe').then((loaded) => loaded.checkpoint);
  return await checkpoint;
}

async function open(quick: boolean, contenders?: readonly ContenderName[]): Promise<Bench> {
  return await openBench({
    gpu: navigator.gpu, checkpoint: await model(), quick, platform: navigator.userAgent, cores: navigator.hardwareConcurrency,
    versions: PEER_VERSIONS,
    ...(contenders === undefined ? {} : { contenders }),
  });
}

globalThis.moeBench = {
  run: async (name, quick, contenders) => {
    const bench = await open(quick, contenders);
    try {
      return await bench.run(name, (fraction, label) => console.info(`${name} ${(100 * fraction).toFixed(0)} %: ${label}`));
    } finally {
      bench.dispose();
    }
  },
  own: async (names) => await ownSamples(navigator.gpu, await model(), names),
};

const root = document.getElementById('root');
if (root === null) throw new Error('The page has no #root element.');
const strings = benchStrings(navigator.language);
// The tokens follow an attribute, which the playground's setting sets; this page has no settings.
const dark = matchMedia('(prefers-color-scheme: dark)');
const follow = (): void => {
  document.documentElement.dataset['theme'] = dark.matches ? 'dark' : 'light';
};
dark.addEventListener('change', follow);
follow();
document.documentElement.lang = navigator.language.slice(0, 2);
document.title = `${strings.title}: MoE Playground`;
// ?only=ffn,decode leaves out the rest.
const only = new URLSearchParams(location.search).get('only')?.split(',');
const sections = SECTION_NAMES.filter((name) => only === undefined || only.includes(name));
createRoot(root).render(<Page strings={strings} open={(quick) => open(quick)} sections={sections} />);

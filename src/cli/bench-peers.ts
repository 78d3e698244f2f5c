/** `npm run bench`: ours against the peers, in one page of one browser; or ours alone in Node. */
import { cpus } from 'node:os';
import { openBench } from '../bench/run';
import { type Measured, SECTION_NAMES, type SectionName, type Sections, summarise } from '../bench/report';
import { benchStrings } from '../bench/strings';
import { tableOf } from '../bench/table';
import { errorMessage, PlaygroundError } from '../base/errors';
import { BenchBrowser } from './bench-page';
import type { BenchResult } from './bench';
import { NODE_PREFIX } from './bench-node';
import { nodeGpu } from './node-gpu';
import { readCheckpoint } from './read-checkpoint';

export interface PeersOptions {
  /** Names of sections, comma separated; all of them when empty. */
  readonly only: string;
  readonly quick: boolean;
  readonly node: boolean;
  readonly model: string;
  /** Called with each section as it is done. */
  readonly onSection: (name: string, result: BenchResult) => void;
}

/** @throws PlaygroundError `bad-input` for a name that is no section */
export function sectionNames(only: string): readonly SectionName[] {
  if (only === '') return SECTION_NAMES;
  return only.split(',').map((name) => {
    const known = SECTION_NAMES.find((section) => section === name.trim());
    if (known === undefined) throw new PlaygroundError('bad-input', `There is no section "${name}" to compare: wanted are some of ${SECTION_NAMES.join(',')}.`);
    return known;
  });
}

export async function benchPeers(options: PeersOptions): Promise<void> {
  if (options.node) await inNode(options);
  else await inPage(options);
}

async function inPage({ only, quick, onSection }: PeersOptions): Promise<void> {
  const names = sectionNames(only);
  const say = (line: string): void => void process.stderr.write(`${line}\n`);
  const browser = await BenchBrowser.open();
  try {
    const page = await browser.page(process.cwd(), say);
    for (const name of names) {
      const measured = await page.evaluate(([section, short]) => globalThis.moeBench.run(section, short), [name, quick] as const);
      onSection(name, resultOf(name, measured));
    }
  } finally {
    await browser.close();
  }
}

/** What a section adds to the report. */
function resultOf(name: SectionName, measured: Measured, inNode = false): BenchResult {
  const strings = benchStrings('en');
  const table = tableOf(name, measured.results, strings);
  const { machine } = measured;
  return {
    summary: inNode ? {} : summarise({ [name]: measured.results } as Partial<Sections>),
    details: { ...measured },
    lines: [`${strings.sections[name]}: ${machine.adapter}${machine.software ? ' (software adapter)' : ''}, ${machine.form} kernels`, ...table.rows.map((row) => `  ${row.join(' | ')}`), ''],
  };
}

async function inNode({ only, quick, model, onSection }: PeersOptions): Promise<void> {
  const checkpoint = await readCheckpoint(model);
  const bench = await openBench({
    gpu: nodeGpu(), checkpoint, quick, platform: `Node ${process.version}, ${process.platform} ${process.arch}, Dawn (npm webgpu)`, cores: cpus().length, versions: {},
    unavailable: 'runs in a browser page only: not run in Node',
  });
  for (const name of sectionNames(only)) {
    try {
      const measured = await bench.run(name, (fraction, label) => void process.stderr.write(`${name} ${(100 * fraction).toFixed(0)} %: ${label}\n`));
      onSection(`${NODE_PREFIX}${name}`, resultOf(name, measured, true));
    } catch (error) {
      process.stderr.write(`${name}: ${errorMessage(error)}\n`);
    }
  }
  bench.dispose();
}

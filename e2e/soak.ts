/** Many short prompts in one page, with settings and interventions drawn from a seed; what the page and the GPU hold in between. */
import { expect, type CDPSession, type Page } from '@playwright/test';
import { uniformAt } from '../src/base/pcg';
import type { RoutingPlan } from '../src/routing/plan';
import { deflate } from '../src/state/packed';
import type { Trace } from '../src/trace/trace';
import { WITHOUT_WEBGPU } from './engine';
import { saved } from './page';

const STARTS = ['Once upon a time', 'The king', 'In the garden there was a', 'One day a little girl', 'It was raining, so', 'The old man said that', 'A cat and a dog', 'When the sun came up', 'They all went to the', 'She asked why'];

/** Of the shipped model. */
const LAYERS = 8;
const EXPERTS = 16;

/** A cell of the routing table. */
interface Cell {
  readonly row: number;
  readonly expert: number;
}

/** One prompt of a soak. */
export interface Draw {
  readonly prompt: string;
  readonly tokens: number;
  readonly temperature: string;
  readonly topK: string;
  readonly topP: string;
  readonly seed: string;
  /** Expert that is switched off in the table after the run, and back on before the next. */
  readonly off: Cell | undefined;
  /** Interventions that a link brings after the run, as its keys; taken off before the next. */
  readonly edits: readonly (readonly [key: string, value: string])[];
  /** A whole plan that the link brings beside them. */
  readonly plan: RoutingPlan | undefined;
}

/** Every kind of intervention, drawn from numbers in [0, 1). */
function editsOf(at: (k: number) => number): Pick<Draw, 'off' | 'edits' | 'plan'> {
  const layer = (k: number): number => Math.floor(at(k) * LAYERS);
  const expert = (k: number): number => Math.floor(at(k) * EXPERTS);
  const percent = (k: number): number => Math.round(at(k) * 100) / 100;
  const link = (...edits: Draw['edits']): Pick<Draw, 'off' | 'edits' | 'plan'> => ({ off: undefined, edits, plan: undefined });
  const kinds = [
    () => link(),
    () => ({ ...link(), off: { row: layer(1), expert: expert(2) } }),
    // Masks in two layers.
    () => link(['ab', `${layer(1)}.${expert(2)},${layer(3)}.${expert(4)}`]),
    () => link(['bias', `${layer(1)}.${expert(2)}:${(20 * at(3) - 10).toFixed(1)}`], ['scale', `${layer(4)}.${expert(5)}:${4 * percent(6)}`]),
    () => link(['rk', String(1 + Math.floor(at(1) * 4))]),
    () => link(['rp', String(0.3 + 0.6 * percent(1))]),
    // Re-mix: in every layer two experts at weights of their own.
    () => link(['mix', Array.from({ length: LAYERS }, (_, l) => `${l}.${l}:${0.3 + percent(1 + l) / 2}_${8 + l}:${percent(9 + l)}`).join(',')]),
    (): Pick<Draw, 'off' | 'edits' | 'plan'> => {
      const override = Array.from({ length: EXPERTS }, (_, e) => (e === expert(1) || e === expert(2) ? 0.45 : 0.1 / EXPERTS));
      return { off: undefined, edits: [], plan: { format: 'moe-plan', version: '1.0', entries: [{ layers: [layer(3)], tokens: { from: 2 }, override }, { layers: 'all', tokens: 'all', selectionBias: { [expert(4)]: 3 * at(5) } }] } };
    },
  ];
  return kinds[Math.floor(at(0) * kinds.length)]?.() ?? link();
}

/** @param tokens most new tokens */
export function drawOf(seed: number, i: number, tokens: number): Draw {
  const at = (k: number): number => uniformAt(seed, 16 * i + k);
  const pick = <T>(list: readonly T[], k: number): T => list[Math.floor(at(k) * list.length)] as T;
  return {
    prompt: `${pick(STARTS, 0)} ${pick(['and', 'but', 'the', 'who', 'with', 'of'], 1)}`,
    tokens: Math.max(1, Math.ceil(tokens / 2) + Math.floor(at(2) * (Math.floor(tokens / 2) + 1))),
    temperature: pick(['0', '0.5', '0.8', '1.2'], 3),
    topK: pick(['0', '5', '40'], 4),
    topP: pick(['1', '0.9'], 5),
    seed: String(Math.floor(at(6) * 1e6)),
    ...editsOf((k) => uniformAt(seed ^ 0xed17, 32 * i + k)),
  };
}

/** Without its interventions. */
export function plain(draw: Draw, isPlain = true): Draw {
  return isPlain ? { ...draw, off: undefined, edits: [], plan: undefined } : draw;
}

/** A link to the page as it stands, with interventions. */
async function linkOf({ prompt, tokens, temperature, topK, topP, seed, edits, plan }: Draw): Promise<string> {
  const all = [...edits, ...(plan === undefined ? [] : [['plan', await deflate(JSON.stringify(plan))] as const])];
  return `#${new URLSearchParams([['v', '1'], ['p', prompt], ['T', temperature], ['k', topK], ['tp', topP], ['seed', seed], ['n', String(tokens)], ...all.map(([key, value]) => [key, value])])}`;
}

/**
 * Puts settings into their fields and runs to the end, interventions included.
 * @param before what the fields hold; where it is not known, all are filled
 */
export async function runDraw(page: Page, draw: Draw, before?: Draw): Promise<void> {
  await runText(page, draw, before);
  await runEdits(page, draw);
}

/** Without interventions; those of the text before are taken off. */
export async function runText(page: Page, { prompt, tokens, temperature, topK, topP, seed }: Draw, before?: Draw): Promise<void> {
  const reset = page.getByRole('button', { name: 'Reset: take all edits off' });
  if (await reset.isVisible()) await reset.click();
  const fields = [
    ['exact value of T', temperature, before?.temperature],
    ['exact value of top-k', topK, before?.topK],
    ['exact value of top-p', topP, before?.topP],
    ['Seed', seed, before?.seed],
    ['New tokens', String(tokens), before === undefined ? undefined : String(before.tokens)],
  ] as const;
  for (const [name, value, held] of fields) if (value !== held) await page.getByRole('textbox', { name, exact: true }).fill(value);
  await page.getByRole('textbox', { name: 'Prompt' }).fill(prompt);
  await page.keyboard.press('Control+Enter');
  await settledRun(page, prompt);
}

/** The interventions of a draw, if it has any, on the text that stands. */
export async function runEdits(page: Page, draw: Draw): Promise<void> {
  const { off, edits, plan } = draw;
  if (off !== undefined) {
    await page.locator(`[data-cell="${off.row}.${off.expert}"]`).click();
    await page.keyboard.press('a');
  } else if (edits.length > 0 || plan !== undefined) {
    // As a visitor who pastes a link into the address of the page that is open.
    const link = await linkOf(draw);
    await page.evaluate((hash) => {
      location.hash = hash;
    }, link);
  } else return;
  await page.waitForFunction(() => document.querySelector('.edits')?.getAttribute('data-phase') === 'done' && document.querySelector('button.run kbd') !== null, undefined, { timeout: 120_000, polling: 50 });
}

/** The run of this prompt is over: its last words are on the page (of a long text, its beginning is not drawn), and Run is offered. */
async function settledRun(page: Page, prompt: string): Promise<void> {
  const isOver = (end: string): boolean => document.querySelector('button.run kbd') !== null && document.querySelector('.chip.gen') !== null && [...document.querySelectorAll('.chip')].map((chip) => chip.textContent ?? '').join('').replace(/\s|\u2423|\u00b7/g, '').includes(end);
  await page.waitForFunction(isOver, prompt.replace(/\s/g, '').slice(-12), { timeout: 120_000, polling: 50 });
}

/** What a page holds after a forced collection, bytes. */
export interface Held {
  readonly prompt: number;
  /** JavaScript heaps of the page and its workers, array buffers included. */
  readonly page: number;
  readonly workers: number;
  readonly gpuBytes: number;
  readonly gpuBuffers: number;
  readonly gpuErrors: number;
}

interface HeapUsage {
  readonly usedSize: number;
  readonly backingStorageSize?: number;
}

/** The part of V8's file that is read here. */
interface HeapSnapshot {
  readonly snapshot: { readonly meta: { readonly node_fields: readonly string[]; readonly node_types: readonly [readonly string[]] } };
  readonly nodes: readonly number[];
}

const heapOf = ({ usedSize, backingStorageSize = 0 }: HeapUsage): number => usedSize + backingStorageSize;

/** Reads heaps through the browser's own debugger. */
export class Meter {
  private readonly workers = new Set<string>();
  private readonly answers = new Map<number, (result: HeapUsage) => void>();
  private nextId = 1;

  private constructor(
    private readonly page: Page,
    private readonly cdp: CDPSession,
  ) {}

  static async of(page: Page): Promise<Meter> {
    const meter = new Meter(page, await page.context().newCDPSession(page));
    const { cdp } = meter;
    cdp.on('Target.attachedToTarget', ({ sessionId, targetInfo }) => targetInfo.type === 'worker' && meter.workers.add(sessionId));
    cdp.on('Target.detachedFromTarget', ({ sessionId }) => meter.workers.delete(sessionId));
    cdp.on('Target.receivedMessageFromTarget', ({ message }) => {
      const { id, result } = JSON.parse(message) as { id?: number; result?: HeapUsage };
      if (id !== undefined && result !== undefined) meter.answers.get(id)?.(result);
    });
    await cdp.send('Target.setAutoAttach', { autoAttach: true, waitForDebuggerOnStart: false, flatten: false });
    return meter;
  }

  async read(prompt: number): Promise<Held> {
    for (let i = 0; i < 2; i += 1) await this.cdp.send('HeapProfiler.collectGarbage');
    const page = heapOf(await this.cdp.send('Runtime.getHeapUsage'));
    let workers = 0;
    for (const sessionId of this.workers) {
      await this.ask(sessionId, 'HeapProfiler.collectGarbage');
      workers += heapOf(await this.ask(sessionId, 'Runtime.getHeapUsage'));
    }
    await this.page.locator('.badge').first().click();
    // Without a GPU there is nothing to report but the rest.
    const report = this.page.getByRole('dialog').locator(WITHOUT_WEBGPU ? ':has(> .facts-list)' : '[data-bytes]');
    const number = async (name: string): Promise<number> => Number(await report.getAttribute(`data-${name}`));
    await report.waitFor();
    const held = { prompt, page, workers, gpuBytes: await number('bytes'), gpuBuffers: await number('buffers'), gpuErrors: await number('errors') };
    await this.page.keyboard.press('Escape');
    await expect(report).toHaveCount(0);
    return held;
  }

  /**
   * Bytes of the page's heap that are compiled code and what the compilers note of it: the browser adds to it for some hundred
   * prompts, as functions get hot, and drops it as it likes.
   */
  async code(): Promise<number> {
    const chunks: string[] = [];
    const take = ({ chunk }: { readonly chunk: string }): void => void chunks.push(chunk);
    this.cdp.on('HeapProfiler.addHeapSnapshotChunk', take);
    await this.cdp.send('HeapProfiler.takeHeapSnapshot', { reportProgress: false });
    this.cdp.off('HeapProfiler.addHeapSnapshotChunk', take);
    const { snapshot, nodes } = JSON.parse(chunks.join('')) as HeapSnapshot;
    const { node_fields: fields, node_types: types } = snapshot.meta;
    const [type, size, code] = [fields.indexOf('type'), fields.indexOf('self_size'), types[0].indexOf('code')];
    if (type < 0 || size < 0 || code < 0) throw new Error('The heap snapshot has another format.');
    let sum = 0;
    for (let at = 0; at < nodes.length; at += fields.length) if (nodes[at + type] === code) sum += nodes[at + size] ?? 0;
    return sum;
  }

  private async ask(sessionId: string, method: string): Promise<HeapUsage> {
    const id = this.nextId++;
    const answer = new Promise<HeapUsage>((resolve) => this.answers.set(id, resolve));
    await this.cdp.send('Target.sendMessageToTarget', { sessionId, message: JSON.stringify({ id, method }) });
    return await answer.finally(() => this.answers.delete(id));
  }
}

/** What a run said, without when. */
export async function said(page: Page): Promise<Omit<Trace, 'created' | 'view'>> {
  const { created: _, view: __, ...rest } = await saved(page);
  return rest;
}

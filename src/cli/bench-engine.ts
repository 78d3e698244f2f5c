/**
 * The engine on this machine, measured through its own interface: speed, and what it costs in dispatches, submits,
 * readbacks and bytes. The routing is recorded all the while, because that is how the page runs it.
 */
import { benchGroupedGemm } from '../engine/webgpu/bench';
import { createWebgpuEngine } from '../engine/webgpu/engine';
import { RECORD_ROUTING, type Counters, type Engine, type LoadedModel, type RunOptions } from '../engine/engine';
import type { Checkpoint } from '../model/checkpoint';
import { ROUTER_AS_TRAINED } from '../routing/plan';
import type { BenchOptions, BenchResult } from './bench';
import { nodeGpu } from './node-gpu';
import { readCheckpoint } from './read-checkpoint';

const PROMPT_LENGTHS = [32, 128] as const;
const DECODED = 64;
const WARM_UP = 2;

/** Section `engine` of the bench. */
export async function benchEngine({ model, repeats }: BenchOptions): Promise<BenchResult> {
  const checkpoint = await readCheckpoint(model);
  const engine = await createWebgpuEngine({ gpu: nodeGpu() });
  try {
    const loaded = await engine.load(checkpoint);
    const prefill: Timed[] = [];
    for (const length of PROMPT_LENGTHS) prefill.push(await timePrefill(loaded, length, repeats));
    const decode = await timeDecode(loaded, repeats);
    loaded.dispose();
    const perLayer = await dispatchesPerLayer(engine, checkpoint);
    const gemm = await benchGroupedGemm(nodeGpu());
    return report(checkpoint, engine, prefill, decode, perLayer, gemm);
  } finally {
    engine.dispose();
  }
}

interface Timed {
  readonly tokens: number;
  /** Median. */
  readonly ms: number;
  readonly allMs: readonly number[];
  /** Cost of one repetition. */
  readonly cost: Counters;
}

function options(promptLength: number, seed: number): RunOptions {
  return { plan: ROUTER_AS_TRAINED, promptLength, sampling: { temperature: 1, topK: 0, topP: 1, seed }, record: RECORD_ROUTING };
}

/** Tokens without meaning, but spread over the vocabulary; end-of-text tokens, which would end a decode, stay out. */
function tokenIds(model: LoadedModel, length: number): number[] {
  const { vocabulary, endOfText } = model.config;
  const usable = Array.from({ length: vocabulary }, (_, id) => id).filter((id) => !endOfText.includes(id));
  return Array.from({ length }, (_, t) => usable[(t * 7919 + 13) % usable.length] ?? 0);
}

async function timePrefill(model: LoadedModel, length: number, repeats: number): Promise<Timed> {
  const ids = tokenIds(model, length);
  return repeat(repeats, async (seed) => {
    const sequence = await model.createSequence(length + 1);
    const start = performance.now();
    const { ids: run } = await sequence.append(ids, options(length, seed));
    const ms = performance.now() - start;
    const cost = sequence.counters;
    sequence.dispose();
    return { ms, tokens: run.length, cost };
  });
}

async function timeDecode(model: LoadedModel, repeats: number): Promise<Timed> {
  const prompt = tokenIds(model, 8);
  return repeat(repeats, async (seed) => {
    const sequence = await model.createSequence(prompt.length + DECODED);
    await sequence.append(prompt, options(prompt.length, seed));
    const before = sequence.counters;
    const start = performance.now();
    const { ids } = await sequence.decode(DECODED, options(prompt.length, seed));
    const ms = performance.now() - start;
    const cost = difference(sequence.counters, before);
    sequence.dispose();
    return { ms, tokens: ids.length, cost };
  });
}

/** The repetition with the median time per token. A text may end early, so tokens count as well. */
async function repeat(repeats: number, once: (seed: number) => Promise<{ ms: number; tokens: number; cost: Counters }>): Promise<Timed> {
  const runs: { ms: number; tokens: number; cost: Counters }[] = [];
  for (let i = 0; i < WARM_UP + repeats; i++) {
    const run = await once(i);
    if (i >= WARM_UP && run.tokens > 0) runs.push(run);
  }
  const sorted = runs.toSorted((a, b) => a.ms / a.tokens - b.ms / b.tokens);
  const median = sorted[Math.floor((sorted.length - 1) / 2)];
  if (median === undefined) throw new Error('no repetition produced a token');
  return { ...median, allMs: runs.map((run) => run.ms) };
}

function difference(after: Counters, before: Counters): Counters {
  return {
    tokens: after.tokens - before.tokens,
    dispatches: after.dispatches - before.dispatches,
    submits: after.submits - before.submits,
    readbacks: after.readbacks - before.readbacks,
    bytesRead: after.bytesRead - before.bytesRead,
  };
}

/** What one more layer adds to a prefill: the same checkpoint cut off after one and after two layers. */
async function dispatchesPerLayer(engine: Engine, checkpoint: Checkpoint): Promise<number> {
  if (checkpoint.config.layers < 2) return prefillDispatches(engine, checkpoint, 1);
  const [one, two] = [await prefillDispatches(engine, checkpoint, 1), await prefillDispatches(engine, checkpoint, 2)];
  return two - one;
}

async function prefillDispatches(engine: Engine, checkpoint: Checkpoint, layers: number): Promise<number> {
  const model = await engine.load(cutOff(checkpoint, layers));
  const sequence = await model.createSequence(33);
  await sequence.append(tokenIds(model, 32), options(32, 0));
  const { dispatches } = sequence.counters;
  sequence.dispose();
  model.dispose();
  return dispatches;
}

/** The first layers of a checkpoint. Good for counting, not for text. */
function cutOff(checkpoint: Checkpoint, layers: number): Checkpoint {
  const kept = [...checkpoint.tensors].filter(([name]) => Number(/^model\.layers\.(\d+)\./.exec(name)?.[1] ?? 0) < layers);
  return { ...checkpoint, config: { ...checkpoint.config, layers }, tensors: new Map(kept) };
}

type GemmTimes = Awaited<ReturnType<typeof benchGroupedGemm>>;

function report(checkpoint: Checkpoint, engine: Engine, [short, long]: readonly Timed[], decode: Timed, perLayer: number, gemm: GemmTimes): BenchResult {
  const perSecond = (timed: Timed | undefined): number => (timed === undefined ? 0 : round((1000 * timed.tokens) / timed.ms));
  const perToken = (cost: keyof Counters): number => round(decode.cost[cost] / decode.tokens);
  const summary = {
    prefill32TokensPerSecond: perSecond(short),
    prefill128TokensPerSecond: perSecond(long),
    decodeTokensPerSecond: perSecond(decode),
    decodeDispatchesPerToken: perToken('dispatches'),
    decodeSubmitsPerToken: perToken('submits'),
    decodeReadbacksPerToken: perToken('readbacks'),
    decodeBytesPerToken: perToken('bytesRead'),
    prefillDispatchesPerLayer: perLayer,
    groupedGemmVsNaive: round(gemm.naiveMs / gemm.registerMs),
  };
  const { adapter, software, forms } = engine.info;
  return {
    summary,
    details: {
      model: checkpoint.name,
      sha256: checkpoint.sha256,
      layers: checkpoint.config.layers,
      adapter,
      software,
      forms,
      platform: `${process.platform} ${process.arch}, Node ${process.version}`,
      prefill: [short, long],
      decode,
      gemm,
    },
    lines: [
      `${checkpoint.name} on ${adapter}${software ? ' (software adapter)' : ''}, ${forms}`,
      ...Object.entries(summary).map(([name, value]) => `  ${name.padEnd(28)}${value}`),
      `  grouped expert GEMM, ${gemm.rows} rows: naive ${round(gemm.naiveMs)} ms, register ${round(gemm.registerMs)} ms, tiled ${round(gemm.tiledMs)} ms`,
    ],
  };
}

/** Four significant digits: more is noise. */
function round(value: number): number {
  return Number(value.toPrecision(4));
}

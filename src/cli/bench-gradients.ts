/** Gradients of routing on this machine: milliseconds of one evaluation, from the call to its numbers. */
import type { GradientCapability } from '../engine/gradients';
import { createWebgpuEngine } from '../engine/webgpu/engine';
import type { LoadedModel } from '../engine/engine';
import { PlaygroundError } from '../base/errors';
import type { BenchOptions, BenchResult } from './bench';
import { nodeGpu } from './node-gpu';
import { readCheckpoint } from './read-checkpoint';

const CONTEXT = 128;
/** Prompts of a neighbourhood. */
const NEIGHBOURS = 3;
/** Last layers whose routing is free. */
const FREE_LAYERS = 3;
const WARM_UP = 2;

/** Section `gradients` of the bench. */
export async function benchGradients({ model, repeats }: BenchOptions): Promise<BenchResult> {
  const checkpoint = await readCheckpoint(model);
  const engine = await createWebgpuEngine({ gpu: nodeGpu() });
  try {
    const loaded = await engine.load(checkpoint);
    if (loaded.gradients === undefined) throw new PlaygroundError('bad-input', `There are no gradients for ${model}: choose a model with routed experts alone.`);
    const times = { ...(await timePathways(loaded, loaded.gradients, repeats)), ...(await timeRouterLogits(loaded, loaded.gradients, repeats)) };
    const { adapter, software, forms } = engine.info;
    return {
      summary: times,
      details: {
        model: checkpoint.name, sha256: checkpoint.sha256, adapter, software, forms, platform: `${process.platform} ${process.arch}, Node ${process.version}`,
        context: CONTEXT, neighbours: NEIGHBOURS, freeLayers: FREE_LAYERS, repeats,
      },
      lines: [
        `${checkpoint.name} on ${adapter}${software ? ' (software adapter)' : ''}: the last ${FREE_LAYERS} layers, ${CONTEXT} tokens, milliseconds`,
        ...Object.entries(times).map(([name, value]) => `  ${name.padEnd(32)}${value}`),
      ],
    };
  } finally {
    engine.dispose();
  }
}

function freeLayers({ config }: LoadedModel): number[] {
  return Array.from({ length: config.layers }, (_, l) => l).slice(-FREE_LAYERS);
}

/** Tokens without meaning, but spread over the vocabulary. */
function tokenIds({ config }: LoadedModel, length: number, seed: number): number[] {
  return Array.from({ length }, (_, t) => (t * 7919 + seed * 101 + 13) % config.vocabulary);
}

/** Median milliseconds after a warm-up, four significant digits. */
async function median(repeats: number, run: () => Promise<unknown>): Promise<number> {
  const times: number[] = [];
  for (let i = 0; i < WARM_UP + repeats; i++) {
    const start = performance.now();
    await run();
    if (i >= WARM_UP) times.push(performance.now() - start);
  }
  times.sort((a, b) => a - b);
  return Number((times[Math.floor((times.length - 1) / 2)] ?? 0).toPrecision(4));
}

async function timePathways(model: LoadedModel, gradients: GradientCapability, repeats: number): Promise<Record<string, number>> {
  const layers = freeLayers(model);
  const prompts = Array.from({ length: NEIGHBOURS }, (_, i) => tokenIds(model, CONTEXT, i));
  const one = await gradients.preparePathways(prompts.slice(0, 1), layers);
  const slider = await median(repeats, () => one.evaluate(one.router, { targets: [1] }));
  one.dispose();
  const problem = await gradients.preparePathways(prompts, layers);
  const targets = prompts.map((_, i) => i + 1);
  const core = layers.map(() => Array.from({ length: problem.experts }, (_, e) => e));
  const step = (membership: 'hard' | 'straight-through'): Promise<number> => median(repeats, () => problem.evaluate(problem.router, { targets, gradient: { membership, core } }));
  const [hard, straight] = [await step('hard'), await step('straight-through')];
  problem.dispose();
  const prepare = await median(Math.min(repeats, 3), async () => (await gradients.preparePathways(prompts, layers)).dispose());
  return { pathwaysPrepareMs: prepare, pathwaysForwardOneMs: slider, pathwaysGradientHardMs: hard, pathwaysGradientStraightMs: straight };
}

async function timeRouterLogits(model: LoadedModel, gradients: GradientCapability, repeats: number): Promise<Record<string, number>> {
  const layers = freeLayers(model);
  const ids = tokenIds(model, CONTEXT, 0);
  const problem = await gradients.prepareRouterLogits([{ ids, weights: ids.map((_, t) => (t === CONTEXT - 1 ? 0 : 1 / (CONTEXT - 1))) }], layers);
  const delta = new Float32Array(layers.length * problem.experts);
  const forward = await median(repeats, () => problem.evaluate(delta, { gradient: false }));
  const gradient = await median(repeats, () => problem.evaluate(delta, { gradient: true }));
  problem.dispose();
  return { contextForwardMs: forward, contextGradientMs: gradient };
}

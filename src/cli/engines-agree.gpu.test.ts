/** The WebGPU engine and the float64 oracle on the shipped checkpoint: a greedy run, and each example plan. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { compareTraces } from '../analysis/agreement';
import type { Engine, LoadedModel, RoutingBatch } from '../engine/engine';
import { createReferenceEngine } from '../engine/reference/engine';
import { createWebgpuEngine } from '../engine/webgpu/engine';
import type { Checkpoint } from '../model/checkpoint';
import { parsePlan } from '../routing/parse';
import { ROUTER_AS_TRAINED } from '../routing/plan';
import type { Trace } from '../trace/trace';
import { agreementTable } from './agreement-table';
import { runTrace, type RunRequest } from './run-trace';
import { expectEffect, PLAN_CASES } from './testing/plan-effects';
import { shippedCheckpoint } from './testing/shipped-checkpoint';

interface Loaded {
  readonly engine: Engine;
  readonly model: LoadedModel;
}

let checkpoint: Checkpoint;
let webgpu: Loaded;
let reference: Loaded;

beforeAll(async () => {
  checkpoint = await shippedCheckpoint();
  const [gpuEngine, oracle] = [await createWebgpuEngine(), createReferenceEngine()];
  webgpu = { engine: gpuEngine, model: await gpuEngine.load(checkpoint) };
  reference = { engine: oracle, model: await oracle.load(checkpoint) };
}, 120_000);
afterAll(() => webgpu?.engine.dispose());

const REQUEST: RunRequest = { title: '', prompt: 'Once upon a time', maxNewTokens: 32, sampling: { temperature: 0, topK: 0, topP: 1, seed: 1 }, plan: ROUTER_AS_TRAINED, withLogits: true };

async function runOn({ engine, model }: Loaded, change: Partial<RunRequest>): Promise<Trace> {
  return (await runTrace(model, checkpoint, engine.info, { ...REQUEST, ...change })).trace;
}

/** Runs on both engines and holds them to the limits of `npm run agree`. */
async function runOnBoth(change: Partial<RunRequest>): Promise<Trace> {
  const trace = await runOn(webgpu, change);
  const report = compareTraces(await runOn(reference, change), trace);
  expect(report.pass, agreementTable(report)).toBe(true);
  // A turn of rounding may end the comparison early; then a test of nothing must not pass.
  expect(report.decisionsCompared).toBeGreaterThan(0.5 * trace.tokens.ids.length * trace.model.moeLayers.length);
  return trace;
}

test('a greedy run of 32 tokens agrees in tokens, experts, mixing weights and logits', async () => {
  await runOnBoth({});
});

test('a sampled run draws the same tokens', async () => {
  await runOnBoth({ maxNewTokens: 16, sampling: { temperature: 0.9, topK: 40, topP: 0.95, seed: 3 } });
});

/** The routing of a trace in the form in which an engine gives it. */
function batchOf({ model, routing }: Trace): RoutingBatch {
  const { slots, experts, mix, logits, prob, outputNorm, count } = routing;
  if (!logits || !prob || !outputNorm || !count) throw new Error('the trace lacks arrays that an engine records');
  return { layers: model.moeLayers.length, experts: model.experts, slots, logits, chosen: experts, prob, mix, outputNorm, count };
}

const SCORED: Partial<RunRequest> = { prompt: 'The king said: "class Stack:\n    def push(self, item):" Es war einmal ein Mann.', maxNewTokens: 0, withLogits: false };

test.each(PLAN_CASES)('$name: its effect, alike on both engines', async (planned) => {
  const { layers, feedForward } = checkpoint.config;
  if (feedForward.kind !== 'moe') throw new Error('the shipped model has no router');
  const plan = parsePlan(planned.plan, { layers, experts: feedForward.experts });
  const [base, changed] = [await runOn(webgpu, SCORED), await runOnBoth({ ...SCORED, plan })];
  expectEffect(planned, batchOf(base), batchOf(changed), feedForward.topK);
});

/** Both gradient problems against PyTorch's autograd in float64: small models with unusual shapes, and the shipped one. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { shippedCheckpoint } from '../../../cli/testing/shipped-checkpoint';
import { type ContextGroup, goldenCheckpoint, goldenGradients, type PathwayGroup, relativeError } from '../../testing/golden-gradients';
import type { LoadedModel } from '../../engine';
import { createWebgpuEngine, type WebgpuEngine } from '../engine';

const LIMIT = 1e-3;

let engine: WebgpuEngine;
beforeAll(async () => {
  engine = await createWebgpuEngine();
});
afterAll(() => {
  expect(engine.context.uncaptured).toEqual([]);
  engine.dispose();
});

/** Part b of an array of B equal parts. */
function part(values: Float32Array, b: number, size: number): Float32Array {
  const one = values.length / size;
  return values.subarray(b * one, (b + 1) * one);
}

async function checkPathway(model: LoadedModel, group: PathwayGroup): Promise<void> {
  const { layers, texts, targets, omega } = group;
  const problem = await model.gradients!.preparePathways(texts, layers);
  expect(problem.router).toHaveLength(texts.length * layers.length * problem.experts);
  const core = layers.map(() => Array.from({ length: problem.experts }, (_, e) => e));
  for (const [membership, want] of [['hard', group.hard], ['straight-through', group.straight]] as const) {
    const got = await problem.evaluate(omega, { targets, gradient: { membership, core } });
    texts.forEach((_, b) => {
      expect(got.loss[b], `loss of text ${b}`).toBeCloseTo(group.loss[b]!, 3);
      expect(relativeError(part(got.gradient!, b, texts.length), part(want, b, texts.length)), `${membership} gradient of text ${b}`).toBeLessThan(LIMIT);
    });
  }
  problem.dispose();
}

async function checkContext(model: LoadedModel, group: ContextGroup): Promise<void> {
  const { layers, texts, weights, delta } = group;
  const problem = await model.gradients!.prepareRouterLogits(texts.map((ids, b) => ({ ids, weights: weights[b]! })), layers);
  const got = await problem.evaluate(delta, { gradient: true });
  texts.forEach((_, b) => {
    expect(got.loss[b], `loss of text ${b}`).toBeCloseTo(group.loss[b]!, 3);
    const slopes = part(got.gradient!, b, texts.length);
    expect(relativeError(slopes, part(group.gradient, b, texts.length)), `gradient of text ${b}`).toBeLessThan(LIMIT);
    for (let c = 0; c < layers.length; c++) {
      const sum = slopes.subarray(c * problem.experts, (c + 1) * problem.experts).reduce((total, value) => total + value, 0);
      expect(Math.abs(sum), `sum over the experts of layer ${layers[c]}`).toBeLessThan(1e-5);
    }
  });
  problem.dispose();
}

describe.each(['tiny-qwen3', 'tiny-odd', 'moe'])('%s agrees with autograd', (name) => {
  let model: LoadedModel;
  beforeAll(async () => {
    model = await engine.load(name === 'moe' ? await shippedCheckpoint() : await goldenCheckpoint(name));
  });
  afterAll(() => model?.dispose());

  test('in the mixing weights of the last token', async () => {
    const groups = (await goldenGradients(name)).filter((group) => group.kind === 'pathway');
    expect(groups.reduce((sum, { texts }) => sum + texts.length, 0)).toBe(name === 'moe' ? 50 : 10);
    for (const group of groups) await checkPathway(model, group);
  });

  test('in router logits that are added at all tokens', async () => {
    const groups = (await goldenGradients(name)).filter((group) => group.kind === 'context');
    expect(groups.reduce((sum, { texts }) => sum + texts.length, 0)).toBe(name === 'moe' ? 50 : 8);
    for (const group of groups) await checkContext(model, group);
  });
});

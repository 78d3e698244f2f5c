/** Two models on one device: the text of the oracle, and the memory back when the second one goes. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { accessOf } from '../../engine/access';
import { GREEDY, type Engine } from '../../engine/engine';
import { createReferenceEngine } from '../../engine/reference/engine';
import { tinyCheckpoint } from '../../engine/testing/tiny-model';
import { createWebgpuEngine, type WebgpuEngine } from '../../engine/webgpu/engine';
import { ROUTER_AS_TRAINED } from '../../routing/plan';
import { finish, LINES } from './testing/tiny-pair';
import type { Writer } from './writer';

const LARGE = tinyCheckpoint({ endOfText: [], tiedEmbedding: false, context: 128 }, 1);
const SMALL = tinyCheckpoint({ endOfText: [], tiedEmbedding: false, context: 128, layers: 1, feedForward: { kind: 'dense', hidden: 24 } }, 2);

let engine: WebgpuEngine;

beforeAll(async () => {
  engine = await createWebgpuEngine({ form: 'tiled' });
}, 60_000);
afterAll(() => engine?.dispose());

async function open(on: Engine, checkpoint: typeof LARGE): Promise<Writer & { free(): void }> {
  const model = await on.load(checkpoint);
  const access = accessOf(model, LINES);
  return {
    name: checkpoint.name,
    access,
    plan: ROUTER_AS_TRAINED,
    free: () => {
      access.dispose();
      model.dispose();
    },
  };
}

test('write the oracle\'s text with the oracle\'s counts, and leave no byte behind', async () => {
  const empty = engine.context.bytes;
  const large = await open(engine, LARGE);
  const one = engine.context.bytes;
  const small = await open(engine, SMALL);
  const both = engine.context.bytes;
  const oracle = createReferenceEngine();
  const [there, here] = [await open(oracle, SMALL), await open(oracle, LARGE)];
  for (const method of ['random', 'stepMean'] as const) {
    const settings = { method, largeShare: 0.5, threshold: 3.5, sampling: GREEDY, maxSteps: 4, maxStepTokens: 6 } as const;
    const { result, events } = await finish(small, large, settings, { routing: true });
    const expected = await finish(there, here, settings);
    expect(result.ids).toEqual(expected.result.ids);
    expect([...result.writer]).toEqual([...expected.result.writer]);
    expect(result.total).toMatchObject({ tokens: expected.result.total.tokens, flops: expected.result.total.flops });
    for (const event of events) if (event.type === 'step' && event.writer === 1) expect(event.batch?.routing?.count).toHaveLength(2 * event.ids.length);
  }
  // The caches of the text came on top of the weights; all of the small model's goes with it, then all of the large one's.
  const working = engine.context.bytes;
  expect(working).toBeGreaterThan(both);
  small.free();
  expect(working - engine.context.bytes).toBeGreaterThan(both - one);
  large.free();
  expect(engine.context.bytes).toBe(empty);
}, 120_000);

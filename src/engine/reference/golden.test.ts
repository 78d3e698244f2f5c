import { describe, expect, it } from 'vitest';
import { ROUTER_AS_TRAINED } from '../../routing/plan';
import { decidingMargin } from '../../routing/margin';
import { resolveRule } from '../../routing/resolve';
import { GREEDY } from '../engine';
import { goldenModels } from '../testing/golden';
import { createReferenceEngine } from './engine';
import { forwardToken, readModel } from './forward';

const models = goldenModels();
const TOLERANCE = 1e-4;
/** Choices closer than this may differ between float32 and float64. */
const MARGIN = 1e-6;

/** Largest difference of two arrays, which fails loudly on a wrong length or NaN. */
function worst(got: ArrayLike<number>, want: ArrayLike<number>): number {
  expect(got.length).toBe(want.length);
  let most = 0;
  for (let i = 0; i < want.length; i++) {
    const difference = Math.abs(got[i]! - want[i]!);
    if (Number.isNaN(difference)) return NaN;
    most = Math.max(most, difference);
  }
  return most;
}

it('golden files exist for the shipped model and for small ones of each kind', () => {
  const names = models.map((model) => model.name);
  expect(names).toContain('moe');
  expect(names.filter((name) => name.startsWith('tiny-')).length).toBeGreaterThanOrEqual(4);
  expect(new Set(models.map(({ checkpoint }) => checkpoint.config.feedForward.kind))).toEqual(new Set(['moe', 'dense']));
});

// Not describe.each: it would print every array of each model into a title.
for (const { name, checkpoint, prompts } of models) describe(`${name} agrees with PyTorch`, () => {
  const { config } = checkpoint;
  const { feedForward } = config;

  it('in embeddings and in the residual stream after each block', () => {
    const model = readModel(checkpoint);
    const size = config.context * config.kvHeads * config.headDim;
    for (const prompt of prompts) {
      const caches = Array.from({ length: config.layers }, () => ({ keys: new Float64Array(size), values: new Float64Array(size) }));
      const streams = Array.from({ length: config.layers + 1 }, () => new Float64Array(prompt.ids.length * config.width));
      prompt.ids.forEach((id, token) => {
        const rules = feedForward.kind === 'dense' ? [] : streams.slice(1).map((_, layer) => resolveRule(ROUTER_AS_TRAINED, feedForward, { layer, token, promptLength: 1 }));
        forwardToken(model, id, token, caches, rules, (layer, x) => streams[layer + 1]!.set(x, token * config.width));
      });
      expect(worst(streams[0]!, prompt.embeddings)).toBeLessThan(TOLERANCE);
      prompt.blocks.forEach((block, l) => expect(worst(streams[l + 1]!, block), `block ${l} of "${prompt.text}"`).toBeLessThan(TOLERANCE));
    }
  });

  it('in vocabulary logits, router logits, chosen experts and mixing weights', async () => {
    const model = await createReferenceEngine().load(checkpoint);
    for (const prompt of prompts) {
      const sequence = await model.createSequence();
      const batch = await sequence.append(prompt.ids, {
        plan: ROUTER_AS_TRAINED,
        promptLength: prompt.ids.length,
        sampling: GREEDY,
        record: { routing: true, logits: 'all' },
      });
      expect(worst(batch.logits!, prompt.logits), `logits of "${prompt.text}"`).toBeLessThan(TOLERANCE);
      if (feedForward.kind === 'dense') {
        expect(batch.routing).toBeUndefined();
        continue;
      }
      const { layers, experts, slots, logits, chosen, mix } = batch.routing!;
      expect([layers, experts, slots]).toEqual([config.layers, feedForward.experts, feedForward.topK]);
      const T = prompt.ids.length;
      for (let l = 0; l < layers; l++) {
        for (let t = 0; t < T; t++) {
          const row = logits.subarray((t * layers + l) * experts, (t * layers + l + 1) * experts);
          const place = (l * T + t) * slots;
          const here = (t * layers + l) * slots;
          expect(worst(row, prompt.routerLogits!.subarray((l * T + t) * experts, (l * T + t + 1) * experts))).toBeLessThan(TOLERANCE);
          const rule = resolveRule(ROUTER_AS_TRAINED, feedForward, { layer: l, token: t, promptLength: T });
          if (decidingMargin(row, rule, feedForward.scoring) < MARGIN) continue;
          expect([...chosen.subarray(here, here + slots)].toSorted()).toEqual([...prompt.experts!.subarray(place, place + slots)].toSorted());
          expect(worst(mix.subarray(here, here + slots), prompt.mix!.subarray(place, place + slots))).toBeLessThan(TOLERANCE);
        }
      }
    }
  });
});

it('the shipped model decodes greedily with a KV cache what one pass over its text gives', async () => {
  const { checkpoint, prompts } = models.find(({ name }) => name === 'moe')!;
  const model = await createReferenceEngine().load(checkpoint);
  const { ids } = prompts[0]!;
  const options = { plan: ROUTER_AS_TRAINED, promptLength: ids.length, sampling: GREEDY, record: { routing: false, logits: 'none' as const } };
  const sequence = await model.createSequence();
  await sequence.append(ids, options);
  const drawn = [...(await sequence.decode(32, options)).ids];
  const whole = await (await model.createSequence()).append([...ids, ...drawn], options);
  expect([...whole.chosen.subarray(ids.length - 1, -1)]).toEqual(drawn);
});

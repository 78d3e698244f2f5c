/** The ONNX engine and the float64 oracle on the shipped checkpoints: greedy runs, and each example plan. */
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { AGREEMENT_LIMITS } from '../analysis/agreement';
import type { Engine, LoadedModel } from '../engine/engine';
import { createReferenceEngine } from '../engine/reference/engine';
import type { Checkpoint } from '../model/checkpoint';
import { parsePlan } from '../routing/parse';
import { ROUTER_AS_TRAINED } from '../routing/plan';
import { compareEngines, mergeAgreements, promptsFrom } from './agree-engines';
import { agreementTable } from './agreement-table';
import { nodeOnnxEngine } from './node-onnx';
import { readCheckpoint } from './read-checkpoint';
import { PLAN_CASES } from './testing/plan-effects';

type Side = { readonly engine: Engine; readonly model: LoadedModel };

const engines = [createReferenceEngine(), nodeOnnxEngine()] as const;
afterAll(() => engines.forEach((engine) => engine.dispose()));

const prompts = promptsFrom(readFileSync('public/benchmarks/texts.test.jsonl', 'utf8'), 50);

async function sides(checkpoint: Checkpoint): Promise<readonly [Side, Side]> {
  const [reference, onnx] = engines;
  return [
    { engine: reference, model: await reference.load(checkpoint) },
    { engine: onnx, model: await onnx.load(checkpoint) },
  ];
}

let moe: { readonly checkpoint: Checkpoint; readonly sides: readonly [Side, Side] };
beforeAll(async () => {
  const checkpoint = await readCheckpoint('public/models/moe');
  moe = { checkpoint, sides: await sides(checkpoint) };
});

const CASES = [{ name: 'as trained', plan: ROUTER_AS_TRAINED, prompts: prompts.slice(0, 3), tokens: 8 }, ...PLAN_CASES.map(({ name, plan }) => ({ name, plan, prompts: prompts.slice(3, 4), tokens: 3 }))];

test.each(CASES)('moe, $name: same tokens, experts, weights and logits', async (planned) => {
  const { layers, feedForward } = moe.checkpoint.config;
  const plan = parsePlan(planned.plan, { layers, experts: feedForward.kind === 'moe' ? feedForward.experts : 0 });
  const { agreement } = await compareEngines(moe.sides, moe.checkpoint, { ...planned, plan, limits: AGREEMENT_LIMITS });
  expect(agreement.pass, agreementTable(agreement)).toBe(true);
  expect(agreement.decisionsCompared).toBeGreaterThan(0.5 * agreement.decisions);
});

test('dense-small: same tokens and logits', async () => {
  const checkpoint = await readCheckpoint('public/models/dense-small');
  const { agreement } = await compareEngines(await sides(checkpoint), checkpoint, { name: '', plan: ROUTER_AS_TRAINED, prompts: prompts.slice(0, 2), tokens: 8, limits: AGREEMENT_LIMITS });
  expect(agreement.pass, agreementTable(agreement)).toBe(true);
  expect(agreement.tokensCompared).toBe(agreement.tokens);
});

test('prompts differ, begin excerpts of many domains, and are always the same', () => {
  expect(new Set(prompts).size).toBe(50);
  expect(prompts[1]?.split(' ').length).toBe(16);
  expect(promptsFrom(readFileSync('public/benchmarks/texts.test.jsonl', 'utf8'), 50)).toEqual(prompts);
});

test('runs are summed up: counts add, differences are the largest, shares are of all decisions', () => {
  const part = (differ: number, share: number, logits: number, n: number) => ({
    pass: true,
    criteria: [
      { name: 'tokens that differ', value: differ, limit: 0, n, pass: differ === 0 },
      { name: 'share of choices turned by rounding', value: share, limit: 0.002, n, pass: share <= 0.002 },
      { name: 'router logits', value: logits, limit: 0.002, n, pass: true },
    ],
    close: [],
    tokens: n,
    tokensCompared: n,
    decisions: n,
    decisionsCompared: n,
  });
  const merged = mergeAgreements([part(0, 0.01, 1e-4, 100), part(0, 0, 5e-4, 900)]);
  expect(merged).toMatchObject({ pass: true, tokens: 1000 });
  expect(merged.criteria.map(({ value }) => value)).toEqual([0, 0.001, 5e-4]);
  expect(mergeAgreements([part(2, 0, 0, 10), part(1, 0, 0, 10)])).toMatchObject({ pass: false, criteria: [{ value: 3, pass: false }, { pass: true }, { pass: true }] });
});

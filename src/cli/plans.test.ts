import { describe, expect, test } from 'vitest';
import { GREEDY, RECORD_ROUTING, type LoadedModel, type StepBatch } from '../engine/engine';
import { createReferenceEngine } from '../engine/reference/engine';
import { tinyCheckpoint } from '../engine/testing/tiny-model';
import { parsePlan } from '../routing/parse';
import { ROUTER_AS_TRAINED, type RoutingPlan } from '../routing/plan';
import { expectEffect, PLAN_CASES } from './testing/plan-effects';

const IDS = Array.from({ length: 40 }, (_, t) => (t * 37 + 5) % 96);
const tiny = tinyCheckpoint();

async function runTiny(model: LoadedModel, plan: RoutingPlan): Promise<StepBatch> {
  const sequence = await model.createSequence();
  return sequence.append(IDS, { plan, promptLength: IDS.length, sampling: GREEDY, record: RECORD_ROUTING });
}

describe('each plan of docs/plans has exactly its effect on a tiny model', () => {
  test.each(PLAN_CASES)('$name', async (planned) => {
    const model = await createReferenceEngine().load(tiny);
    const plan = parsePlan(planned.plan, { layers: 2, experts: 8 });
    const [base, changed] = [await runTiny(model, ROUTER_AS_TRAINED), await runTiny(model, plan)];
    expectEffect(planned, base.routing!, changed.routing!, 2);
    expect([...changed.entropy]).not.toEqual([...base.entropy]);
  });
});

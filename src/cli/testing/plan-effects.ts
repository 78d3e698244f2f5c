/**
 * The plans of docs/plans/, and what each must do to the routing of a text: told from a run without a plan and one
 * with it, by arithmetic that shares no code with the selection rules.
 */
import { expect } from 'vitest';
import biasedExpert from '../../../docs/plans/biased-expert.json';
import maskedExpert from '../../../docs/plans/masked-expert.json';
import oneExpert from '../../../docs/plans/one-expert.json';
import topP from '../../../docs/plans/top-p.json';
import uniformLayer from '../../../docs/plans/uniform-layer.json';
import type { RoutingBatch } from '../../engine/engine';

/** One token in one layer. */
interface Row {
  readonly layer: number;
  readonly logits: readonly number[];
  readonly chosen: readonly number[];
  readonly prob: readonly number[];
  readonly mix: readonly number[];
}

export interface PlanCase {
  readonly name: string;
  /** The file's content, still unchecked. */
  readonly plan: unknown;
  /** Checks one row of the run with the plan, for a model that takes its top k and divides their weights by their sum. */
  readonly check: (row: Row, topK: number) => void;
  /** How many layers from the first are routed as without the plan. */
  readonly untouchedLayers: number;
}

function softmax(logits: readonly number[]): number[] {
  const weights = logits.map((z) => Math.exp(z - Math.max(...logits)));
  return weights.map((w) => w / weights.reduce((a, b) => a + b, 0));
}

/** An element that has to be there: a missing one fails every comparison. */
function at(values: ArrayLike<number>, index: number): number {
  return values[index] ?? NaN;
}

/** Ids by descending value, ties to the lower id. */
function ranked(values: readonly number[]): number[] {
  return values.map((_, id) => id).toSorted((a, b) => at(values, b) - at(values, a) || a - b);
}

function expectMixture(row: Row, prob: readonly number[]): void {
  const total = row.chosen.reduce((sum, expert) => sum + at(prob, expert), 0);
  row.chosen.forEach((expert, i) => {
    expect(row.prob[i]).toBeCloseTo(at(prob, expert), 5);
    expect(row.mix[i]).toBeCloseTo(at(prob, expert) / total, 4);
  });
}

export const PLAN_CASES: readonly PlanCase[] = [
  {
    name: 'one expert (k = 1)',
    plan: oneExpert,
    untouchedLayers: 0,
    check: (row) => {
      expect(row.chosen).toEqual([ranked(row.logits)[0]]);
      expect(row.mix[0]).toBeCloseTo(1, 6);
      expect(row.prob[0]).toBeCloseTo(Math.max(...softmax(row.logits)), 5);
    },
  },
  {
    name: 'top-p 0.6',
    plan: topP,
    untouchedLayers: 0,
    check: (row) => {
      const prob = softmax(row.logits);
      const mass = row.chosen.reduce((sum, expert) => sum + at(prob, expert), 0);
      expect(row.chosen).toEqual(ranked(row.logits).slice(0, row.chosen.length));
      expect(mass).toBeGreaterThanOrEqual(0.6);
      expect(mass - at(prob, row.chosen.at(-1) ?? -1)).toBeLessThan(0.6);
      expectMixture(row, prob);
    },
  },
  {
    name: 'expert 3 masked',
    plan: maskedExpert,
    untouchedLayers: 0,
    check: (row, topK) => {
      expect(row.chosen).toEqual(ranked(row.logits).filter((expert) => expert !== 3).slice(0, topK));
      expectMixture(row, softmax(row.logits));
    },
  },
  {
    name: 'layer 1 overridden to uniform',
    plan: uniformLayer,
    untouchedLayers: 1,
    check: (row, topK) => {
      const prob = row.layer === 1 ? row.logits.map(() => 1 / row.logits.length) : softmax(row.logits);
      // Ties go to the lower id.
      const order = row.layer === 1 ? row.logits.map((_, id) => id) : ranked(row.logits);
      expect(row.chosen).toEqual(order.slice(0, topK));
      expectMixture(row, prob);
    },
  },
  {
    name: 'a bias of +5 on expert 5',
    plan: biasedExpert,
    untouchedLayers: 0,
    check: (row, topK) => {
      const biased = row.logits.map((z, expert) => (expert === 5 ? z + 5 : z));
      expect(row.chosen).toEqual(ranked(biased).slice(0, topK));
      expectMixture(row, softmax(biased));
    },
  },
];

function rowsOf(batch: RoutingBatch): Row[] {
  return Array.from(batch.count, (count, cell) => {
    const slots = (values: ArrayLike<number>): number[] => Array.from({ length: count }, (_, i) => at(values, cell * batch.slots + i));
    return {
      layer: cell % batch.layers,
      logits: [...batch.logits.subarray(cell * batch.experts, (cell + 1) * batch.experts)],
      chosen: slots(batch.chosen),
      prob: slots(batch.prob),
      mix: slots(batch.mix),
    };
  });
}

/** Checks every row of a run with a plan, that the plan did change something, and that it left alone what lies before it. */
export function expectEffect(planned: PlanCase, base: RoutingBatch, changed: RoutingBatch, topK: number): void {
  const before = rowsOf(base);
  const after = rowsOf(changed);
  expect(after.length).toBe(before.length);
  after.forEach((row) => planned.check(row, topK));
  expect(after.some((row, i) => row.chosen.join() !== before[i]?.chosen.join())).toBe(true);
  after.forEach((row, i) => {
    // The first layer's router sees the same input whatever the plan does.
    if (row.layer === 0) row.logits.forEach((z, expert) => expect(z).toBeCloseTo(at(before[i]?.logits ?? [], expert), 4));
    if (row.layer < planned.untouchedLayers) expect(row.chosen).toEqual(before[i]?.chosen);
  });
}

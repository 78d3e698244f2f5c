import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { schemaFiles } from '../../scripts/schema';
import type { RoutingPlan } from '../routing/plan';
import { Faults } from './faults';
import type { JsonObject } from './json';
import { planSchema } from './plan-schema';
import { checkAgainst } from './sentences';
import { recogniseTrace } from './version';

test.each([...schemaFiles()])('public/schema/%s is what npm run schema writes', (name, text) => {
  expect(readFileSync(new URL(`../../public/schema/${name}`, import.meta.url), 'utf8')).toBe(text);
});

test('a plan that uses every field passes its schema unchanged', () => {
  const plan: RoutingPlan = {
    format: 'moe-plan',
    version: '1.0',
    entries: [
      { layers: 'all', tokens: 'all', k: 1 },
      { layers: [0, 3], tokens: { from: 2, to: 4 }, topP: { p: 0.6, min: 1, max: 4, mass: 'topk' }, mask: [0], bias: { 1: 5 } },
      { layers: [2], tokens: [0, 7], selectionBias: { 2: -0.5 }, override: [0.5, 0.25, 0.25], scale: { 0: 0 }, renormalise: 'after-scale' },
      { layers: 'all', tokens: 'last', override: 'uniform' },
    ],
  };
  expect(checkAgainst(planSchema, plan, new Faults())).toEqual(plan);
});

test.each([
  [{ k: 0 }, 'plan.entries[0].k is the number 0, but a number of at least 1 is wanted: correct it.'],
  [{ topP: { p: 0, mass: 'all' } }, 'plan.entries[0].topP.p is the number 0, but a number above 0 is wanted: correct it.'],
  [{ topP: { p: 0.5 } }, 'plan.entries[0].topP.mass is missing: put a value there.'],
  [{ bias: { first: 1 } }, 'plan.entries[0].bias.first is the text "first", but an expert number is wanted: correct it.'],
  [{ tokens: 'first' }, 'plan.entries[0].tokens is the text "first", but one of "all", "last", a list, an object is wanted: correct it.'],
])('a plan entry with %j is refused', (entry, sentence) => {
  const faults = new Faults();
  const plan = { format: 'moe-plan', version: '1.0', entries: [{ layers: 'all', tokens: 'all', ...entry }] };
  expect(checkAgainst(planSchema, plan, faults, 'plan')).toBeUndefined();
  expect(faults.list().map((fault) => fault.message)).toContain(sentence);
});

test('files of earlier versions are brought up to date one version at a time', () => {
  const migrations = new Map([
    [-1, (file: JsonObject) => ({ ...file, steps: ['from -1'] })],
    [0, (file: JsonObject) => ({ ...file, version: '1.0', steps: [...((file.steps as string[] | undefined) ?? []), 'from 0'] })],
  ]);
  const faults = new Faults();
  expect(recogniseTrace({ format: 'moe-trace', version: '0.3' }, faults, migrations)).toEqual({ format: 'moe-trace', version: '1.0', steps: ['from 0'] });
  expect(faults.count).toBe(0);
});

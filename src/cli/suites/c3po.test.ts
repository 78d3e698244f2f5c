import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createReferenceEngine } from '../../engine/reference/engine';
import type { LoadedModel } from '../../engine/engine';
import { defaultSettings } from '../../methods/c3po/settings';
import type { ItemResult } from '../../methods/c3po/benchmark';
import { readCheckpoint } from '../read-checkpoint';
import { ablationRows, chosenRows } from './c3po-ablation';
import { c3po } from './c3po';
import { mergeItem, readMerge } from './c3po-files';
import { readLayers, readRunSettings, readToken } from './c3po-settings';
import { armTable } from './c3po-table';
import type { SuiteContext } from './suite';

const SHAPE = { layers: 8, experts: 16, topK: 2 };
const DEFAULTS = defaultSettings(SHAPE);

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'c3po-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

describe('settings', () => {
  it('are shared by all arms, or belong to one', () => {
    const { arms, shared, carriedBy } = readRunSettings({ k: '5', layers: 'L2', 'ngdLogits.k': '8', 'oracle.rateStart': '0.5', carriedBy: 'ngdLogits' }, DEFAULTS, SHAPE);
    expect(Object.keys(arms)).toEqual(['base', 'mode', 'kernelRegression', 'ngd', 'oracle', 'random', 'unsuccessful', 'ngdAllLabelled', 'ngdLogits']);
    expect(shared).toMatchObject({ k: 5, layers: [6, 7] });
    expect([arms['ngd']!.k, arms['ngdLogits']!.k, arms['oracle']!.rateStart, arms['ngd']!.rateStart]).toEqual([5, 8, 0.5, 0.01]);
    expect(carriedBy).toBe('ngdLogits');
  });
  it('run base with every choice of arms', () => {
    expect(Object.keys(readRunSettings({ arms: 'oracle,ngd' }, DEFAULTS, SHAPE).arms)).toEqual(['base', 'ngd', 'oracle']);
  });
  it('read layers and tokens', () => {
    expect([readLayers('M2', 8), readLayers('1, 5', 8)]).toEqual([[3, 4], [1, 5]]);
    expect(readToken('middle3')).toEqual({ place: 'middle', count: 3 });
  });
  it.each([
    [{ rateStart: 'NaN' }, 'The setting rateStart is "NaN", but a number is wanted.'],
    [{ k: '' }, 'The setting k is "", but a number is wanted.'],
    [{ steps: '51' }, 'The number of steps is 51, but a whole number from 0 to 50 is wanted.'],
    [{ kernel: 'cubic' }, 'The setting kernel is "cubic", but one of gaussian, matern, polynomial, linear is wanted.'],
    [{ layers: 'Q2' }, 'The layers are "Q2", but F, M or L and a number, all, or numbers parted by commas are wanted.'],
    [{ token: 'second' }, 'The token is "second", but first, middle or last and a number is wanted: last1.'],
    [{ arms: 'ngd,soup' }, 'There is no arm "soup"; there are base, mode,'],
    [{ template: 'abroad' }, 'The template is "abroad", but one of away, home, all is wanted.'],
  ])('%j is refused', (set, sentence) => {
    expect(() => readRunSettings(set, DEFAULTS, SHAPE)).toThrow(sentence);
  });
});

describe('ablations', () => {
  const rows = ablationRows({ ...DEFAULTS, k: 4 }, SHAPE);
  it('vary one setting at a time around the one that is used', () => {
    const values = (axis: string): string[] => rows.filter((row) => row.axis === axis).map(({ value }) => value);
    expect(values('k')).toEqual(['1', '3', '4', '5', '8']);
    expect(values('layers')).toEqual(['F1', 'M1', 'L1', 'F2', 'M2', 'L2', 'F5', 'M5', 'L5', 'all']);
    expect(values('core')).toEqual(['2', '3', '4', '5', '8', '16']);
    expect(values('token')).toEqual(['first1', 'first3', 'middle1', 'middle3', 'last1', 'last3']);
    for (const { axis, settings } of rows) if (axis === 'steps') expect({ ...settings, steps: 0 }).toEqual({ ...DEFAULTS, k: 4, steps: 0 });
  });
  it('can be chosen', () => {
    expect(new Set(chosenRows(rows, ['k', 'kernel']).map(({ axis }) => axis))).toEqual(new Set(['k', 'kernel']));
    expect(() => chosenRows(rows, ['salt'])).toThrow('There is no ablation "salt"; there are k, epsilon, steps, kernel, layers, core, token.');
  });
});

describe('answers that were computed elsewhere', () => {
  const item: ItemResult = { id: 'a', family: '', answer: 'y', arms: { base: { predicted: 'n', cost: 1, milliseconds: 0, neighbours: [] } } };
  const file = (value: unknown): string => {
    const path = join(folder, 'merge.json');
    writeFileSync(path, JSON.stringify(value));
    return path;
  };
  it('join the item, in both forms of the file', () => {
    const named = readMerge(file({ ranBy: 'PyTorch', arms: { ngdLogits: { a: 'y' } } }));
    expect(named.ranBy).toBe('PyTorch');
    expect(readMerge(file({ ngdLogits: { a: 'y' } })).arms).toEqual(named.arms);
    expect(mergeItem(item, ['y', 'n'], named).arms['ngdLogits']!.predicted).toBe('y');
  });
  it('are refused where one is missing or none of the options', () => {
    expect(() => mergeItem(item, ['y', 'n'], readMerge(file({ ngdLogits: {} })))).toThrow('The answers of ngdLogits lack the item "a"');
    expect(() => mergeItem(item, ['y', 'n'], readMerge(file({ ngdLogits: { a: 'x' } })))).toThrow('is "x", which is not one of its options');
    expect(() => readMerge(file({ ngdLogits: 3 }))).toThrow('is no file of answers by arm and item');
  });
});

it('prints a table that a document can hold', () => {
  const row = { arm: 'ngd', n: 1000, count: 500, share: 0.5, low: 0.4691, high: 0.5309, fixed: 80, broken: 20, p: 1.2e-9, gapClosed: 0.412, gapInterval: { low: 0.3, high: 0.5 }, cost: 6.123, milliseconds: 51.6, change: 0.1 };
  expect(armTable([row])[2]).toBe('| ngd | 50.0 | 46.9 to 53.1 | 80 / 20 | 1e-9 | 41 % | 6.12 | 52 | 1000 |');
  expect(armTable([{ ...row, arm: 'base', cost: NaN, milliseconds: NaN }])[2]).toBe('| base | 50.0 | 46.9 to 53.1 |  |  |  | - | - | 1000 |');
});

describe('on the shipped model', () => {
  let model: LoadedModel;
  let context: SuiteContext;
  beforeAll(async () => {
    const checkpoint = await readCheckpoint('public/models/moe');
    const engine = createReferenceEngine();
    model = await engine.load(checkpoint);
    const lines = (path: string, n: number): string => readFileSync(path, 'utf8').split('\n').slice(0, n).join('\n');
    const items = join(folder, 'items.jsonl');
    const references = join(folder, 'references.jsonl');
    writeFileSync(items, readFileSync('public/benchmarks/single.validation.jsonl', 'utf8').split('\n').filter((line) => line.includes('"away"')).slice(0, 2).join('\n'));
    writeFileSync(references, lines('public/references/single.jsonl', 40));
    const load = () => Promise.reject(new Error('this suite needs one model'));
    context = { checkpoint, model, engine: engine.info, load, items, references, limit: 0, seed: 1, set: { arms: 'ngd,oracle', steps: '2', rateStart: '0.5' }, ablate: false, merge: undefined, compare: undefined };
  });

  it('measures arms, and agrees with a copy of its own run given as another implementation', async () => {
    const prepared = await c3po.prepare(context);
    const results: ({ id: string } & Readonly<Record<string, unknown>>)[] = [];
    for (const unit of prepared.units) results.push({ id: unit.id, ...(await unit.run()) });
    const { figures, lines } = prepared.summarise(results);
    expect(figures).toMatchObject({ n: 2, carriedBy: 'ngd', baseCost: 1, ranElsewhere: '' });
    expect(figures['ngdCost']).toBeGreaterThan(2);
    expect(lines).toHaveLength(5);
    expect(results.map((result) => (result as unknown as ItemResult).counted!['ngdLogits']! > 100)).toEqual([true, true]);

    // Answers of another arm, given later: the same units, and what the arm would have cost.
    const merge = join(folder, 'later.json');
    const chosen = Object.fromEntries((results as unknown as ItemResult[]).map(({ id, answer: right }) => [id, right]));
    writeFileSync(merge, JSON.stringify({ ranBy: 'PyTorch', arms: { ngdLogits: chosen } }));
    const merging = await c3po.prepare({ ...context, merge });
    expect(merging.settings).toEqual(prepared.settings);
    expect(merging.summarise(results).figures).toMatchObject({ ngdLogits: 1, ranElsewhere: 'ngdLogits: PyTorch', ngdLogitsMilliseconds: null });
    expect(merging.summarise(results).figures['ngdLogitsCost']).toBeGreaterThan(100);

    const { answer, neighbours } = { answer: 'ngd', neighbours: 'ngd' } as const;
    const items = (results as unknown as ItemResult[]).map(({ id, arms }) => ({ id, neighbours: arms[neighbours]!.neighbours, omega: {}, answer: { ngd: arms[answer]!.predicted } }));
    const compare = join(folder, 'other.json');
    writeFileSync(compare, JSON.stringify({ items }));
    const comparing = await c3po.prepare({ ...context, compare });
    const compared = [];
    for (const unit of comparing.units) compared.push({ id: unit.id, ...(await unit.run()) });
    expect(comparing.summarise(compared).figures).toEqual({ n: 2, ngdNeighbours: 1, ngdOmega: null, ngdAnswers: 1, pass: true });

    items[0]!.neighbours = ['nobody'];
    writeFileSync(compare, JSON.stringify({ items }));
    const differing = await c3po.prepare({ ...context, compare });
    expect(differing.summarise([{ id: items[0]!.id, ...(await differing.units[0]!.run()) }])).toMatchObject({ pass: false, figures: { ngdNeighbours: 0 } });
  });

  it('says what is wrong with its files', async () => {
    await expect(c3po.prepare({ ...context, items: undefined })).rejects.toThrow('There is no file of items: give --items FILE.');
    const bad = join(folder, 'bad.jsonl');
    writeFileSync(bad, '{"prompt":"q"}');
    await expect(c3po.prepare({ ...context, items: bad })).rejects.toThrow('The item in line 1 has no options');
    writeFileSync(bad, '{"prompt":"q","options":["1","2"]}');
    await expect(c3po.prepare({ ...context, items: bad })).rejects.toThrow('The item "line-1" has no answer: accuracy needs labelled items.');
    const many = await c3po.prepare({ ...context, set: { arms: 'ngd', k: '60' } });
    await expect(many.units[0]!.run()).rejects.toThrow('60 neighbours are asked for');
  });
});

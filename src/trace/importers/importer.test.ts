import { describe, expect, test } from 'vitest';
import { importedFile, isoTime, listOf, MOST_NUMBERS, MOST_TRACES, numberIn, sumsToOne, textList, wholeList, type Imported } from './importer';

const BARE: Imported = { source: 'x', model: { moeLayers: [2, 5], experts: 4, topK: 2 }, tokens: { ids: undefined, text: undefined, generatedFrom: 1 }, routing: { experts: [0, 1, 2, 3, 0, 1, 2, 0], slots: 2 } };

test('what a source does not say is a placeholder that is named', () => {
  expect(importedFile(BARE, 2)).toEqual({
    $schema: 'moe-trace-1',
    format: 'moe-trace',
    version: '1.0',
    exporter: 'import-x@1',
    created: '1970-01-01T00:00:00Z',
    title: 'x',
    model: { id: 'unknown', layers: 6, moeLayers: [2, 5], experts: 4, topK: 2, sharedExperts: 0, scoring: 'softmax', normTopk: false },
    run: { promptTokens: 1 },
    tokens: { ids: [0, 0], text: ['<#1>', '<#2>'], kind: ['prompt', 'generated'] },
    routing: { shape: [2, 2, 2], experts: [0, 1, 2, 3, 0, 1, 2, 0], mix: [null, null, null, null, null, null, null, null] },
    meta: { source: 'x', unknown: ['tokens.ids', 'tokens.text', 'routing.mix', 'created', 'model.id', 'model.layers', 'model.sharedExperts', 'model.scoring', 'model.normTopk'] },
  });
});

test('what it says is kept, and uncertain numbers are named too', () => {
  const numbers = [1, 0, 1, 0, 1, 0, 1, 0];
  const full: Imported = {
    source: 'y',
    title: 't'.repeat(1_001),
    created: '2026-01-31T12:00:00.000Z',
    model: { id: 'm'.repeat(501), moeLayers: [], layersUncertain: true, experts: 4, expertsUncertain: true, topK: 2, normTopk: true, scoring: 'sigmoid', layers: 9, sharedExperts: 1 },
    run: { prompt: 'p', promptTokens: 7 },
    tokens: { ids: [5, 6], text: ['a', 'b'], generatedFrom: 2 },
    routing: { experts: [], slots: 2, mix: numbers, prob: numbers, logits: numbers, outputNorm: numbers, count: [1, 1, 1, 1] },
    output: { chosen: [6, 7] },
    meta: { source: 'z', extra: 1 },
  };
  expect(importedFile(full, 2)).toMatchObject({
    created: '2026-01-31T12:00:00.000Z',
    title: 't'.repeat(1_000),
    model: { id: 'm'.repeat(500), layers: 9, sharedExperts: 1, scoring: 'sigmoid', normTopk: true },
    run: { prompt: 'p', promptTokens: 7 },
    tokens: { ids: [5, 6], text: ['a', 'b'], kind: ['prompt', 'prompt'] },
    routing: { shape: [2, 0, 2], mix: numbers, prob: numbers, logits: numbers, outputNorm: numbers, count: [1, 1, 1, 1] },
    output: { chosen: [6, 7] },
    meta: { source: 'y', extra: 1, unknown: ['model.moeLayers', 'model.experts'] },
  });
  // No layer at all, and nothing that says how many there are.
  expect(importedFile({ ...BARE, model: { moeLayers: [], experts: 1, topK: 1 } }, 1)).toMatchObject({ model: { layers: 0 } });
});

test('ids without texts name the tokens, and unknown weights fill the used slots only', () => {
  const file = importedFile({ ...BARE, tokens: { ids: [7, 8], text: undefined, generatedFrom: 0 }, routing: { ...BARE.routing, count: [1, 2, 0, 2] } }, 2);
  expect(file['tokens']).toEqual({ ids: [7, 8], text: ['<id 7>', '<id 8>'], kind: ['generated', 'generated'] });
  expect(file['routing']).toMatchObject({ mix: [null, 0, null, null, 0, 0, null, null], count: [1, 2, 0, 2] });
});

test('weights sum to one where every row with any does, within 2e-3', () => {
  expect(sumsToOne(undefined, 2)).toBeUndefined();
  expect(sumsToOne([1], 0)).toBeUndefined();
  expect(sumsToOne([0.5, 0.5, 0, 0, 0.9985, 0], 2)).toBe(true);
  expect(sumsToOne([0.5, 0.5, 0.5, 0.497], 2)).toBe(false);
  expect(sumsToOne([0.5, 0.5, 0.5, 0.503], 2)).toBe(false);
  expect(sumsToOne([], 2)).toBe(true);
});

test('a file or none is a list', () => {
  expect([listOf(undefined), listOf({ a: 1 })]).toEqual([[], [{ a: 1 }]]);
  expect([MOST_TRACES, MOST_NUMBERS]).toEqual([12, 2 ** 24]);
});

describe('fields of other programs', () => {
  test('are numbers where they are whole and large enough, from the nearest place', () => {
    const places = [null, 3, 'text', { k: '8', n: 0 }, { k: 2.5 }, { top: 4, k: 9 }];
    expect(numberIn(places, ['k'])).toBe(9);
    expect(numberIn(places, ['k', 'top'])).toBe(9);
    expect(numberIn(places, ['top', 'k'])).toBe(4);
    expect(numberIn(places, ['n'])).toBeUndefined();
    expect(numberIn(places, ['n'], 0)).toBe(0);
    expect(numberIn([{ k: 3 }], ['k'], 3)).toBe(3);
    expect(numberIn([{ k: 3 }], ['k'], 4)).toBeUndefined();
    // What every object inherits is no field.
    expect(numberIn([Object.create({ k: 5 })], ['k'])).toBeUndefined();
  });

  test('are lists where every element is one of them', () => {
    expect(wholeList([0, 5])).toEqual([0, 5]);
    expect(wholeList([0, 5], 1)).toBeUndefined();
    for (const value of [[0.5], ['1'], [-1], '12', undefined, { 0: 1 }]) expect(wholeList(value)).toBeUndefined();
    expect(textList(['a', ''])).toEqual(['a', '']);
    for (const value of [['a', 1], 'ab', undefined]) expect(textList(value)).toBeUndefined();
  });

  test('are times from seconds and from texts, with or without a zone', () => {
    expect(isoTime(1_778_970_228)).toBe('2026-05-16T22:23:48.000Z');
    expect(isoTime('2026-06-05T16:18:26.836445')).toBe('2026-06-05T16:18:26.836Z');
    expect(isoTime('2026-06-05T16:18:26Z')).toBe('2026-06-05T16:18:26.000Z');
    expect(isoTime('2026-06-05T16:18:26+02:00')).toBe('2026-06-05T14:18:26.000Z');
    expect(isoTime('2026-06-05T16:18:26-0130')).toBe('2026-06-05T17:48:26.000Z');
    for (const value of ['yesterday', '2026-06-05', 'x2026-06-05T16:18:26', '2026-13-05T16:18:26', undefined, null, Number.NaN, 1e300, 253_402_300_800]) expect(isoTime(value)).toBeUndefined();
    expect(isoTime(253_402_300_799)).toBe('9999-12-31T23:59:59.000Z');
  });
});

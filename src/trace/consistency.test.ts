import { describe, expect, test } from 'vitest';
import { checkSlots, checkTokens } from './consistency';
import { exportTrace } from './export';
import { Faults } from './faults';
import type { TraceFile } from './schema';
import { smallTrace } from './testing/small';
import type { TraceRouting } from './trace';

const GOOD = exportTrace(smallTrace);

function tokens(change: Partial<TraceFile>): unknown {
  const faults = new Faults();
  expect(checkTokens({ ...GOOD, ...change }, faults)).toBe(faults.count === 0);
  return faults.list();
}

const model = (change: Partial<TraceFile['model']>): unknown => tokens({ model: { ...GOOD.model, ...change } });
const shape = (...of: readonly number[]): unknown => tokens({ routing: { ...GOOD.routing, shape: [...of] } });

describe('lengths and numbers hang together', () => {
  test('in a good file', () => {
    expect(tokens({})).toEqual([]);
    expect(shape(2, 2, 0)).toEqual([]);
    expect(shape(2, 2, 3)).toEqual([]);
    expect(model({ topK: 3 })).toEqual([]);
    expect(model({ moeLayers: [0, 3], layers: 4 })).toEqual([]);
    expect(tokens({ run: null })).toEqual([]);
    expect(tokens({ run: { promptTokens: 2 }, marks: [{ token: 1, type: 'note' }] })).toEqual([]);
    expect(tokens({ run: {}, marks: null })).toEqual([]);
    // A dense model has no slots to speak of.
    expect(tokens({ model: { ...GOOD.model, experts: 0, topK: 0, moeLayers: [] }, routing: { ...GOOD.routing, shape: [2, 0, 4] } })).toEqual([]);
  });

  test('or are refused, each with its place', () => {
    expect(tokens({ tokens: { ...GOOD.tokens, text: [], kind: [] }, routing: { ...GOOD.routing, shape: [0, 2, 2] }, run: null, marks: null })).toEqual([{ path: 'tokens.text', message: 'tokens.text is empty: a trace needs at least one token.' }]);
    expect(tokens({ tokens: { ...GOOD.tokens, kind: ['prompt'] } })).toEqual([{ path: 'tokens.kind', message: 'tokens.kind has 1 elements, but tokens.text has 2: each token needs both.' }]);
    for (const [of, begins] of [[[3, 2, 2], '3, 2'], [[2, 1, 2], '2, 1']] as const) expect(shape(...of)).toEqual([{ path: 'routing.shape', message: `routing.shape begins with [${begins}], but there are 2 tokens and 2 layers in model.moeLayers: write [2, 2, K].` }]);
    expect(shape(2, 2, 4)).toEqual([{ path: 'routing.shape', message: 'routing.shape allows 4 experts per token and layer, but model.experts is 3: correct one of them.' }]);
    expect(model({ topK: 4 })).toEqual([{ path: 'model.topK', message: 'model.topK is 4, but model.experts is 3: correct one of them.' }]);
    expect(tokens({ run: { promptTokens: 3 } })).toEqual([{ path: 'run.promptTokens', message: 'run.promptTokens is 3, but the trace has only 2 tokens: correct it.' }]);
    expect(tokens({ marks: [{ token: 0, type: 'note' }, { token: 2, type: 'note' }] })).toEqual([{ path: 'marks[1].token', message: 'marks[1].token is 2, but the last of the 2 tokens is 1: positions count from 0.' }]);
  });

  test('and layers ascend below the number of layers', () => {
    const misplaced = (at: number, layer: number): unknown => [{ path: `model.moeLayers[${at}]`, message: `model.moeLayers[${at}] is ${layer}, but layer numbers must ascend and stay below model.layers, which is 2.` }];
    expect(model({ moeLayers: [0, 2] })).toEqual(misplaced(1, 2));
    expect(model({ moeLayers: [1, 0] })).toEqual(misplaced(1, 0));
    expect(model({ moeLayers: [1, 1] })).toEqual(misplaced(1, 1));
    expect(model({ moeLayers: [2, 3] })).toEqual(misplaced(0, 2));
  });
});

describe('slots', () => {
  /** Two tokens, one layer, two slots. */
  const routing: TraceRouting = { slots: 2, experts: Uint16Array.of(1, 0, 2, 0), mix: Float32Array.of(0.5, 0.5, 1, 0), count: Uint16Array.of(2, 1) };
  const slots = (change: Partial<TraceRouting>, layers = 1): unknown => {
    const faults = new Faults();
    checkSlots({ ...routing, ...change }, 2 / layers, layers, faults);
    return faults.list();
  };

  test('past the count hold 0, and those before it name an expert each', () => {
    expect(slots({})).toEqual([]);
    expect(slots({ prob: Float32Array.of(1, 1, 1, 0), outputNorm: Float32Array.of(1, 1, 1, 0) })).toEqual([]);
    expect(slots({ experts: Uint16Array.of(1, 1, 2, 0) })).toEqual([{ path: 'routing.experts', message: 'routing.experts[0][0] names an expert twice among its 2: a layer chooses each expert at most once.' }]);
    expect(slots({ experts: Uint16Array.of(1, 0, 2, 2) })).toEqual([{ path: 'routing.experts', message: 'routing.experts[1][0][1] is 2, but slots past count (1 here) must hold 0.' }]);
    for (const name of ['mix', 'prob', 'outputNorm'] as const) expect(slots({ [name]: Float32Array.of(1, 1, 1, 0.25) })).toEqual([{ path: `routing.${name}`, message: `routing.${name}[1][0][1] is 0.25, but slots past count (1 here) must hold 0.` }]);
    expect(slots({ count: Uint16Array.of(2, 0), mix: new Float32Array(4), experts: Uint16Array.of(1, 0, 0, 0) })).toEqual([]);
    expect(slots({ count: Uint16Array.of(2, 0), mix: new Float32Array(4), experts: Uint16Array.of(1, 0, 3, 0) })).toMatchObject([{ message: 'routing.experts[1][0][0] is 3, but slots past count (0 here) must hold 0.' }]);
  });

  test('are all used where there is no count, and places count layers within tokens', () => {
    const all: TraceRouting = { slots: 2, experts: Uint16Array.of(1, 0, 2, 2), mix: new Float32Array(4) };
    const faults = new Faults();
    checkSlots(all, 1, 2, faults);
    expect(faults.list()).toEqual([{ path: 'routing.experts', message: 'routing.experts[0][1] names an expert twice among its 2: a layer chooses each expert at most once.' }]);
    // One breach is told, not each.
    const twice = new Faults();
    checkSlots({ ...all, experts: Uint16Array.of(1, 1, 2, 2) }, 2, 1, twice);
    expect(twice.count).toBe(1);
  });
});

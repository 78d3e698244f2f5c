import { describe, expect, it } from 'vitest';
import { firstForced, forcedOf, planOf } from './editPlan';
import type { RoutingPlan } from '../routing/plan';
import { enabledEdits, leftEdits, moved, MOST_EDITS, NO_EDITS, withChange, type Change, type Edit, type EditList } from './edits';

const MODEL = { moeLayers: [0, 1, 2], experts: 4 };

function listOf(...changes: readonly (readonly [Change, number?])[]): EditList {
  return changes.reduce<EditList>((list, [change, from = 0]) => withChange(list, change, from), []);
}

describe('a list of edits', () => {
  it('puts a change in the place of one for the same thing', () => {
    const list = listOf([{ kind: 'k', layer: 1, k: 1 }], [{ kind: 'ablate', layer: 1, expert: 2 }], [{ kind: 'topP', layer: 1, p: 0.5 }]);
    expect(list).toEqual([
      { kind: 'topP', layer: 1, p: 0.5, id: 'e1', enabled: true, from: 0 },
      { kind: 'ablate', layer: 1, expert: 2, id: 'e2', enabled: true, from: 0 },
    ]);
    expect(withChange(list, { kind: 'topP', layer: 1, p: 0.5 }, 7)).toHaveLength(3);
  });
  it('moves within its ends and is bounded', () => {
    const list = listOf([{ kind: 'ablate', layer: 0, expert: 0 }], [{ kind: 'ablate', layer: 0, expert: 1 }], [{ kind: 'ablate', layer: 0, expert: 2 }]);
    expect(moved(list, 'e1', 1).map(({ id }) => id)).toEqual(['e2', 'e1', 'e3']);
    expect(moved(list, 'e3', 5).map(({ id }) => id)).toEqual(['e1', 'e2', 'e3']);
    const full = Array.from({ length: 80 }, (_, from) => from).reduce<EditList>((all, from) => withChange(all, { kind: 'ablate', layer: 0, expert: 0 }, from), []);
    expect(full).toHaveLength(MOST_EDITS);
  });
  it('is left behind with its text, and can be brought back', () => {
    const list = listOf([{ kind: 'ablate', layer: 0, expert: 0 }]);
    const left = leftEdits({ ...NO_EDITS, list, phase: 'running' });
    expect(left).toMatchObject({ list: [], undo: [list], phase: 'done' });
  });
});

describe('the plan of a list', () => {
  it('adds masks and biases up, in each layer', () => {
    const list = listOf([{ kind: 'ablate', layer: 1, expert: 3 }], [{ kind: 'ablate', layer: 1, expert: 0 }], [{ kind: 'bias', layer: 1, expert: 2, value: 0.5 }], [{ kind: 'ablate', layer: 2, expert: 1 }]);
    expect(planOf(list, MODEL).entries).toEqual([
      { layers: [1], tokens: 'all', mask: [0, 3], bias: { 2: 0.5 } },
      { layers: [2], tokens: 'all', mask: [1] },
    ]);
  });
  it('carries what covers all tokens into a later scope', () => {
    const list = listOf([{ kind: 'ablate', layer: 1, expert: 3 }, 5], [{ kind: 'k', layer: 'all', k: 1 }]);
    expect(planOf(list, MODEL).entries).toEqual([
      { layers: 'all', tokens: 'all', k: 1 },
      { layers: [1], tokens: { from: 5 }, mask: [3], k: 1 },
    ]);
  });
  it('lets a later cut replace an earlier one, in either order', () => {
    const list = listOf([{ kind: 'k', layer: 'all', k: 1 }], [{ kind: 'topP', layer: 1, p: 0.9 }]);
    expect(planOf(list, MODEL).entries).toEqual([
      { layers: [0, 2], tokens: 'all', k: 1 },
      { layers: [1], tokens: 'all', topP: { p: 0.9, mass: 'all' } },
    ]);
    expect(planOf(moved(list, 'e2', -1), MODEL).entries).toEqual([{ layers: 'all', tokens: 'all', k: 1 }]);
  });
  it('sets weights as they are typed, and multiplies factors in', () => {
    const list = listOf([{ kind: 'mix', layer: 0, mode: 'set', weights: { 1: 0.75, 3: 0.5, 2: 0 } }], [{ kind: 'mix', layer: 1, mode: 'scale', weights: { 0: 2 } }]);
    expect(planOf(list, MODEL).entries).toEqual([
      { layers: [0], tokens: 'all', override: [0, 0.75, 0, 0.5], renormalise: 'off', k: 2 },
      { layers: [1], tokens: 'all', scale: { 0: 2 } },
    ]);
  });
  it('leaves out what is off, and keeps the entries that a run had', () => {
    const list = listOf([{ kind: 'ablate', layer: 1, expert: 3 }]).map((edit) => ({ ...edit, enabled: false }));
    expect(planOf(list, MODEL, { format: 'moe-plan', version: '1.0', entries: [{ layers: 'all', tokens: 'last', k: 1 }] }).entries).toEqual([{ layers: 'all', tokens: 'last', k: 1 }]);
    expect(enabledEdits(list)).toEqual([]);
  });
});

describe('tokens that stand by force', () => {
  it('begin where they stand; one that no longer does begins at the draw before it', () => {
    const forced = forcedOf(listOf([{ kind: 'force', token: 42, text: 'x' }, 9], [{ kind: 'force', token: 7, text: 'y' }, 12]));
    expect([...forced]).toEqual([[9, 42], [12, 7]]);
    expect(firstForced(new Map(), forced, 5)).toBe(9);
    expect(firstForced(forced, new Map([[9, 42]]), 5)).toBe(11);
    expect(firstForced(new Map([[3, 1]]), new Map(), 5)).toBe(3);
    expect(firstForced(new Map([[9, 1]]), new Map([[9, 2]]), 5)).toBe(9);
    expect(firstForced(forced, forced, 5)).toBe(Infinity);
  });
});

describe('a whole plan as an edit', () => {
  const model = { moeLayers: [0, 1, 2], experts: 4 };
  const plan: RoutingPlan = { format: 'moe-plan', version: '1.0', entries: [{ layers: [1], tokens: 'all', mask: [2], k: 1 }, { layers: 'all', tokens: { from: 5 }, bias: { 0: 1 } }] };
  const whole: Edit = { id: 'e1', enabled: true, from: 0, kind: 'plan', plan };
  const off: Edit = { id: 'e2', enabled: true, from: 0, kind: 'ablate', layer: 1, expert: 0 };

  it('stands as it is, and not at all while it is off', () => {
    expect(planOf([whole], model).entries).toEqual(plan.entries);
    expect(planOf([{ ...whole, enabled: false }], model).entries).toEqual([]);
  });

  it('keeps what it masks where an edit masks one more', () => {
    expect(planOf([whole, off], model).entries).toEqual([...plan.entries, { layers: [1], tokens: 'all', mask: [0, 2] }]);
    // The order in the list does not matter: edits stand over plans.
    expect(planOf([off, whole], model).entries).toEqual([...plan.entries, { layers: [1], tokens: 'all', mask: [0, 2] }]);
    expect(planOf([{ ...off, layer: 0 }], model, plan).entries).toEqual([...plan.entries, { layers: [0], tokens: 'all', mask: [0] }]);
  });
});

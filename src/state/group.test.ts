import { expect, test } from 'vitest';
import { choicesOfCells } from '../analysis/choices';
import { coActivation, partnerLift, partnerProbabilities } from '../analysis/co-activation';
import { routedTrace } from '../analysis/testing/routed';
import { createApp, type Services } from './app';
import { clearGroup, groupCells, groupText, MOST_GROUP, readGroup, setGroup } from './group';

/** Four tokens, two layers, three experts, top-2. */
const trace = routedTrace({ experts: 3, chosen: [[[0, 1], [2, 0]], [[0, 2], [2, 1]], [[1, 2], [0, 1]], [[0, 1], [2, 1]]] });

test('experts of several layers are set against each other, by hand', () => {
  const cells = groupCells([{ layer: 0, expert: 0 }, { layer: 0, expert: 1 }, { layer: 1, expert: 2 }, { layer: 7, expert: 0 }, { layer: 1, expert: 9 }], trace);
  expect(cells).toEqual([{ row: 0, layer: 0, expert: 0 }, { row: 0, layer: 0, expert: 1 }, { row: 1, layer: 1, expert: 2 }]);
  const matrix = coActivation(choicesOfCells(trace, cells));
  // L0 E0 takes tokens 0 1 3, L0 E1 takes 0 2 3, L1 E2 takes 0 1 3.
  expect([...matrix.together]).toEqual([3, 2, 3, 2, 3, 2, 3, 2, 3]);
  expect(matrix.n).toBe(4);
  expect(partnerProbabilities(matrix)[2]).toBe(1);
  expect(partnerLift(matrix)[2]).toBeCloseTo(4 / 3, 12);
});

test('a group opens Co-activation; one expert is none, and too many are refused', () => {
  const app = createApp({} as Services);
  const group = Array.from({ length: 3 }, (_, expert) => ({ layer: 2, expert }));
  expect(setGroup(app, group.slice(0, 1))).toBe(false);
  expect(app.store.getState().view.panel).toBe('main');
  expect(setGroup(app, Array.from({ length: MOST_GROUP + 1 }, (_, expert) => ({ layer: 2, expert })))).toBe(false);
  expect(app.store.getState().view.announcement).toBe('65 experts are too many to set against each other: at most 64.');
  expect(setGroup(app, group)).toBe(true);
  expect(app.store.getState().view).toMatchObject({ group, panel: 'coactivation' });
  clearGroup(app);
  expect(app.store.getState().view.group).toEqual([]);
});

test('a link holds a group', () => {
  const group = readGroup('2.5,2.6,x,2.5,3.5,1.2.3');
  expect(group).toEqual([{ layer: 2, expert: 5 }, { layer: 2, expert: 6 }, { layer: 3, expert: 5 }]);
  expect(groupText(group)).toBe('2.5,2.6,3.5');
  expect(readGroup('2.5')).toEqual([]);
});

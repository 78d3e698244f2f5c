import { expect, test } from 'vitest';
import { clusterOrder } from './cluster-order';
import { coActivation } from './co-activation';
import { digits } from './testing/routed';

test('experts that are chosen together stand together, idle ones last', () => {
  // 0 with 3 three times, 1 with 2 twice, 3 with 1 once; 4 never.
  // Overlaps: 03 3/4, 12 2/3, 13 1/6. {0,3} and {1,2} merge first, then both.
  expect(clusterOrder(coActivation(digits('03 30 03 12 12 31', 5)))).toEqual([0, 3, 1, 2, 4]);
});

test('a chain joins at its strongest links', () => {
  // 02 twice, 24 twice, 13 once. Overlaps: 02 2/4, 24 2/4, 13 1/1: {1,3}; then {0,2}, of equals the earlier; then 4 joins it by (0 + 1/2) / 2.
  expect(clusterOrder(coActivation(digits('02 02 24 24 13', 5)))).toEqual([0, 2, 4, 1, 3]);
});

test('nothing chosen keeps the order of ids', () => {
  expect(clusterOrder(coActivation(digits('0', 1)))).toEqual([0]);
  expect(clusterOrder({ experts: 3, n: 0, enough: false, together: new Uint32Array(9) })).toEqual([0, 1, 2]);
});

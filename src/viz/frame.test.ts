import { expect, test } from 'vitest';
import { frameOf, frameSize, openSides, placesIn } from './frame';

test('a frame goes from one corner to the other, whichever comes first', () => {
  const frame = frameOf({ row: 3, column: 5 }, { row: 2, column: 7 });
  expect(frame).toEqual({ rows: [2, 3], columns: [5, 7] });
  expect(frameSize(frame)).toEqual({ rows: 2, columns: 3 });
  expect(placesIn(frame).map(({ row, column }) => `${row}.${column}`)).toEqual(['2.5', '2.6', '2.7', '3.5', '3.6', '3.7']);
});

test('the outline of a set runs where a cell has no neighbour in it', () => {
  const sides = openSides([{ row: 0, column: 0 }, { row: 0, column: 1 }, { row: 1, column: 0 }]).map((one) => one.sides);
  expect(sides).toEqual([['top', 'left'], ['top', 'right', 'bottom'], ['right', 'bottom', 'left']]);
});

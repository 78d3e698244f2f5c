import { expect, test } from 'vitest';
import { roomOf } from './pageRoom';

test('the height under the top bar decides what gives way', () => {
  // 900 and 800 px less a bar of 93, then each with a notice of 37.
  expect([807, 770, 707, 670, 639, 638].map(roomOf)).toEqual(['full', 'low', 'low', 'lower', 'lower', 'short']);
});

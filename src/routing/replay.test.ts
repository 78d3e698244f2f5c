import { expect, test } from 'vitest';
import { givenSet, replayPlan } from './replay';
import { compilePlan } from './resolve';
import { selectExperts } from './select';

const given = { tokens: 3, layers: [0, 2], experts: 4, slots: 2, chosen: [1, 0, 3, 2, 0, 1, 0, 0, 2, 0, 1, 3], count: [2, 2, 2, 0, 1, 2] };

test('one entry stands for each layer and set of experts, with all other experts masked', () => {
  expect(replayPlan(given)).toEqual({
    format: 'moe-plan',
    version: '1.0',
    entries: [
      { layers: [0], tokens: [0, 1], mask: [2, 3], k: 2 },
      { layers: [0], tokens: [2], mask: [0, 1, 3], k: 1 },
      { layers: [2], tokens: [0], mask: [0, 1], k: 2 },
      { layers: [2], tokens: [1], mask: [0, 1, 2, 3], k: 1 },
      { layers: [2], tokens: [2], mask: [0, 2], k: 2 },
    ],
  });
});

test('under it a router takes exactly the given experts, whatever its logits say, with its own weights over them', () => {
  const logits = [0, 1, 2, 3];
  const router = { experts: 4, topK: 2, normTopK: true };
  const { rules, index } = compilePlan({ ...replayPlan(given), entries: replayPlan(given).entries.map((entry) => ({ ...entry, layers: entry.layers === 'all' ? 'all' : entry.layers.map((l) => l / 2) })) }, router, 2, { promptLength: 3, from: 0, to: 3 });
  for (let token = 0; token < 3; token++) {
    for (let row = 0; row < 2; row++) {
      const { chosen, mix } = selectExperts(logits, rules[index[token * 2 + row] ?? 0]!, 'softmax');
      expect([...chosen].sort((a, b) => a - b)).toEqual(givenSet(given, token, row));
      if (chosen.length > 0) expect(mix.reduce((a, b) => a + b, 0)).toBeCloseTo(1, 12);
    }
  }
  // Experts 0 and 1 with logits 0 and 1: e / (1 + e) for the better one.
  expect(selectExperts(logits, rules[index[0] ?? 0]!, 'softmax').mix[0]).toBeCloseTo(0.7310585786300049, 12);
});

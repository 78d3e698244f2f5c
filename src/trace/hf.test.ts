import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { gateReader } from '../analysis/gate';
import { layerView } from '../state/layerView';
import { EXACT, importTrace, traceText } from './file';
import type { Trace } from './trace';

const FOLDER = new URL('./testing/hf/', import.meta.url);

function fixture(name: string): Trace {
  const result = importTrace(readFileSync(new URL(name, FOLDER), 'utf8'));
  if (!result.ok) throw new Error(result.errors.map((fault) => fault.message).join('\n'));
  expect(result.notes).toEqual([]);
  return result.trace;
}

/** Written by public/tools/hf_moe_trace.py from `transformers` models (training/hf_models.py): rule, layers, factor on the weights. */
const EXPECTED = {
  'deepseek-v2.json': ['softmax', false, [1, 2], 12, 3, 2, 1.5],
  'deepseek-v3.json': ['sigmoid', true, [1, 2], 8, 2, 1, 2.5],
  'gpt-oss.json': ['softmax-after-topk', true, [0, 1, 2], 8, 2, 0, 1],
  'granite-moe.json': ['softmax-after-topk', true, [0, 1, 2], 8, 2, 0, 1],
  'mixtral.json': ['softmax', true, [0, 1, 2], 8, 2, 0, 1],
  'olmoe.json': ['softmax', false, [0, 1, 2], 8, 2, 0, 1],
  'qwen2-moe.json': ['softmax', false, [0, 1, 2], 8, 3, 1, 1],
  'qwen3-moe.json': ['softmax', true, [0, 2], 8, 2, 0, 1],
} as const;

describe('traces that hf_moe_trace.py wrote', () => {
  test('are all there', () => {
    expect(readdirSync(FOLDER).toSorted()).toEqual(Object.keys(EXPECTED));
  });

  test.each(Object.entries(EXPECTED))('%s opens, and its weights follow from its logits within 1e-6', (name, [scoring, normTopk, moeLayers, experts, topK, sharedExperts, factor]) => {
    const trace = fixture(name);
    expect(trace.model).toMatchObject({ scoring, normTopk, moeLayers, experts, topK, sharedExperts, vocabulary: 4096 });
    expect(trace.tokens.text.slice(0, 3)).toEqual(['On', 'ce', ' upon']);
    expect(trace.tokens.ids).toHaveLength(26);
    const gate = gateReader(trace);
    let worst = 0;
    for (let t = 0; t < 26; t++) {
      for (let row = 0; row < moeLayers.length; row++) {
        const at = (t * moeLayers.length + row) * topK;
        const chosen = [...trace.routing.experts.subarray(at, at + topK)];
        const shares = chosen.map((expert) => gate?.(t, row).prob[expert] ?? NaN);
        const total = normTopk ? shares.reduce((sum, share) => sum + share, 0) : 1;
        shares.forEach((share, k) => {
          worst = Math.max(worst, Math.abs((trace.routing.mix[at + k] ?? NaN) - (factor * share) / total), Math.abs((trace.routing.prob?.[at + k] ?? NaN) - share));
        });
        const view = layerView(trace, t, row);
        expect(view?.full).toBe(true);
        // An expert that a group or a bias kept out did not miss the cut by a negative amount.
        expect(view?.missed?.by ?? 0).toBeGreaterThanOrEqual(0);
      }
    }
    expect(worst).toBeLessThan(1e-6);
    const text = traceText(trace, EXACT);
    const again = importTrace(text);
    expect(again.ok && traceText(again.trace, EXACT)).toBe(text);
  });
});

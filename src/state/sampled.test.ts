import { describe, expect, it } from 'vitest';
import { sampleToken } from '../engine/sampling';
import { smallTrace } from '../trace/testing/small';
import type { Trace } from '../trace/trace';
import { sampledView } from './sampled';

/** Probabilities 1/2, 1/4, 1/8, 1/16, 1/16 of ids 0 to 4. */
const LOGITS = [16, 8, 4, 2, 2].map((w) => Math.log(w / 32));
const withLogits: Trace = { ...smallTrace, output: { ...smallTrace.output, logits: Float32Array.from([...LOGITS, ...LOGITS]) } };
const ALL = { temperature: 1, topK: 0, topP: 1 };

function rounded(view: ReturnType<typeof sampledView>) {
  return view && { ...view, mass: Number(view.mass.toFixed(4)), drawn: [...view.drawn].map(([id, p]) => [id, Number(p.toFixed(4))]) };
}

describe('what sampling makes of a recorded distribution', () => {
  it('keeps everything at temperature 1 without cuts', () => {
    expect(rounded(sampledView(withLogits, 0, ALL))).toEqual({ drawn: [[0, 0.5], [1, 0.25], [2, 0.125], [3, 0.0625], [4, 0.0625]], mass: 1, cut: undefined, exact: true, known: 5 });
  });
  it('squares probabilities at temperature 1/2 and cuts after it', () => {
    // 256 64 16 4 4 of 344; the first two are 320 / 344 = .930
    expect(rounded(sampledView(withLogits, 0, { temperature: 0.5, topK: 0, topP: 0.9 }))).toEqual({ drawn: [[0, 0.8], [1, 0.2]], mass: 0.75, cut: 'top-p', exact: true, known: 5 });
  });
  it('says which setting cuts', () => {
    expect(rounded(sampledView(withLogits, 1, { temperature: 1, topK: 3, topP: 1 }))).toEqual({ drawn: [[0, 0.5714], [1, 0.2857], [2, 0.1429]], mass: 0.875, cut: 'top-k', exact: true, known: 5 });
    expect(rounded(sampledView(withLogits, 1, { temperature: 0, topK: 3, topP: 1 }))).toMatchObject({ drawn: [[0, 1]], mass: 0.5, cut: 'greedy' });
  });
  it('is exact without logits only where the listed candidates hold the whole top-k', () => {
    expect(rounded(sampledView(smallTrace, 0, { temperature: 1, topK: 2, topP: 1 }))).toEqual({ drawn: [[3, 0.6667], [7, 0.3333]], mass: 0.75, cut: undefined, exact: true, known: 2 });
    expect(sampledView(smallTrace, 0, ALL)?.exact).toBe(false);
    expect(sampledView(smallTrace, 9, ALL)).toBeUndefined();
  });
  it('is what the sampler draws from', () => {
    const setting = { temperature: 0.7, topK: 4, topP: 0.95 };
    const drawn = sampledView(withLogits, 0, setting)?.drawn ?? new Map<number, number>();
    const counts = new Map<number, number>();
    for (let seed = 0; seed < 4000; seed += 1) {
      const id = sampleToken(LOGITS, { ...setting, seed }, 3);
      counts.set(id, (counts.get(id) ?? 0) + 1);
    }
    expect([...counts.keys()].sort()).toEqual([...drawn.keys()].sort());
    for (const [id, p] of drawn) expect(Math.abs((counts.get(id) ?? 0) / 4000 - p)).toBeLessThan(0.03);
  });
  it('takes less than a frame for a vocabulary of 4096', () => {
    const wide = Float32Array.from({ length: 2 * 4096 }, (_, i) => Math.sin(i * 12.9898) * 4);
    const trace: Trace = { ...smallTrace, output: { ...smallTrace.output, logits: wide } };
    const times = Array.from({ length: 21 }, (_, i) => {
      const start = performance.now();
      sampledView(trace, 1, { temperature: 0.5 + i / 20, topK: 40, topP: 0.95 });
      return performance.now() - start;
    }).sort((a, b) => a - b);
    console.info(`sampling of 4,096 logits: median ${times[10]?.toFixed(2)} ms`);
    expect(times[10]).toBeLessThan(16);
  });
});

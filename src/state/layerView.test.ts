import { describe, expect, it } from 'vitest';
import { smallTrace } from '../trace/testing/small';
import { expertUses } from './expertCounts';
import { chosenAt, expertOrder, layerView } from './layerView';

describe('layerView', () => {
  it('gives the gate of all experts, the chosen ones in order and their weights', () => {
    const view = layerView(smallTrace, 0, 0);
    expect(view?.chosen).toEqual([2, 1]);
    expect(view?.mix).toEqual([0.75, 0.25]);
    expect([...(view?.gate ?? [])].map((p) => Number(p.toFixed(4)))).toEqual([0.09, 0.2447, 0.6652]);
    expect(view?.missed?.expert).toBe(0);
    expect(view?.missed?.by).toBeCloseTo(0.154698, 5);
    expect(view?.entropy).toBeCloseTo(0.832396, 5);
  });

  it('leaves out empty slots', () => {
    expect([...chosenAt(smallTrace, 0, 1)]).toEqual([]);
    expect([...chosenAt(smallTrace, 1, 1)]).toEqual([2]);
    expect(layerView(smallTrace, 0, 1)?.missed).toBeUndefined();
  });

  it('knows only the chosen experts where there are no logits', () => {
    const { logits: _, ...routing } = smallTrace.routing;
    const view = layerView({ ...smallTrace, routing }, 0, 0);
    expect(view?.full).toBe(false);
    expect([...(view?.gate ?? [])]).toEqual([Number.NaN, 0.25, 0.5]);
    expect(view?.entropy).toBeUndefined();
  });

  it('shows a masked expert as such, and never as the one that missed the cut', () => {
    const plan = { format: 'moe-plan', version: '1.0', entries: [{ layers: 'all', tokens: 'all', mask: [0] }] } as const;
    const view = layerView({ ...smallTrace, run: { ...smallTrace.run, plan } }, 0, 0);
    expect(view?.masked).toEqual([true, false, false]);
    expect(view?.missed).toBeUndefined();
  });

  it('has nothing outside the trace', () => {
    expect(layerView(smallTrace, 2, 0)).toBeUndefined();
    expect(layerView(smallTrace, 0, 2)).toBeUndefined();
    expect(layerView(smallTrace, -1, 0)).toBeUndefined();
  });

  it('orders chosen experts first and counts uses over the text', () => {
    const view = layerView(smallTrace, 1, 0);
    expect(view && expertOrder(view)).toEqual([1, 0, 2]);
    expect([...expertUses(smallTrace, 0)]).toEqual([1, 2, 1]);
    expect([...expertUses(smallTrace, 1)]).toEqual([0, 0, 1]);
  });
});

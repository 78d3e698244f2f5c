import { describe, expect, it } from 'vitest';
import { routedTrace } from '../analysis/testing/routed';
import { createApp, INITIAL, type App } from './app';
import { pinsText, readPins, slotsOf, togglePin } from './pins';

function appWith(): App {
  const trace = routedTrace({ experts: 10, chosen: [[[4, 7], [1, 2]]] });
  return createApp({} as never, { ...INITIAL, traces: { ...INITIAL.traces, current: { trace, origin: 'file', name: '' } } });
}

describe('slots', () => {
  it('go to the chosen experts in their order, while nothing is pinned', () => {
    expect([...slotsOf([], 3, [8, 13])]).toEqual([[8, 0], [13, 1]]);
  });

  it('stay with a pinned expert, and the chosen take what is free on the whole page', () => {
    const pins = [{ layer: 3, expert: 13, slot: 1 }, { layer: 5, expert: 2, slot: 0 }];
    expect([...slotsOf(pins, 3, [8, 13, 1])]).toEqual([[13, 1], [8, 2], [1, 3]]);
  });

  it('are eight, and the ninth expert has none', () => {
    expect([...slotsOf([], 0, [0, 1, 2, 3, 4, 5, 6, 7, 8]).keys()]).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
  });
});

describe('pinning', () => {
  it('keeps the letter that the expert has, and lets it go again', () => {
    const app = appWith();
    togglePin(app, 0, 7);
    expect(app.store.getState().view.pins).toEqual([{ layer: 0, expert: 7, slot: 1 }]);
    togglePin(app, 0, 7);
    expect(app.store.getState().view.pins).toEqual([]);
  });

  it('takes a slot that nobody holds for an expert that has none', () => {
    const app = appWith();
    togglePin(app, 0, 9);
    togglePin(app, 1, 0);
    expect(app.store.getState().view.pins).toEqual([{ layer: 1, expert: 0, slot: 0 }, { layer: 0, expert: 9, slot: 2 }]);
  });

  it('stops at eight and says so', () => {
    const app = appWith();
    for (let expert = 0; expert < 9; expert += 1) togglePin(app, 1, expert);
    expect(app.store.getState().view.pins.length).toBe(8);
    expect(app.store.getState().view.announcement).toBe('All eight slots are taken: let a pinned expert go first.');
  });

  it('travels in links as layer.expert', () => {
    const pins = readPins('3.37,5.2,nonsense,3.37,1.2.3');
    expect(pins).toEqual([{ layer: 3, expert: 37, slot: 0 }, { layer: 5, expert: 2, slot: 1 }]);
    expect(pinsText(pins)).toBe('3.37,5.2');
  });
});

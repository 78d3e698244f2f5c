/** The eight colour slots: pinned experts hold theirs, the chosen experts of a layer take what is free. */
import { patch, type App } from './app';
import { chosenAt } from './layerView';
import type { LayerExpert, Pin } from './state';
import { strings } from './strings';

export const SLOTS = 8;

/**
 * Slot of each expert of one layer that has one: pins first, then the chosen experts in their order. Slots of pins in
 * other layers are left out too, so that a letter means one expert on the whole page.
 */
export function slotsOf(pins: readonly Pin[], layer: number, chosen: Iterable<number>): ReadonlyMap<number, number> {
  const slots = new Map<number, number>();
  for (const pin of pins) if (pin.layer === layer) slots.set(pin.expert, pin.slot);
  const taken = new Set(pins.map((pin) => pin.slot));
  let free = 0;
  for (const expert of chosen) {
    if (slots.has(expert)) continue;
    while (taken.has(free)) free += 1;
    if (free >= SLOTS) break;
    slots.set(expert, free);
    taken.add(free);
  }
  return slots;
}

/** Pins an expert under the slot that it has at the moment, or lets it go. Says so, and says when all slots are taken. */
export function togglePin(app: App, row: number, expert: number): void {
  const { traces, focus, view } = app.store.getState();
  const trace = traces.current?.trace;
  const layer = trace?.model.moeLayers[row];
  if (trace === undefined || layer === undefined) return;
  const say = (announcement: string): void => patch(app, 'view', { announcement });
  const same = (pin: Pin): boolean => pin.layer === layer && pin.expert === expert;
  if (view.pins.some(same)) {
    patch(app, 'view', { pins: view.pins.filter((pin) => !same(pin)) });
    say(strings.heat.unpinned(layer, expert));
    return;
  }
  const slot = freeSlot(view.pins, slotsOf(view.pins, layer, row === focus.row ? chosenAt(trace, focus.token, row) : []), expert);
  if (slot === undefined) {
    say(strings.heat.pinsFull);
    return;
  }
  patch(app, 'view', { pins: [...view.pins, { layer, expert, slot }].sort((a, b) => a.slot - b.slot) });
  say(strings.heat.pinned(layer, expert));
}

/** The expert's own slot where it has one, else one that nobody holds, else one that only a chosen expert holds. */
function freeSlot(pins: readonly Pin[], slots: ReadonlyMap<number, number>, expert: number): number | undefined {
  const own = slots.get(expert);
  if (own !== undefined) return own;
  const held = new Set(slots.values());
  const pinned = new Set(pins.map((pin) => pin.slot));
  const all = Array.from({ length: SLOTS }, (_, slot) => slot).filter((slot) => !pinned.has(slot));
  return all.find((slot) => !held.has(slot)) ?? all[0];
}

/** Pins as a link writes them, in the order of their slots. */
export function pinsText(pins: readonly Pin[]): string {
  return pins.map(({ layer, expert }) => `${layer}.${expert}`).join(',');
}

/** Reads a list of layer.expert from a link; what is none is left out, and so is everything past the most. */
export function readExperts(text: string, most: number): readonly LayerExpert[] {
  const found = new Map<string, LayerExpert>();
  for (const [, layer, expert] of text.matchAll(/(?<![\d.])(\d{1,4})\.(\d{1,5})(?![\d.])/g)) {
    if (found.size === most) break;
    found.set(`${Number(layer)}.${Number(expert)}`, { layer: Number(layer), expert: Number(expert) });
  }
  return [...found.values()];
}

/** Reads pins from a link, each with the slot of its place. */
export function readPins(text: string): readonly Pin[] {
  return readExperts(text, SLOTS).map((pin, slot) => ({ ...pin, slot }));
}

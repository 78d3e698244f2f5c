/** What the visitor does to the list of interventions. Each takes effect at once. */
import { patch, type App } from './app';
import { endDrag, moved, patchEdits, setList, targetOf, withChange, type Change, type Edit, type EditList, type EditsState } from './edits';
import { scheduleEdits } from './rerun';
import { strings } from './strings';

function change(app: App, list: EditList, drag?: string): void {
  setList(app, list, drag);
  scheduleEdits(app);
}

/** First token of a new edit, as the visitor's choice of scope says. */
export function scopeStart({ store }: App): number {
  const { edits, focus } = store.getState();
  return edits.scope === 'from' ? focus.token : 0;
}

/**
 * Puts a change into the list, in the place of an earlier one for the same thing.
 * @param drag names a gesture whose many changes are one step of undo; `endGesture` ends it
 */
export function makeChange(app: App, next: Change, { from = scopeStart(app), drag }: { readonly from?: number; readonly drag?: string } = {}): void {
  change(app, withChange(app.store.getState().edits.list, next, from), drag);
}

/** Ends a drag: what it led to is run now. */
export function endGesture(app: App): void {
  const { drag, list } = app.store.getState().edits;
  if (drag === undefined) return;
  endDrag(app);
  const kept = list.filter((edit) => !changesNothing(edit));
  if (kept.length === list.length) return;
  patchEdits(app, { list: kept });
  scheduleEdits(app);
}

/** A drag that came back to where it began. */
function changesNothing(edit: Edit): boolean {
  return edit.kind === 'bias' ? edit.value === 0 : edit.kind === 'mix' && edit.mode === 'scale' && Object.values(edit.weights).every((factor) => factor === 1);
}

/** Switches an expert off, or takes every edit that has it off out of the list. */
export function toggleExpert(app: App, layer: number, expert: number): void {
  const { list } = app.store.getState().edits;
  const off = list.filter((edit) => edit.kind === 'ablate' && edit.layer === layer && edit.expert === expert && edit.enabled);
  if (off.length === 0) makeChange(app, { kind: 'ablate', layer, expert });
  else change(app, list.filter((edit) => !off.includes(edit)));
}

/** Takes edits out of the list. */
export function removeEdits(app: App, which: (edit: Edit) => boolean): void {
  const { list } = app.store.getState().edits;
  if (list.some(which)) change(app, list.filter((edit) => !which(edit)));
}

export function toggleEdit(app: App, id: string): void {
  const { list } = app.store.getState().edits;
  change(app, list.map((edit) => (edit.id === id ? { ...edit, enabled: !edit.enabled } : edit)));
}

export function moveEdit(app: App, id: string, by: number): void {
  const { list } = app.store.getState().edits;
  const next = moved(list, id, by);
  if (next.some((edit, i) => edit !== list[i])) change(app, next);
}

/** Takes all edits off. The run without them comes back without running anything. */
export function resetEdits(app: App): void {
  if (app.store.getState().edits.list.length === 0) return;
  change(app, []);
  patch(app, 'view', { announcement: strings.edits.resetSpoken });
}

/** Steps back in the history of the list; false when there is nothing to undo. */
export function undoEdit(app: App): boolean {
  const { undo, redo, list } = app.store.getState().edits;
  const before = undo.at(-1);
  if (before === undefined) return false;
  patchEdits(app, { list: before, undo: undo.slice(0, -1), redo: [...redo, list], drag: undefined });
  scheduleEdits(app);
  return true;
}

export function redoEdit(app: App): boolean {
  const { undo, redo, list } = app.store.getState().edits;
  const next = redo.at(-1);
  if (next === undefined) return false;
  patchEdits(app, { list: next, undo: [...undo, list], redo: redo.slice(0, -1), drag: undefined });
  scheduleEdits(app);
  return true;
}

/** What new edits cover. */
export function setScope(app: App, part: Partial<Pick<EditsState, 'scope' | 'layers'>>): void {
  patchEdits(app, part);
}

/** What the visitor may set on one expert in one layer. */
export type Tuning = 'bias' | 'weight' | 'factor';

/** Value at which a tuning changes nothing; a weight has none, since it replaces the router's. */
export const NEUTRAL: Readonly<Record<Tuning, number | undefined>> = { bias: 0, weight: undefined, factor: 1 };

/** The change that tunes one expert. `mix` holds the weights of the experts that ran, from which set weights start. */
export function tuning(app: App, kind: Tuning, layer: number, expert: number, value: number, mix: Readonly<Record<string, number>>): Change {
  if (kind === 'bias') return { kind: 'bias', layer, expert, value };
  const mode = kind === 'weight' ? 'set' : 'scale';
  const known = findMix(app, mode, layer);
  return { kind: 'mix', layer, mode, weights: { ...(known ?? (mode === 'set' ? mix : {})), [expert]: value } };
}

function findMix(app: App, mode: 'set' | 'scale', layer: number): Readonly<Record<string, number>> | undefined {
  const from = scopeStart(app);
  const found = app.store.getState().edits.list.find((edit) => edit.kind === 'mix' && edit.mode === mode && edit.layer === layer && edit.from === from);
  return found?.kind === 'mix' ? found.weights : undefined;
}

/** Tunes one expert; a value that changes nothing takes the edit out. */
export function tune(app: App, kind: Tuning, layer: number, expert: number, value: number, mix: Readonly<Record<string, number>>): void {
  const next = tuning(app, kind, layer, expert, value, mix);
  if (value === NEUTRAL[kind] && app.store.getState().edits.drag === undefined) resetTuning(app, kind, layer, expert);
  else if (next.kind !== 'mix' || next.mode === 'scale' || Object.values(next.weights).some((weight) => weight > 0)) makeChange(app, next, { drag: `${kind} ${layer}.${expert}` });
}

/** Takes back what was tuned on one expert; set weights are one edit of the layer. */
export function resetTuning(app: App, kind: Tuning, layer: number, expert: number): void {
  const { list } = app.store.getState().edits;
  const next = list.flatMap((edit): Edit[] => {
    if (kind === 'bias') return edit.kind === 'bias' && edit.layer === layer && edit.expert === expert ? [] : [edit];
    if (edit.kind !== 'mix' || edit.layer !== layer || edit.mode !== (kind === 'weight' ? 'set' : 'scale')) return [edit];
    if (kind === 'weight') return [];
    const { [expert]: _, ...weights } = edit.weights;
    return Object.keys(weights).length === 0 ? [] : [{ ...edit, weights }];
  });
  if (next.length !== list.length || next.some((edit, i) => edit !== list[i])) change(app, next);
}

/**
 * Sets how many experts a layer chooses, or which share of the probability they hold together.
 * @param same tells whether a list already asks for just that; then no edit is needed for it
 */
export function setCut(app: App, cut: { readonly k: number } | { readonly p: number }, layer: number, same: (list: EditList) => boolean): void {
  const { edits } = app.store.getState();
  const target = edits.layers === 'all' ? 'all' : layer;
  const next: Change = 'k' in cut ? { kind: 'k', layer: target, k: cut.k } : { kind: 'topP', layer: target, p: cut.p };
  const from = scopeStart(app);
  const without = edits.list.filter((edit) => targetOf(edit) !== targetOf({ ...next, from }));
  change(app, same(without) ? without : withChange(edits.list, next, from));
}

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
  if (app.store.getState().edits.drag === undefined) return;
  endDrag(app);
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

/** Takes the change of one target back. */
export function removeChange(app: App, target: Change, from: number): void {
  removeEdits(app, (edit) => targetOf(edit) === targetOf({ ...target, from }));
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

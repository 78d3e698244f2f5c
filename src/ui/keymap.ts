/**
 * The page's keys, as one table: it answers key presses (Keyboard.tsx) and it is the `?` sheet. A key is one entry;
 * keys that a control handles itself while it has the focus are listed without `act`.
 */
import { patch, type App } from '../state/app';
import { hides, type ControlId } from '../state/controls';
import { setOtherToken } from '../state/compare';
import { redoEdit, toggleExpert, undoEdit } from '../state/editActions';
import { seek, step, stepLayer, stepStage, tokenCount } from '../state/focus';
import { stopRun } from '../state/generate';
import { stepLesson } from '../state/lessonPlace';
import { togglePlay } from '../state/playback';
import { exportFile } from '../state/share';
import type { strings } from '../state/strings';

export type KeyGroup = keyof typeof strings.keys.groups;

export interface KeyBinding {
  readonly group: KeyGroup;
  /** Values of KeyboardEvent.key; letters in lower case when `command` is set. */
  readonly keys: readonly string[];
  /** Together with Ctrl or Cmd. */
  readonly command?: true;
  /** Together with Shift; for keys that Shift does not change by itself. */
  readonly shift?: true;
  /** It also works while the routing table has the focus, which uses most keys itself. */
  readonly inTable?: true;
  /** Part of the page that it belongs to: hidden with it. */
  readonly part?: ControlId;
  /** Under which name the catalogue says how the keys are written and what they do. */
  readonly name: keyof typeof strings.keys.what;
  /** False where the key means nothing at the moment, and then it is left to the browser. */
  readonly act?: (app: App, key: string) => boolean;
}

/** An action that always applies. */
const always =
  (act: (app: App, key: string) => void) =>
  (app: App, key: string): boolean => {
    act(app, key);
    return true;
  };

/** Switches the expert of the focused cell of the routing table off, or on again. */
function ablateCell(app: App): boolean {
  const cell = globalThis.document?.activeElement?.closest<HTMLElement>('[data-cell]')?.dataset['cell'];
  const [row, expert] = (cell ?? '').split('.').map(Number);
  const layer = row === undefined ? undefined : app.store.getState().traces.current?.trace.model.moeLayers[row];
  if (layer === undefined || expert === undefined || Number.isNaN(expert)) return false;
  toggleExpert(app, layer, expert);
  return true;
}

/** Moves the focus to the text of the open lesson. */
function focusLesson(): boolean {
  const text = globalThis.document?.querySelector<HTMLElement>('[data-lesson-text]');
  text?.focus();
  return text !== null && text !== undefined;
}

export const KEYMAP: readonly KeyBinding[] = [
  { group: 'run', keys: ['Enter'], command: true, part: 'run', name: 'run' },
  {
    group: 'run',
    keys: ['Escape'],
    inTable: true,
    name: 'stop',
    act: (app) => {
      if (app.store.getState().run.status === 'idle') return false;
      stopRun(app);
      return true;
    },
  },
  { group: 'sentence', keys: ['ArrowLeft', 'ArrowRight'], part: 'sentence', name: 'step', act: always((app, key) => step(app, key === 'ArrowLeft' ? -1 : 1)) },
  { group: 'sentence', keys: ['Home', 'End'], part: 'sentence', name: 'ends', act: always((app, key) => seek(app, key === 'Home' ? 0 : tokenCount(app) - 1)) },
  { group: 'sentence', keys: [' '], part: 'transport', name: 'play', act: always(togglePlay) },
  { group: 'sentence', keys: ['b'], inTable: true, part: 'compare', name: 'other', act: always((app) => setOtherToken(app, app.store.getState().focus.token)) },
  { group: 'sentence', keys: [], part: 'alternatives', name: 'alternatives' },
  { group: 'sentence', keys: [], part: 'timeline', name: 'tau' },
  { group: 'layer', keys: [',', '.'], inTable: true, part: 'flow', name: 'stage', act: always((app, key) => stepStage(app, key === ',' ? -1 : 1)) },
  { group: 'layer', keys: ['[', ']'], inTable: true, name: 'layer', act: always((app, key) => stepLayer(app, key === '[' ? -1 : 1)) },
  { group: 'table', keys: [], part: 'routing', name: 'cells' },
  { group: 'table', keys: [], part: 'routing', name: 'page' },
  { group: 'table', keys: [], part: 'routing', name: 'rowEnds' },
  { group: 'table', keys: [], part: 'routing', name: 'focusCell' },
  { group: 'table', keys: [], part: 'routing', name: 'pinCell' },
  { group: 'table', keys: [], part: 'routing', name: 'frame' },
  { group: 'table', keys: [], part: 'routing', name: 'frameSet' },
  { group: 'edits', keys: ['a'], inTable: true, part: 'edits', name: 'ablate', act: ablateCell },
  { group: 'edits', keys: ['z'], command: true, part: 'edits', name: 'undo', act: undoEdit },
  { group: 'edits', keys: ['z'], command: true, shift: true, part: 'edits', name: 'redo', act: redoEdit },
  { group: 'files', keys: ['o'], command: true, part: 'open', name: 'open', act: always(() => document.querySelector<HTMLInputElement>('input[data-open-trace]')?.click()) },
  {
    group: 'files',
    keys: ['s'],
    command: true,
    part: 'share',
    name: 'save',
    act: always((app) => {
      if (exportFile(app) === undefined) patch(app, 'view', { dialog: 'share' });
    }),
  },
  { group: 'files', keys: ['?'], inTable: true, part: 'keys', name: 'help', act: always((app) => patch(app, 'view', { dialog: 'keys' })) },
  { group: 'lesson', keys: ['n', 'p'], inTable: true, name: 'lessonStep', act: (app, key) => stepLesson(app, key === 'n' ? 1 : -1) },
  { group: 'lesson', keys: ['l'], inTable: true, name: 'lessonCard', act: focusLesson },
];

/** The entries of what is on the page. */
export function keysFor(hidden: readonly ControlId[]): readonly KeyBinding[] {
  return hidden.length === 0 ? KEYMAP : KEYMAP.filter(({ part }) => part === undefined || !hides(hidden, part));
}

export type KeyPress = Pick<KeyboardEvent, 'key' | 'ctrlKey' | 'metaKey' | 'altKey' | 'shiftKey'>;

/** The entry that answers a key press, if one does. */
export function bindingFor(press: KeyPress, inTable: boolean, keymap: readonly KeyBinding[] = KEYMAP): KeyBinding | undefined {
  if (press.altKey) return undefined;
  const command = press.ctrlKey || press.metaKey;
  const key = command ? press.key.toLowerCase() : press.key;
  return keymap.find(
    (binding) =>
      binding.act !== undefined &&
      (binding.command === true) === command &&
      (!command || (binding.shift === true) === press.shiftKey) &&
      (!inTable || command || binding.inTable === true) &&
      binding.keys.includes(key),
  );
}

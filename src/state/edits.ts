/**
 * Interventions: an ordered list of plain data with undo and redo. Each entry says what the router is made to do;
 * `editPlan.ts` turns the list into a RoutingPlan and `rerun.ts` runs it.
 */
import type { RoutingPlan } from '../routing/plan';
import type { App } from './app';
import type { OpenTrace } from './state';

/** A layer number of the model, or all of them. */
export type EditLayer = number | 'all';

/** What is changed. Weights and factors are by expert id. */
export type Change =
  /** The expert cannot be chosen. */
  | { readonly kind: 'ablate'; readonly layer: number; readonly expert: number }
  | { readonly kind: 'k'; readonly layer: EditLayer; readonly k: number }
  /** As many experts as it takes to hold the share `p` of the probability. */
  | { readonly kind: 'topP'; readonly layer: EditLayer; readonly p: number }
  /** Added to the router's logit. */
  | { readonly kind: 'bias'; readonly layer: number; readonly expert: number; readonly value: number }
  /** These experts, at these weights; or the router's weights times these factors. */
  | { readonly kind: 'mix'; readonly layer: number; readonly mode: 'set' | 'scale'; readonly weights: Readonly<Record<string, number>> }
  /** A whole plan, under the edits beside it; `from` is 0. */
  | { readonly kind: 'plan'; readonly plan: RoutingPlan }
  /** This token stands at the position `from`, whatever is drawn there. */
  | { readonly kind: 'force'; readonly token: number; readonly text: string }
  /** From the position `from` on the text is drawn with this seed. */
  | { readonly kind: 'redraw'; readonly seed: number };

export type Edit = Change & {
  readonly id: string;
  readonly enabled: boolean;
  /** First token position that it covers; 0 is all tokens. */
  readonly from: number;
};

export type EditList = readonly Edit[];

/** Distribution before and after one edit, at one position. */
export interface Effect {
  /** Position of the token after which the distributions are compared. */
  readonly token: number;
  /** Nats. */
  readonly entropy: readonly [before: number, after: number];
  readonly top: readonly [before: string, after: string];
  /** KL(before || after), nats. */
  readonly klNats: number;
  /** Over the whole vocabulary. */
  readonly exact: boolean;
  /** The edits that were on beside it. */
  readonly beside: EditList;
  /** The run without it. */
  readonly without: OpenTrace;
}

/** A run with edits whose state the engine still holds. */
export interface EditedRun {
  readonly open: OpenTrace;
  readonly plan: RoutingPlan;
  readonly forced: ReadonlyMap<number, number>;
  readonly redrawn: ReadonlyMap<number, number>;
  readonly list: EditList;
}

/** What is being done about the edits that are on. */
export type EditPhase =
  /** Everything on screen has them. */
  | 'done'
  /** They are not in what is on screen, and nothing is being done about it. */
  | 'waiting'
  /** The model is on its way. */
  | 'loading'
  /** The text runs without edits first, because only a recording of it was open. */
  | 'before'
  | 'running';

export interface EditsState {
  readonly list: EditList;
  readonly undo: readonly EditList[];
  readonly redo: readonly EditList[];
  /** What a new edit covers: all tokens, or those from the token in focus on. */
  readonly scope: 'all' | 'from';
  /** What a new cut covers: the layer in focus, or all. */
  readonly layers: 'one' | 'all';
  readonly phase: EditPhase;
  /** Why a phase `waiting` does not end by itself, in words; empty where it only waits for a click. */
  readonly why: string;
  /** Tokens of the text on screen from here on were written before the edits. */
  readonly staleFrom: number | undefined;
  /** The run without edits whose state the engine holds. */
  readonly held: OpenTrace | undefined;
  /** The run with edits whose state the engine holds. */
  readonly ran: EditedRun | undefined;
  /** What the last intervention cost, as the engine counted it. */
  readonly cost: { readonly from: number; readonly tokens: number } | undefined;
  /** By edit id. */
  readonly effects: Readonly<Record<string, Effect>>;
  /** A drag in progress: its changes are one step of undo. */
  readonly drag: string | undefined;
}

export const NO_EDITS: EditsState = {
  list: [],
  undo: [],
  redo: [],
  scope: 'all',
  layers: 'one',
  phase: 'done',
  why: '',
  staleFrom: undefined,
  held: undefined,
  ran: undefined,
  cost: undefined,
  effects: {},
  drag: undefined,
};

/** Steps of undo that are kept. */
const MOST_UNDO = 100;
/** Longest list: a link or a plan stays readable, and compiling it stays cheap. */
export const MOST_EDITS = 64;

/** Two changes that set the same thing: the later one takes the place of the earlier. */
export function targetOf(edit: Change & { readonly from: number }): string {
  switch (edit.kind) {
    case 'k':
    case 'topP':
      return `cut ${edit.layer} ${edit.from}`;
    case 'plan':
      return 'plan';
    case 'force':
      return `force ${edit.from}`;
    case 'redraw':
      return `redraw ${edit.from}`;
    case 'mix':
      return `mix ${edit.mode} ${edit.layer} ${edit.from}`;
    case 'ablate':
    case 'bias':
      return `${edit.kind} ${edit.layer}.${edit.expert} ${edit.from}`;
  }
}

/** An id that no entry of the list has. */
function freshId(list: EditList): string {
  return `e${1 + Math.max(0, ...list.map(({ id }) => Number(id.slice(1))))}`;
}

/** The list with the change in it, in the place of an earlier one for the same target, else at the end. */
export function withChange(list: EditList, change: Change, from: number): EditList {
  const target = targetOf({ ...change, from });
  const known = list.find((edit) => targetOf(edit) === target);
  if (known !== undefined) return list.map((edit) => (edit === known ? { ...change, id: known.id, enabled: true, from } : edit));
  return list.length >= MOST_EDITS ? list : [...list, { ...change, id: freshId(list), enabled: true, from }];
}

/** The list with one entry moved by a number of places, as far as the list goes. */
export function moved(list: EditList, id: string, by: number): EditList {
  const at = list.findIndex((edit) => edit.id === id);
  const edit = list[at];
  if (edit === undefined) return list;
  const rest = list.filter((other) => other !== edit);
  const to = Math.min(rest.length, Math.max(0, at + by));
  return [...rest.slice(0, to), edit, ...rest.slice(to)];
}

export function enabledEdits(list: EditList): EditList {
  return list.filter(({ enabled }) => enabled);
}

export function patchEdits({ store }: App, part: Partial<EditsState>): void {
  store.setState(({ edits }) => ({ edits: { ...edits, ...part } }));
}

/** Puts a new list in place, with a step of undo. Changes of one drag share their step. */
export function setList(app: App, list: EditList, drag?: string): void {
  const { edits } = app.store.getState();
  if (list === edits.list) return;
  const going = drag !== undefined && drag === edits.drag;
  patchEdits(app, { list, undo: going ? edits.undo : [...edits.undo, edits.list].slice(-MOST_UNDO), redo: [], drag });
}

/** Ends a drag, so that the next change is a step of its own. */
export function endDrag(app: App): void {
  if (app.store.getState().edits.drag !== undefined) patchEdits(app, { drag: undefined });
}

/**
 * The slice when another text comes onto the page: edits belong to the text they were made on. They can be brought
 * back by undo.
 */
export function leftEdits(edits: EditsState): EditsState {
  const { list, undo, scope, layers } = edits;
  return { ...NO_EDITS, scope, layers, undo: list.length === 0 ? undo : [...undo, list].slice(-MOST_UNDO) };
}

/** What an intervention did to the next token, measured between two runs of the same text. */
import { nextTokenDifference, topChange } from '../analysis/next-token-difference';
import type { Trace } from '../trace/trace';
import { enabledEdits, type Edit, type EditList, type EditedRun, type Effect } from './edits';
import type { OpenTrace } from './state';

/** Where an edit's effect is read: at the end of the prompt, or where its scope begins when that comes later. */
export function effectPlace(trace: Trace, from: number): number {
  return Math.max(trace.run.promptTokens - 1, from, 0);
}

/** Effect of one edit between two runs at a position up to which their texts agree; undefined where they do not. */
export function effectBetween(without: OpenTrace, withIt: OpenTrace, token: number, beside: EditList): Effect | undefined {
  const [a, b] = [{ trace: without.trace, token }, { trace: withIt.trace, token }];
  const [before, after] = [a.trace.output.entropy?.[token], b.trace.output.entropy?.[token]];
  const difference = nextTokenDifference(a, b);
  const top = topChange(a, b);
  if (before === undefined || after === undefined || difference === undefined || top === undefined) return undefined;
  const name = (trace: Trace, id: number): string => trace.tokens.names?.get(id) ?? `#${id}`;
  return {
    token,
    entropy: [before, after],
    top: [name(a.trace, top.ids[0]), name(b.trace, top.ids[1])],
    klNats: difference.klNats,
    exact: difference.exact,
    beside,
    without,
  };
}

const plain = (edit: Edit): string => JSON.stringify(edit);

/** Whether two lists hold the same edits, in whatever order. */
export function sameEdits(a: EditList, b: EditList): boolean {
  return JSON.stringify(a.map(plain).sort()) === JSON.stringify(b.map(plain).sort());
}

/**
 * The edit that alone sets two runs apart, and the run without it: a new one or one that was switched on, or one whose
 * value changed when the run without it is known. Undefined when more than one thing changed.
 */
function whatChanged(list: EditList, before: EditList, open: OpenTrace, effects: Readonly<Record<string, Effect>>): { edit: Edit; without: OpenTrace; beside: EditList } | undefined {
  const fresh = list.filter((edit) => !before.some((old) => plain(old) === plain(edit)));
  const [edit] = fresh;
  if (edit === undefined || fresh.length > 1) return undefined;
  const beside = list.filter((other) => other !== edit);
  if (!sameEdits(beside, before.filter(({ id }) => id !== edit.id))) return undefined;
  if (!before.some(({ id }) => id === edit.id)) return { edit, without: open, beside };
  const known = effects[edit.id];
  return known !== undefined && sameEdits(known.beside, beside) ? { edit, without: known.without, beside } : undefined;
}

/** The effects with that of the edit by which a run differs from the one before it. */
export function withEffect(effects: Readonly<Record<string, Effect>>, now: OpenTrace, list: EditList, held: OpenTrace, ran: EditedRun | undefined): Readonly<Record<string, Effect>> {
  const enabled = enabledEdits(list);
  // Alone, it is measured against the run without edits, whatever was tried in between.
  const only = enabled.length === 1 ? enabled[0] : undefined;
  const changed = only === undefined ? whatChanged(enabled, enabledEdits(ran?.list ?? []), ran?.open ?? held, effects) : { edit: only, without: held, beside: [] };
  if (changed === undefined) return effects;
  const { edit, without, beside } = changed;
  const effect = effectBetween(without, now, effectPlace(held.trace, edit.from), beside);
  return effect === undefined ? effects : { ...effects, [edit.id]: effect };
}

/** From the list of interventions to the RoutingPlan that the engine runs, and to the tokens that stand by force. */
import type { PlanEntry, RoutingPlan } from '../routing/plan';
import { enabledEdits, type Edit, type EditList } from './edits';

/** What a plan needs to know of the model. */
export interface PlanModel {
  readonly moeLayers: readonly number[];
  readonly experts: number;
}

type Fields = Omit<PlanEntry, 'layers' | 'tokens'>;

/** The fields so far with one more edit: masks and biases add up, a later cut replaces an earlier one. */
function withEdit(fields: Fields, edit: Edit, experts: number): Fields {
  const { k: _k, topP: _p, ...uncut } = fields;
  switch (edit.kind) {
    case 'ablate':
      return { ...fields, mask: [...new Set([...(fields.mask ?? []), edit.expert])].sort((a, b) => a - b) };
    case 'k':
      return { ...uncut, k: edit.k };
    case 'topP':
      return { ...uncut, topP: { p: edit.p, mass: 'all' } };
    case 'bias':
      return { ...fields, bias: { ...fields.bias, [edit.expert]: edit.value } };
    case 'mix': {
      if (edit.mode === 'scale') return { ...fields, scale: { ...fields.scale, ...edit.weights } };
      const override = Array.from({ length: experts }, (_, expert) => edit.weights[expert] ?? 0);
      // As many as have a weight, at just these weights.
      return { ...uncut, override, renormalise: 'off', k: Math.max(1, override.filter((weight) => weight > 0).length) };
    }
    case 'plan':
    case 'force':
    case 'redraw':
      return fields;
  }
}

/** Edits that are about one layer or all, unlike a token, a draw or a plan. */
function covers(edit: Edit, layer: number): boolean {
  return edit.kind !== 'force' && edit.kind !== 'redraw' && edit.kind !== 'plan' && (edit.layer === 'all' || edit.layer === layer);
}

/** What whole plans mask, add and scale at all tokens of a layer: an entry of the edits there would replace it, and is to add to it. */
function standing(entries: readonly PlanEntry[], layer: number): Pick<Fields, 'mask' | 'bias' | 'scale'> {
  const here = entries.filter((entry) => entry.tokens === 'all' && (entry.layers === 'all' || entry.layers.includes(layer)));
  const last = <K extends 'mask' | 'bias' | 'scale'>(key: K): PlanEntry[K] | undefined => here.findLast((entry) => entry[key] !== undefined)?.[key];
  const [mask, bias, scale] = [last('mask'), last('bias'), last('scale')];
  return { ...(mask && { mask }), ...(bias && { bias }), ...(scale && { scale }) };
}

/** The fields that differ from those that stand already. */
function added(fields: Fields, before: Fields): Fields {
  const { mask, bias, scale, ...rest } = fields;
  return { ...rest, ...(mask !== before.mask && { mask }), ...(bias !== before.bias && { bias }), ...(scale !== before.scale && { scale }) };
}

/**
 * The plan of the edits that are on, after the entries of a plan that the run had by itself and of one that is an edit. In each layer one entry for
 * each start of a scope, which holds everything in force from there on: entries of a plan replace each other's fields,
 * while edits add up.
 */
export function planOf(list: EditList, model: PlanModel, own?: RoutingPlan): RoutingPlan {
  const routing = enabledEdits(list);
  const whole = [...(own?.entries ?? []), ...routing.flatMap((edit) => (edit.kind === 'plan' ? edit.plan.entries : []))];
  const groups = new Map<string, { readonly from: number; readonly fields: Fields; readonly layers: number[] }>();
  for (const layer of model.moeLayers) {
    const here = routing.filter((edit) => covers(edit, layer));
    const before = standing(whole, layer);
    for (const from of [...new Set(here.map((edit) => edit.from))].sort((a, b) => a - b)) {
      const fields = added(here.filter((edit) => edit.from <= from).reduce<Fields>((sum, edit) => withEdit(sum, edit, model.experts), before), before);
      const key = JSON.stringify([from, fields]);
      const group = groups.get(key);
      if (group === undefined) groups.set(key, { from, fields, layers: [layer] });
      else group.layers.push(layer);
    }
  }
  const entries = [...groups.values()]
    .sort((a, b) => a.from - b.from)
    .map(({ from, fields, layers }): PlanEntry => ({ layers: layers.length === model.moeLayers.length ? 'all' : layers, tokens: from === 0 ? 'all' : { from }, ...fields }));
  return { format: 'moe-plan', version: '1.0', entries: [...whole, ...entries] };
}

/** Token ids that stand by force, by position. */
export function forcedOf(list: EditList): ReadonlyMap<number, number> {
  return new Map(enabledEdits(list).flatMap((edit) => (edit.kind === 'force' ? [[edit.from, edit.token] as const] : [])));
}

/** Seeds that draw from a position on. */
export function redrawnOf(list: EditList): ReadonlyMap<number, number> {
  return new Map(enabledEdits(list).flatMap((edit) => (edit.kind === 'redraw' ? [[edit.from, edit.seed] as const] : [])));
}

/** The first token to run again so that the text is drawn with the seeds that now hold: the one before the first draw that differs; Infinity when none does. */
export function firstRedrawn(before: ReadonlyMap<number, number>, after: ReadonlyMap<number, number>): number {
  const differ = [...new Set([...before.keys(), ...after.keys()])].filter((position) => before.get(position) !== after.get(position));
  return Math.min(Infinity, ...differ) - 1;
}

/**
 * The first token to run again so that the text gets the tokens that now stand by force; Infinity when nothing changes.
 * Where a token no longer stands by force, its draw is made anew, which takes the token before it.
 */
export function firstForced(before: ReadonlyMap<number, number>, after: ReadonlyMap<number, number>, promptLength: number): number {
  let first = Infinity;
  for (const position of new Set([...before.keys(), ...after.keys()])) {
    if (before.get(position) === after.get(position)) continue;
    first = Math.min(first, after.has(position) || position < promptLength ? position : position - 1);
  }
  return first;
}

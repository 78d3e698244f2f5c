/**
 * From a RoutingPlan to what each layer does with each token: entries merged field by field,
 * equal rules stored once.
 */
import type { PlanEntry, RoutingPlan, RoutingRule, TokenSelector } from './plan';

/** What the rules need to know of a model's router. */
export interface RouterSettings {
  /** E */
  readonly experts: number;
  /** The model's own k. */
  readonly topK: number;
  /** Mixing weights of the chosen experts are divided by their sum. */
  readonly normTopK: boolean;
}

/** One place in a run: a layer, an absolute token position, and how many tokens of the sequence are prompt. */
export interface RoutingPlace {
  readonly layer: number;
  readonly token: number;
  readonly promptLength: number;
}

/** Rules for a range of tokens, as an engine uploads them. */
export interface CompiledPlan {
  /** Each rule once; never empty unless there are no tokens or no layers. */
  readonly rules: readonly RoutingRule[];
  /** Index into `rules`, row-major [tokens, layers]; row 0 is token `from`. */
  readonly index: Uint16Array;
  /** K: the most experts that any rule can choose, at least 1 so that no array is empty. */
  readonly slots: number;
}

/** Whether a selector covers the token at an absolute position. */
export function coversToken(selector: TokenSelector, token: number, promptLength: number): boolean {
  if (selector === 'all') return true;
  if (selector === 'last') return token === promptLength - 1;
  if ('from' in selector) return token >= selector.from && (selector.to === undefined || token <= selector.to);
  return selector.includes(token);
}

function coversLayer(entry: PlanEntry, layer: number): boolean {
  return entry.layers === 'all' || entry.layers.includes(layer);
}

/** A record by expert id as E values. */
function spread(values: Readonly<Record<string, number>> | undefined, experts: number, rest: number): number[] {
  return Array.from({ length: experts }, (_, e) => values?.[String(e)] ?? rest);
}

/** Later entries win field by field; `k` and `topP` set the same thing, so each replaces the other. */
function mergeEntries(entries: readonly PlanEntry[]): Partial<PlanEntry> {
  let merged: Partial<PlanEntry> = {};
  for (const entry of entries) {
    const { k, topP, ...rest } = merged;
    const selectionSet = entry.k !== undefined || entry.topP !== undefined;
    const kept = selectionSet ? {} : { ...(k === undefined ? {} : { k }), ...(topP === undefined ? {} : { topP }) };
    merged = { ...rest, ...kept, ...entry };
  }
  return merged;
}

function selectionOf(merged: Partial<PlanEntry>, router: RouterSettings): RoutingRule['selection'] {
  const { topP } = merged;
  if (topP === undefined) return { kind: 'top-k', k: merged.k ?? router.topK };
  const min = topP.min ?? 1;
  // Past the model's k there is no mass left to gain, so only `min` can ask for more.
  const reach = topP.mass === 'topk' ? Math.max(router.topK, min) : router.experts;
  const max = Math.min(topP.max ?? router.experts, reach);
  // p = 1 switches the cut off. As a floor this does not depend on how a sum of probabilities rounds.
  const floor = topP.p >= 1 ? max : min;
  return { kind: 'top-p', p: topP.p, min: floor, max, mass: topP.mass, k: router.topK };
}

function ruleFrom(entries: readonly PlanEntry[], router: RouterSettings): RoutingRule {
  const merged = mergeEntries(entries);
  const experts = router.experts;
  const renormalise = merged.renormalise ?? 'model';
  const override = merged.override === 'uniform' ? new Array<number>(experts).fill(1 / experts) : merged.override;
  return {
    selection: selectionOf(merged, router),
    masked: Array.from({ length: experts }, (_, e) => merged.mask?.includes(e) ?? false),
    bias: spread(merged.bias, experts, 0),
    selectionBias: spread(merged.selectionBias, experts, 0),
    scale: spread(merged.scale, experts, 1),
    ...(override === undefined ? {} : { override }),
    renormalise: renormalise === 'model' ? (router.normTopK ? 'before-scale' : 'off') : renormalise,
  };
}

/** The rule that a plan makes for one token in one layer. The plan must have passed `parsePlan` for this model. */
export function resolveRule(plan: RoutingPlan, router: RouterSettings, place: RoutingPlace): RoutingRule {
  const covering = plan.entries.filter(
    (entry) => coversLayer(entry, place.layer) && coversToken(entry.tokens, place.token, place.promptLength),
  );
  return ruleFrom(covering, router);
}

/** The most experts that a rule can choose: its cut or what the mask leaves, 0..E. */
export function mostChosen(rule: RoutingRule): number {
  const available = rule.masked.filter((masked) => !masked).length;
  return Math.min(rule.selection.kind === 'top-k' ? rule.selection.k : rule.selection.max, available);
}

/** Which entries cover a token, as a key: tokens with equal keys are routed by equal rules. */
function coverage(plan: RoutingPlan, token: number, promptLength: number): number[] {
  const out: number[] = [];
  plan.entries.forEach((entry, i) => {
    if (coversToken(entry.tokens, token, promptLength)) out.push(i);
  });
  return out;
}

/**
 * Rules for the tokens `from` (inclusive) to `to` (exclusive), absolute positions, in all layers.
 * @param layers L, the MoE layers
 */
export function compilePlan(
  plan: RoutingPlan,
  router: RouterSettings,
  layers: number,
  range: { readonly promptLength: number; readonly from: number; readonly to: number },
): CompiledPlan {
  const tokens = Math.max(0, range.to - range.from);
  const index = new Uint16Array(tokens * layers);
  const rules: RoutingRule[] = [];
  const numberOfRule = new Map<string, number>();
  const rowOfCoverage = new Map<string, Uint16Array>();

  const ruleNumber = (entries: readonly number[], layer: number): number => {
    const covering = entries.flatMap((i) => plan.entries[i] ?? []).filter((entry) => coversLayer(entry, layer));
    const rule = ruleFrom(covering, router);
    const key = JSON.stringify(rule);
    const known = numberOfRule.get(key);
    if (known !== undefined) return known;
    numberOfRule.set(key, rules.length);
    return rules.push(rule) - 1;
  };

  for (let t = 0; t < tokens; t++) {
    const entries = coverage(plan, range.from + t, range.promptLength);
    const key = entries.join();
    let row = rowOfCoverage.get(key);
    if (row === undefined) {
      row = Uint16Array.from({ length: layers }, (_, layer) => ruleNumber(entries, layer));
      rowOfCoverage.set(key, row);
    }
    index.set(row, t * layers);
  }
  return { rules, index, slots: rules.reduce((most, rule) => Math.max(most, mostChosen(rule)), 1) };
}

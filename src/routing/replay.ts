/**
 * A plan that makes a model take given experts: router replay, as reinforcement learning uses it between the engine that wrote a
 * text and the one that trains on it (https://arxiv.org/abs/2510.11370). Only the choice is replayed: the weights stay those of the
 * router, renormalised over the given experts as the model does.
 */
import type { PlanEntry, RoutingPlan } from './plan';

/** Choices of T tokens in L layers, as a trace holds them. */
export interface GivenChoices {
  /** T */
  readonly tokens: number;
  /** Numbers of the layers. [L] */
  readonly layers: readonly number[];
  /** E */
  readonly experts: number;
  /** K */
  readonly slots: number;
  /** [T, L, K] */
  readonly chosen: ArrayLike<number>;
  /** Used slots; all where absent. [T, L] */
  readonly count?: ArrayLike<number> | undefined;
}

/** The chosen experts of a token in a row, ascending. */
export function givenSet({ layers, slots, chosen, count }: GivenChoices, token: number, row: number): readonly number[] {
  const cell = token * layers.length + row;
  const used = count?.[cell] ?? slots;
  return Array.from({ length: used }, (_, k) => chosen[cell * slots + k] ?? 0).sort((a, b) => a - b);
}

/** One entry for each layer and set of experts; all other experts are masked. O(T L (K + E)) */
export function replayPlan(given: GivenChoices): RoutingPlan {
  const entries: PlanEntry[] = [];
  given.layers.forEach((layer, row) => {
    const tokensOf = new Map<string, { readonly set: readonly number[]; readonly tokens: number[] }>();
    for (let token = 0; token < given.tokens; token++) {
      const set = givenSet(given, token, row);
      const known = tokensOf.get(set.join());
      if (known === undefined) tokensOf.set(set.join(), { set, tokens: [token] });
      else known.tokens.push(token);
    }
    for (const { set, tokens } of tokensOf.values()) {
      const mask = Array.from({ length: given.experts }, (_, e) => e).filter((e) => !set.includes(e));
      entries.push({ layers: [layer], tokens, mask, k: Math.max(1, set.length) });
    }
  });
  return { format: 'moe-plan', version: '1.0', entries };
}

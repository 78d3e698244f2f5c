/**
 * Hit rates of a cache that holds some of the experts in fast memory. Rules and SCH, segment cache best hit rate:
 * https://arxiv.org/abs/2505.16056 and its code; Belady: IBM Systems Journal 5(2), 1966.
 *
 * Rules that every policy shares: hits are judged against the cache as it was before the token; the first touch of
 * an expert counts as a hit while fewer experts than places were touched; then the token's experts enter in order
 * of selection, each in place of the one that the policy values least, the least recently used of equals.
 */
import { countsOf, type Choices } from './choices';

/**
 * - `lru`: least recently used leaves.
 * - `lfu`: least often used so far leaves, counted over the whole past.
 * - `sch`: an oracle that sees `segment` tokens: least often used in them leaves.
 * - `belady`: an oracle of the whole text: the one needed last leaves. With one choice per token no policy does better.
 * - `pinned`: the most used experts of the text stay throughout.
 */
export type CachePolicy = 'lru' | 'lfu' | 'sch' | 'belady' | 'pinned';

const DEFAULT_SEGMENT = 16;

export interface CacheRule {
  readonly policy: CachePolicy;
  /** C, experts that fit: 1 up. The paper's rho is C / K. */
  readonly size: number;
  /** Tokens that `sch` sees, this one included; 16 when absent, as the paper's headline. */
  readonly segment?: number;
}

export interface CacheResult {
  readonly hits: number;
  /** Hits that were first touches into a free place: still one load each. */
  readonly firstTouches: number;
  /** Choices judged. */
  readonly n: number;
  /** hits / n, 0 to 1; NaN of nothing. */
  readonly hitRate: number;
  /** Choices of each token that missed; a first touch is no miss. [T] */
  readonly misses: Uint16Array;
}

/** How a policy keeps the value of each expert up to date; the lowest leaves first. */
interface Valuation {
  /** Called when choice `i`, expert `ids[i]`, was used. */
  readonly used: (i: number) => void;
  /** Called after all choices of a token. */
  readonly passed: (token: number) => void;
}

const nothing = (): void => undefined;

/**
 * @param value of each expert, 0 at first; written by what is returned. [E]
 * @param changed called after a value changed other than by use
 */
function valuation(choices: Choices, policy: Exclude<CachePolicy, 'pinned'>, segment: number, value: Float64Array, changed: (expert: number) => void): Valuation {
  const { ids, start } = choices;
  const add = (i: number, by: number): void => {
    const expert = ids[i] ?? 0;
    value[expert] = (value[expert] ?? 0) + by;
  };
  switch (policy) {
    case 'lru':
      return { used: nothing, passed: nothing };
    case 'lfu':
      return { used: (i) => add(i, 1), passed: nothing };
    case 'sch': {
      const see = (token: number): void => {
        for (let i = start[token] ?? 0; i < (start[token + 1] ?? 0); i++) {
          add(i, 1);
          changed(ids[i] ?? 0);
        }
      };
      for (let t = 0; t < Math.min(segment, choices.tokens); t++) see(t);
      return {
        used: (i) => add(i, -1),
        passed: (token) => {
          if (token + segment < choices.tokens) see(token + segment);
        },
      };
    }
    case 'belady': {
      const next = nextUses(choices);
      return {
        used: (i) => {
          value[ids[i] ?? 0] = -(next[i] ?? 0);
        },
        passed: nothing,
      };
    }
  }
}

/** Index of the next choice of the same expert, for each choice; Infinity for the last. */
function nextUses({ ids, experts }: Choices): Float64Array {
  const next = new Float64Array(ids.length);
  const seen = new Float64Array(experts).fill(Infinity);
  for (let i = ids.length - 1; i >= 0; i--) {
    next[i] = seen[ids[i] ?? 0] ?? Infinity;
    seen[ids[i] ?? 0] = i;
  }
  return next;
}

/** Runs one cache over the choices of a layer, or of all layers joined (`joinLayers`). O(T K + misses C) */
export function simulateCache(choices: Choices, rule: CacheRule): CacheResult {
  const { size, segment = DEFAULT_SEGMENT } = rule;
  if (!Number.isInteger(size) || size < 1) throw new RangeError(`A cache holds a whole number of experts from 1 up, not ${size}.`);
  if (!Number.isInteger(segment) || segment < 1) throw new RangeError(`Segments have a whole number of tokens from 1 up, not ${segment}.`);
  if (rule.policy === 'pinned') return simulatePinned(choices, size);
  const { experts, tokens, ids, start } = choices;
  const held = new Uint32Array(Math.min(size, experts));
  const keys = new Float64Array(held.length);
  const place = new Int32Array(experts).fill(-1);
  const lastUse = new Float64Array(experts);
  const met = new Uint8Array(experts);
  const misses = new Uint16Array(tokens);
  const value = new Float64Array(experts);
  const policy = valuation(choices, rule.policy, segment, value, rank);
  let hits = 0;
  let firstTouches = 0;
  let touched = 0;
  let filled = 0;
  for (let t = 0; t < tokens; t++) {
    const from = start[t] ?? 0;
    const to = start[t + 1] ?? 0;
    for (let i = from; i < to; i++) {
      const expert = ids[i] ?? 0;
      const free = met[expert] === 0 && touched < size;
      if (met[expert] === 0) touched++;
      met[expert] = 1;
      if (free) firstTouches++;
      if (free || (place[expert] ?? -1) >= 0) hits++;
      else misses[t] = (misses[t] ?? 0) + 1;
    }
    for (let i = from; i < to; i++) {
      const expert = ids[i] ?? 0;
      if ((place[expert] ?? -1) < 0) {
        const full = filled === held.length;
        const at = full ? indexOfLeast(keys) : filled++;
        if (full) place[held[at] ?? 0] = -1;
        held[at] = expert;
        place[expert] = at;
      }
      policy.used(i);
      lastUse[expert] = i;
      rank(expert);
    }
    policy.passed(t);
  }
  return { hits, firstTouches, n: ids.length, hitRate: hits / ids.length, misses };

  /** One number per place, by value and then by last use, so that the search for the lowest is a plain scan. */
  function rank(expert: number): void {
    const at = place[expert] ?? -1;
    if (at >= 0) keys[at] = (value[expert] ?? 0) * RECENCY + (lastUse[expert] ?? 0);
  }
}

/** Above any index of a choice; with values below 2^21 the sum is exact in float64. */
const RECENCY = 2 ** 32;

function indexOfLeast(keys: Float64Array): number {
  let best = 0;
  let least = Infinity;
  for (let at = 0; at < keys.length; at++) {
    const key = keys[at] ?? 0;
    if (key < least) {
      least = key;
      best = at;
    }
  }
  return best;
}

/** The most used experts are there from the start, which is no first touch. */
function simulatePinned(choices: Choices, size: number): CacheResult {
  const { ids, start, tokens } = choices;
  const counts = countsOf(choices);
  const order = Array.from(counts, (_, expert) => expert).sort((a, b) => (counts[b] ?? 0) - (counts[a] ?? 0) || a - b);
  const pinned = new Set(order.slice(0, size));
  const misses = new Uint16Array(tokens);
  let hits = 0;
  for (let t = 0; t < tokens; t++) {
    for (let i = start[t] ?? 0; i < (start[t + 1] ?? 0); i++) {
      if (pinned.has(ids[i] ?? 0)) hits++;
      else misses[t] = (misses[t] ?? 0) + 1;
    }
  }
  return { hits, firstTouches: 0, n: ids.length, hitRate: hits / ids.length, misses };
}

export interface LayerCaches {
  readonly layers: readonly CacheResult[];
  /** All layers: sums, and hits over choices. `misses` are those of a token in all its layers. */
  readonly total: CacheResult;
}

/** One cache of `size` experts in every layer. */
export function cachePerLayer(layers: readonly Choices[], rule: CacheRule): LayerCaches {
  const results = layers.map((layer) => simulateCache(layer, rule));
  const sum = (value: (result: CacheResult) => number): number => results.reduce((total, result) => total + value(result), 0);
  const [hits, n] = [sum((result) => result.hits), sum((result) => result.n)];
  const misses = Uint16Array.from({ length: layers[0]?.tokens ?? 0 }, (_, t) => sum((result) => result.misses[t] ?? 0));
  return { layers: results, total: { hits, firstTouches: sum((result) => result.firstTouches), n, hitRate: hits / n, misses } };
}

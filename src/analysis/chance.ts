/** Routing by chance: the line to which consistency and caches are compared. */
import { uniformAt } from '../base/pcg';
import type { Choices } from './choices';

/**
 * Choices of `k` different experts per token, each set equally likely, independent of each other; the same seed gives
 * the same ones. O(T K)
 */
export function randomChoices(shape: { readonly tokens: number; readonly experts: number; readonly k: number }, seed: number): Choices {
  const { tokens, experts } = shape;
  const k = Math.min(shape.k, experts);
  const order = Uint32Array.from({ length: experts }, (_, e) => e);
  const ids = new Uint32Array(tokens * k);
  for (let t = 0; t < tokens; t++) {
    for (let i = 0; i < k; i++) {
      const j = i + Math.floor(uniformAt(seed, t * k + i) * (experts - i));
      const chosen = order[j] ?? 0;
      order[j] = order[i] ?? 0;
      order[i] = chosen;
      ids[t * k + i] = chosen;
    }
  }
  return { experts, tokens, ids, start: Uint32Array.from({ length: tokens + 1 }, (_, t) => t * k) };
}

/** What rerouting did to a text's routing: choices that changed, entropy before and after. */
import type { RoutingBatch } from '../../engine/engine';
import { gateProbabilities } from '../../routing/select';
import type { Delta } from './delta';

type Chosen = Pick<RoutingBatch, 'layers' | 'slots' | 'chosen' | 'count'>;

/** Edit distance: share of the choices before that are none after, by layer, over all tokens. [L] */
export function editDistance(before: Chosen, after: Chosen): number[] {
  const { layers } = before;
  const tokens = before.count.length / layers;
  return Array.from({ length: layers }, (_, layer) => {
    let [gone, all] = [0, 0];
    for (let token = 0; token < tokens; token++) {
      const cell = token * layers + layer;
      const kept = new Set<number>();
      for (let slot = 0; slot < (after.count[cell] ?? 0); slot++) kept.add(after.chosen[cell * after.slots + slot] ?? -1);
      for (let slot = 0; slot < (before.count[cell] ?? 0); slot++) {
        all++;
        if (!kept.has(before.chosen[cell * before.slots + slot] ?? -1)) gone++;
      }
    }
    return gone / all;
  });
}

/** Mean entropy in nats of the gate distribution, with added logits where given, by layer. [L] */
export function gateEntropy({ layers, experts, logits }: Pick<RoutingBatch, 'layers' | 'experts' | 'logits'>, delta?: Delta): number[] {
  const tokens = logits.length / (layers * experts);
  return Array.from({ length: layers }, (_, layer) => {
    const bias = Array.from({ length: experts }, (_, e) => delta?.values[layer * experts + e] ?? 0);
    const rule = { selection: { kind: 'top-k', k: 1 }, masked: [], bias, selectionBias: [], scale: [], renormalise: 'off' } as const;
    let sum = 0;
    for (let token = 0; token < tokens; token++) {
      const at = (token * layers + layer) * experts;
      for (const p of gateProbabilities(logits.subarray(at, at + experts), rule, 'softmax')) if (p > 0) sum -= p * Math.log(p);
    }
    return sum / tokens;
  });
}

/** Which layers a cycle of rerouting updates. */
import { permutation } from '../../base/pcg';
import type { RoutingBatch } from '../../engine/engine';
import type { ReroutingSettings } from './settings';

/**
 * C_l = -(1/k) sum over the chosen experts of ln p, mean over tokens: 0 where every chosen expert has all of the
 * probability, large where the layer is unsure. [L]
 */
export function layerConfidence({ layers, slots, prob, count }: Pick<RoutingBatch, 'layers' | 'slots' | 'prob' | 'count'>): number[] {
  const tokens = count.length / layers;
  return Array.from({ length: layers }, (_, layer) => {
    let sum = 0;
    for (let token = 0; token < tokens; token++) {
      const cell = token * layers + layer;
      const chosen = count[cell] ?? 0;
      let logs = 0;
      for (let slot = 0; slot < chosen; slot++) logs -= Math.log(prob[cell * slots + slot] ?? NaN);
      if (chosen > 0) sum += logs / chosen;
    }
    return sum / tokens;
  });
}

export interface ChosenLayer {
  readonly layer: number;
  /** Factor on the step size: 1, or less for a less confident layer of a soft choice. */
  readonly weight: number;
}

/** The layers of a cycle, ascending. */
export function chooseLayers(confidence: readonly number[], { choice, share, sign, seed }: Pick<ReroutingSettings, 'choice' | 'share' | 'sign' | 'seed'>): ChosenLayer[] {
  const all = confidence.map((_, layer) => layer);
  const some = Math.max(1, Math.round(share * all.length));
  const plain = (layers: readonly number[]): ChosenLayer[] => [...layers].sort((a, b) => a - b).map((layer) => ({ layer, weight: 1 }));
  const surest = [...all].sort((a, b) => (confidence[a] ?? 0) - (confidence[b] ?? 0) || a - b);
  switch (choice) {
    case 'all':
      return plain(all);
    case 'first':
      return plain(all.slice(0, some));
    case 'last':
      return plain(all.slice(-some));
    case 'random':
      return plain(permutation(all.length, seed).slice(0, some));
    case 'hard':
      return plain(sign === 'most' ? surest.slice(0, some) : surest.slice(-some));
    case 'soft': {
      const [least, most] = [Math.min(...confidence), Math.max(...confidence)];
      return all.map((layer) => {
        const c = confidence[layer] ?? 0;
        const ratio = sign === 'most' ? least / c : c / most;
        // All sums are 0 where every layer is certain: nothing tells them apart.
        return { layer, weight: Number.isFinite(ratio) ? ratio : 1 };
      });
    }
  }
}

/** Which rule each row of a batch follows in each layer. */
import type { ModelConfig } from '../../../model/config';
import { ROUTER_AS_TRAINED, type RoutingRule } from '../../../routing/plan';
import { resolveRule } from '../../../routing/resolve';

/** The rule of a model whose router nothing changes. The model has to have routers. */
export function trainedRule({ feedForward }: ModelConfig): RoutingRule {
  if (feedForward.kind === 'dense') throw new TypeError('a dense model has no routing rule');
  return resolveRule(ROUTER_AS_TRAINED, feedForward, { layer: 0, token: 0, promptLength: 1 });
}

/**
 * Rule numbers [rows, L]: 0, the trained rule, but in chosen layer number c of a row that belongs to group g: 1 + g C + c.
 * @param groups group of each row
 */
export function ruleTable(allLayers: number, chosen: readonly number[], groups: readonly number[]): Uint32Array<ArrayBuffer> {
  const index = new Uint32Array(groups.length * allLayers);
  groups.forEach((group, row) => {
    chosen.forEach((layer, c) => {
      index[row * allLayers + layer] = 1 + group * chosen.length + c;
    });
  });
  return index;
}

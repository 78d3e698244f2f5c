import { moeLayerCount, type ModelConfig } from '../../model/config';

/** L and E, which bound a plan. */
export function routerShape(config: ModelConfig): { readonly layers: number; readonly experts: number } {
  return { layers: moeLayerCount(config), experts: config.feedForward.kind === 'moe' ? config.feedForward.experts : 0 };
}

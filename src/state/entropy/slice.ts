/** Changing the Entropy view's slice. */
import type { App } from '../app';
import type { EntropyState } from './state';

export function patchEntropy({ store }: App, part: Partial<EntropyState>): void {
  store.setState(({ entropy }) => ({ entropy: { ...entropy, ...part } }));
}

/** Changing the Re-mix slice. */
import type { App } from '../app';
import type { RemixState } from './state';

export function patchRemix({ store }: App, part: Partial<RemixState>): void {
  store.setState(({ remix }) => ({ remix: { ...remix, ...part } }));
}

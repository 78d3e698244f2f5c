/** Changing the slice of the cards, and running their work. */
import type { App } from '../app';
import type { CardRun } from './cardRun';
import type { SteeringState } from './state';
import type { Outcome } from './work';

export function patchCard<N extends keyof SteeringState>({ store }: App, name: N, part: Partial<SteeringState[N]>): void {
  store.setState(({ steering }) => ({ steering: { ...steering, [name]: { ...steering[name], ...part } } }));
}

/**
 * Runs a piece of work of a card: the card says that it works, and afterwards either takes the result or says in a sentence
 * what went wrong. A stop leaves what was there.
 */
export async function runCard<T>(app: App, name: keyof SteeringState, work: () => Promise<Outcome<T>>, take: (result: T) => void): Promise<void> {
  const tell = (run: CardRun): void => patchCard(app, name, run);
  tell({ running: true, fault: '' });
  const outcome = await work();
  tell({ running: false, fault: outcome !== undefined && 'fault' in outcome ? outcome.fault : '' });
  if (outcome !== undefined && 'result' in outcome) take(outcome.result);
}

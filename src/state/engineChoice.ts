/** Switching between engines while the page runs. */
import type { EngineChoice } from '../engine/worker/protocol';
import { patch, type App } from './app';
import { rememberEngine } from './engineWish';
import { restartEngine } from './session';

export { ENGINE_CHOICES } from '../engine/worker/protocol';

/**
 * Computes with another engine from now on: ends the worker and loads the model anew. The trace, the prompt, the edits
 * and every setting stay; what runs is stopped.
 * @param remember whether later visits begin with it too
 * @returns whether the model is ready
 */
export async function switchEngine(app: App, choice: EngineChoice, remember = true): Promise<boolean> {
  patch(app, 'view', { engine: choice });
  if (remember) rememberEngine(choice);
  return restartEngine(app);
}

/** What a link leaves out stays closed, whoever opens it. */
import { patch, type App } from './app';
import { isHidden, type ControlId } from './controls';
import type { DialogName } from './state';

const DIALOGS: Readonly<Record<DialogName, ControlId>> = { share: 'share', keys: 'keys', menu: 'tools', sampling: 'sampling', device: 'backend', lessons: 'lesson' };

/** Closes a panel or dialog that is hidden, in the same moment in which it was opened. */
export function keepHidden(app: App): void {
  const check = (): void => {
    const state = app.store.getState();
    const { panel, dialog } = state.view;
    if (panel !== 'main' && isHidden(state, panel)) patch(app, 'view', { panel: 'main' });
    if (dialog !== undefined && isHidden(state, DIALOGS[dialog])) patch(app, 'view', { dialog: undefined });
  };
  app.store.subscribe((state, before) => {
    if (state.view !== before.view) check();
  });
  check();
}

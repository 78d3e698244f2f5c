import { useEffect } from 'react';
import { patch, type App } from '../state/app';
import { seek, setStage, step, stepLayer, tokenCount } from '../state/focus';
import { stopRun } from '../state/generate';
import { togglePlay } from '../state/playback';
import { exportFile } from '../state/share';
import { useApp } from './context';

function act(app: App, event: KeyboardEvent): boolean {
  const stage = app.store.getState().focus.stage;
  switch (event.key) {
    case 'ArrowLeft':
      step(app, -1);
      return true;
    case 'ArrowRight':
      step(app, 1);
      return true;
    case 'Home':
      seek(app, 0);
      return true;
    case 'End':
      seek(app, tokenCount(app) - 1);
      return true;
    case ' ':
      togglePlay(app);
      return true;
    case ',':
      setStage(app, stage - 1);
      return true;
    case '.':
      setStage(app, stage + 1);
      return true;
    case '[':
      stepLayer(app, -1);
      return true;
    case ']':
      stepLayer(app, 1);
      return true;
    case '?':
      patch(app, 'view', { dialog: 'keys' });
      return true;
    case 'Escape':
      if (app.store.getState().run.status === 'idle') return false;
      stopRun(app);
      return true;
    default:
      return false;
  }
}

/** Keys that the focused control uses itself are left to it. */
function taken(target: EventTarget | null, key: string): boolean {
  if (!(target instanceof Element)) return false;
  if (target.closest('dialog, input, textarea, select') !== null) return true;
  if (target.closest('[role=grid]') !== null) return !['[', ']', ',', '.', '?', 'Escape'].includes(key);
  return key === ' ' && target.closest('button, a') !== null;
}

/** The page's keys, everywhere but in fields and dialogs. */
export function Keyboard() {
  const app = useApp();
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      if (event.defaultPrevented || event.altKey) return;
      const command = event.ctrlKey || event.metaKey;
      if (command && event.key.toLowerCase() === 'o') {
        event.preventDefault();
        document.querySelector<HTMLInputElement>('input[data-open-trace]')?.click();
      } else if (command && event.key.toLowerCase() === 's') {
        event.preventDefault();
        if (exportFile(app) === undefined) patch(app, 'view', { dialog: 'share' });
      } else if (!command && !taken(event.target, event.key) && act(app, event)) event.preventDefault();
    };
    addEventListener('keydown', onKey);
    return () => removeEventListener('keydown', onKey);
  }, [app]);
  return null;
}

import { useEffect } from 'react';
import { hiddenParts } from '../state/controls';
import { useApp } from './context';
import { bindingFor, keysFor } from './keymap';

/** Undo and its like belong to a text field while it has the focus. */
const EDITING = ['z', 'y', 'a', 'c', 'v', 'x'];

/** Where the focused control uses plain keys itself they are left to it. */
function taken(target: EventTarget | null, key: string, command: boolean): boolean {
  if (!(target instanceof Element)) return false;
  if (target.closest('dialog') !== null) return true;
  if (command) return EDITING.includes(key.toLowerCase()) && target.closest('input, textarea') !== null;
  return target.closest('input, textarea, select, [role=slider]') !== null || (key === ' ' && target.closest('button, a') !== null);
}

/** The page's keys, everywhere but in fields and dialogs. */
export function Keyboard() {
  const app = useApp();
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      const { target } = event;
      if (event.defaultPrevented || taken(target, event.key, event.ctrlKey || event.metaKey)) return;
      const inTable = target instanceof Element && target.closest('[role=grid]') !== null;
      if (bindingFor(event, inTable, keysFor(hiddenParts(app.store.getState().view)))?.act?.(app, event.key) === true) event.preventDefault();
    };
    addEventListener('keydown', onKey);
    return () => removeEventListener('keydown', onKey);
  }, [app]);
  return null;
}

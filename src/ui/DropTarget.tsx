import { useEffect } from 'react';
import { patch, type App } from '../state/app';
import { looksLikeTrace, openText } from '../state/openFiles';
import { openAny } from '../state/planFile';
import { strings } from '../state/strings';
import { useApp, useAppState } from './context';

/** One after the other, so that the last one dropped is what the page shows. */
async function openAll(app: App, files: readonly File[]): Promise<void> {
  for (const file of files) await openAny(app, file);
}

/** The whole page takes a dropped trace; while a file hovers over it, it says so. */
export function DropTarget() {
  const app = useApp();
  const dropping = useAppState((state) => state.view.dropping);

  useEffect(() => {
    let depth = 0;
    const carriesFile = (event: DragEvent): boolean => event.dataTransfer?.types.includes('Files') === true;
    const set = (value: boolean): void => {
      if (app.store.getState().view.dropping !== value) patch(app, 'view', { dropping: value });
    };
    const enter = (event: DragEvent): void => {
      if (!carriesFile(event)) return;
      event.preventDefault();
      depth += 1;
      set(true);
    };
    const over = (event: DragEvent): void => {
      if (carriesFile(event)) event.preventDefault();
    };
    const leave = (): void => {
      depth = Math.max(0, depth - 1);
      if (depth === 0) set(false);
    };
    const drop = (event: DragEvent): void => {
      if (!carriesFile(event)) return;
      event.preventDefault();
      depth = 0;
      set(false);
      void openAll(app, [...(event.dataTransfer?.files ?? [])]);
    };
    const paste = (event: ClipboardEvent): void => {
      const { target, clipboardData } = event;
      // A field takes what is pasted into it.
      if (target instanceof HTMLElement && target.closest('input, textarea, [contenteditable]') !== null) return;
      const files = [...(clipboardData?.files ?? [])];
      const text = clipboardData?.getData('text/plain') ?? '';
      if (files.length > 0) void openAll(app, files);
      else if (looksLikeTrace(text)) void openText(app, text);
      else return;
      event.preventDefault();
    };
    addEventListener('dragenter', enter);
    addEventListener('dragover', over);
    addEventListener('dragleave', leave);
    addEventListener('drop', drop);
    addEventListener('paste', paste);
    return () => {
      removeEventListener('dragenter', enter);
      removeEventListener('dragover', over);
      removeEventListener('dragleave', leave);
      removeEventListener('drop', drop);
      removeEventListener('paste', paste);
    };
  }, [app]);

  if (!dropping) return null;
  return (
    <div className="drop">
      <b>{strings.open.drop}</b>
      <span className="q2">{strings.open.dropHint}</span>
    </div>
  );
}

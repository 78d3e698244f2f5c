import { useEffect } from 'react';
import { patch } from '../state/app';
import { notify } from '../state/notices';
import { openAny } from '../state/planFile';
import { strings } from '../state/strings';
import { useApp, useAppState } from './context';

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
      const files = event.dataTransfer?.files;
      const file = files?.[0];
      if (file === undefined) return;
      if ((files?.length ?? 0) > 1) notify(app, { tone: 'note', message: strings.open.tooMany });
      void openAny(app, file);
    };
    addEventListener('dragenter', enter);
    addEventListener('dragover', over);
    addEventListener('dragleave', leave);
    addEventListener('drop', drop);
    return () => {
      removeEventListener('dragenter', enter);
      removeEventListener('dragover', over);
      removeEventListener('dragleave', leave);
      removeEventListener('drop', drop);
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

import { useRef } from 'react';
import { strings } from '../state/strings';
import { openAny } from '../state/planFile';
import { patch } from '../state/app';
import { useApp } from './context';

/** Opens a trace file through the browser's own chooser. */
export function OpenButton({ className }: { readonly className: string }) {
  const app = useApp();
  const input = useRef<HTMLInputElement>(null);
  return (
    <>
      <button
        type="button"
        className={className}
        title={strings.tool.openHint}
        onClick={() => {
          patch(app, 'view', { dialog: undefined });
          input.current?.click();
        }}
      >
        {strings.tool.open}
      </button>
      <input
        ref={input}
        type="file"
        accept=".json,.jsonl,.csv,.gz,application/json,text/csv,application/gzip"
        hidden
        data-open-trace=""
        aria-label={strings.tool.openHint}
        onChange={(event) => {
          const file = event.target.files?.[0];
          event.target.value = '';
          if (file !== undefined) void openAny(app, file);
        }}
      />
    </>
  );
}

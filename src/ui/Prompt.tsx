import { useState } from 'react';
import { patch } from '../state/app';
import { stopRun, toggleRun } from '../state/generate';
import { strings } from '../state/strings';
import { useApp, useAppState } from './context';
import { useHidden } from './useHidden';

/** The prompt: one line at rest, as tall as its text while it is edited. Ctrl+Enter runs, and so does the button. */
export function Prompt() {
  const app = useApp();
  const prompt = useAppState((state) => state.run.prompt);
  const running = useAppState((state) => state.run.status !== 'idle');
  const [editing, setEditing] = useState(false);
  const noField = useHidden('prompt');
  const noRun = useHidden('run');
  if (noField && noRun) return <span className="grow" />;
  return (
    <div className={noField ? 'prompt only-run' : 'prompt'} role="group" aria-label={strings.prompt.label}>
      <div className={editing ? 'prompt-box open' : 'prompt-box'}>
        {!noField && <div className="prompt-text">
          <textarea
            id="prompt"
            aria-label={strings.prompt.label}
            placeholder={strings.prompt.placeholder}
            className={prompt === '' ? '' : 'has'}
            value={prompt}
            rows={1}
            dir="auto"
            spellCheck={false}
            autoCapitalize="off"
            onFocus={() => setEditing(true)}
            onBlur={(event) => {
              event.currentTarget.scrollTop = 0;
              setEditing(false);
            }}
            onChange={(event) => patch(app, 'run', { prompt: event.target.value })}
            onKeyDown={(event) => {
              if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) {
                event.preventDefault();
                if (!noRun) toggleRun(app);
              } else if (event.key === 'Escape' && running) stopRun(app);
            }}
          />
          <PromptLine text={prompt} />
        </div>}
        {!noRun && <button type="button" className="run" onClick={() => toggleRun(app)}>
          {running ? strings.prompt.stop : strings.prompt.run}
          {!running && (
            <kbd aria-hidden="true" className="hide-s">
              {strings.prompt.runKeys}
            </kbd>
          )}
        </button>}
      </div>
    </div>
  );
}

/** What the field shows at rest: one line, with its line ends visible. */
function PromptLine({ text }: { readonly text: string }) {
  const lines = text.slice(0, 2_000).split('\n');
  return (
    <div className="prompt-line" aria-hidden="true">
      <bdi>
        {lines.map((line, i) => (
          <span key={i}>
            {i > 0 && <i>{'\u21b5'}</i>}
            {line}
          </span>
        ))}
      </bdi>
    </div>
  );
}

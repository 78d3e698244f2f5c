import { useRef } from 'react';
import { candidates, chooseOther, keepAsOther, openAsOther, openExampleAsOther, setOtherToken } from '../../state/compare';
import { traceKey } from '../../state/openTraces';
import { strings } from '../../state/strings';
import { useApp, useAppState } from '../context';
import { SecondRun } from './SecondRun';

/** The ways to a second run: what is open, a recorded example, a file, or the live model. */
export function ChooseOther({ onDone }: { readonly onDone?: () => void }) {
  const app = useApp();
  const file = useRef<HTMLInputElement>(null);
  const traces = useAppState((state) => state.traces);
  const token = useAppState((state) => state.focus.token);
  const text = strings.compare.choose;
  const others = candidates({ traces });
  const origin = { live: text.live, recorded: text.recorded, file: text.fromFile } as const;
  return (
    <section className="panel cchoose" aria-label={text.title}>
      <div className="ph">
        <h2>{text.title}</h2>
      </div>
      <p className="msay">{text.intro}</p>
      <div className="cways">
        <div className="cway">
          <h3>{text.traces}</h3>
          {others.length === 0 ? (
            <p className="q">{text.noTraces}</p>
          ) : (
            <ul className="clist">
              {others.map((open) => (
                <li key={traceKey(open)}>
                  <button
                    type="button"
                    onClick={() => {
                      chooseOther(app, open);
                      onDone?.();
                    }}
                  >
                    <bdi>{open.trace.title === '' ? open.name : strings.names.example(open.trace.title)}</bdi>
                    <span className="ax">
                      {origin[open.origin]}, {text.tokens(open.trace.tokens.ids.length)}
                    </span>
                  </button>
                </li>
              ))}
            </ul>
          )}
          <button type="button" className="btn" disabled={traces.current === undefined} title={text.keepHint} onClick={() => keepAsOther(app)}>
            {text.keep}
          </button>
          <button
            type="button"
            className="btn"
            disabled={traces.current === undefined}
            title={strings.compare.tokens.keepHint}
            onClick={() => {
              setOtherToken(app, token);
              onDone?.();
            }}
          >
            {strings.compare.tokens.keep(token + 1)}
          </button>
        </div>
        <div className="cway">
          <h3>{text.examples}</h3>
          <select
            className="cselect"
            aria-label={text.examples}
            value=""
            onChange={(event) => {
              const example = traces.examples.find(({ id }) => id === event.target.value);
              if (example !== undefined) void openExampleAsOther(app, example).then(() => onDone?.());
            }}
          >
            <option value="">{text.example}</option>
            {traces.examples.map(({ id, title }) => (
              <option key={id} value={id}>
                {strings.names.example(title)}
              </option>
            ))}
          </select>
          <button type="button" className="btn" onClick={() => file.current?.click()}>
            {text.file}
          </button>
          <input
            ref={file}
            type="file"
            accept=".json,application/json"
            hidden
            data-open-other=""
            aria-label={text.file}
            onChange={(event) => {
              const chosen = event.target.files?.[0];
              event.target.value = '';
              if (chosen !== undefined) void openAsOther(app, chosen).then(() => onDone?.());
            }}
          />
        </div>
        <SecondRun {...(onDone === undefined ? {} : { onDone })} />
      </div>
    </section>
  );
}

import { useId } from 'react';
import { plain } from '../../base/numerals';
import { runSecond, setSecond } from '../../state/compare';
import { clampSetting, SAMPLING_SETTINGS, SETTINGS, type SamplingName } from '../../state/settings';
import { strings } from '../../state/strings';
import { useApp, useAppState } from '../context';

/** Another prompt or another setting on the live model; a field left empty is as in A. */
export function SecondRun({ onDone }: { readonly onDone?: () => void }) {
  const app = useApp();
  const run = useAppState((state) => state.run);
  const second = useAppState((state) => state.compare.second);
  const text = strings.compare.choose;
  const busy = run.status !== 'idle';
  return (
    <form
      className="cway wide"
      onSubmit={(event) => {
        event.preventDefault();
        void runSecond(app);
        onDone?.();
      }}
    >
      <h3>{text.run}</h3>
      <textarea
        className="cprompt"
        aria-label={text.prompt}
        rows={3}
        dir="auto"
        spellCheck={false}
        value={second.prompt ?? run.prompt}
        onChange={(event) => setSecond(app, { prompt: event.target.value === run.prompt ? undefined : event.target.value })}
      />
      <div className="cfields">
        {SAMPLING_SETTINGS.map((name) => (
          <Field key={name} name={name} />
        ))}
      </div>
      <button type="submit" className="btn solid" disabled={busy} title={busy ? text.busy : undefined}>
        {text.runButton}
      </button>
    </form>
  );
}

function Field({ name }: { readonly name: SamplingName }) {
  const app = useApp();
  const id = useId();
  const own = useAppState((state) => state.compare.second[name]);
  const first = useAppState((state) => state.run[name]);
  const { min, max, step } = SETTINGS[name];
  return (
    <span className="cfield">
      <label htmlFor={id}>{strings.setting[name].long}</label>
      <input
        id={id}
        className="figure-input"
        type="number"
        aria-label={`${strings.compare.b} ${strings.setting[name].long}`}
        min={min}
        max={max}
        step={step}
        placeholder={plain(first)}
        value={own ?? ''}
        onChange={(event) => {
          const value = event.target.value === '' ? undefined : clampSetting(name, event.target.valueAsNumber);
          setSecond(app, { [name]: value });
        }}
      />
      {own === undefined && <span className="ax">{strings.compare.choose.asA}</span>}
    </span>
  );
}

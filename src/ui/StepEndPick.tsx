import { useId } from 'react';
import { patch } from '../state/app';
import { setPattern } from '../state/entropy/pattern';
import { STEP_ENDS, type SettingValues } from '../state/settings';
import { strings } from '../state/strings';
import { useApp, useAppState } from './context';

/** What ends a step: one of the built-in delimiters, or the visitor's own regular expression with what is wrong about it. */
export function StepEndPick() {
  const app = useApp();
  const id = useId();
  const end = useAppState((state) => state.view.stepEnd);
  const source = useAppState((state) => state.view.stepPattern);
  const search = useAppState((state) => state.entropy.pattern);
  const text = strings.timeline;
  const fault = search.phase === 'refused' && search.source === source ? search.reason : search.phase === 'found' ? search.note : '';
  const own = end === 'pattern';
  return (
    <span className={own ? 'pick own' : 'pick'}>
      <label>
        {text.stepEnd}{' '}
        <select value={end} onChange={(event) => patch(app, 'view', { stepEnd: event.target.value as SettingValues['stepEnd'] })}>
          {STEP_ENDS.map((name) => (
            <option key={name} value={name}>
              {text.ends[name]}
            </option>
          ))}
        </select>
      </label>
      {own && (
        <input
          className="step-pattern"
          type="text"
          spellCheck={false}
          autoCapitalize="off"
          autoComplete="off"
          aria-label={strings.entropy.pattern.label}
          aria-invalid={fault !== ''}
          aria-describedby={fault === '' ? undefined : id}
          placeholder={strings.entropy.pattern.placeholder}
          value={source}
          onChange={(event) => setPattern(app, event.target.value)}
        />
      )}
      {own && fault !== '' && (
        <span className="step-fault" id={id} role="alert">
          {fault}
        </span>
      )}
    </span>
  );
}

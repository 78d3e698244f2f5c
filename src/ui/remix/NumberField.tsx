import { useId } from 'react';
import { plain } from '../../base/numerals';
import { settingFault, settingsNow, typeSetting } from '../../state/remix/settings';
import type { TypedSetting } from '../../state/remix/state';
import type { RouterShape } from '../../state/remix/types';
import { useApp, useAppState } from '../context';

interface Props {
  readonly name: TypedSetting;
  readonly shape: RouterShape;
  readonly label: string;
  /** Full name, where the label is an abbreviation. */
  readonly long?: string;
  readonly after?: string;
}

/** A number of the method's settings. What cannot be used stays in the field, with a sentence under it. */
export function NumberField({ name, shape, label, long = label, after }: Props) {
  const app = useApp();
  const id = useId();
  const draft = useAppState((state) => state.remix.drafts[name]);
  const value = useAppState((state) => settingsNow(state.remix, shape)[name]);
  const fault = useAppState((state) => settingFault(state.remix, name, shape));
  return (
    <span className={fault === undefined ? 'rfield' : 'rfield bad'}>
      <label className="k" htmlFor={id} title={long}>
        {label}
      </label>
      <input
        id={id}
        className="figure-input"
        type="text"
        inputMode="decimal"
        aria-label={long}
        aria-invalid={fault !== undefined}
        aria-describedby={fault === undefined ? undefined : `${id}-fault`}
        value={draft ?? plain(Number(value))}
        onChange={(event) => typeSetting(app, shape, name, event.target.value)}
        onFocus={(event) => event.target.select()}
      />
      {after !== undefined && <span className="q">{after}</span>}
      {fault !== undefined && (
        <span className="rfault" id={`${id}-fault`} role="alert">
          {fault}
        </span>
      )}
    </span>
  );
}

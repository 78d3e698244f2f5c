import { useId, useState } from 'react';
import { fixed, typedNumber } from '../base/numerals';
import { patch } from '../state/app';
import { clampSetting, SETTINGS, type SamplingName } from '../state/settings';
import { strings } from '../state/strings';
import { formatShare } from '../viz/format';
import { useApp, useAppState } from './context';

/** A setting as the page writes it. */
export function settingText(name: SamplingName, value: number): string {
  const { decimals } = SETTINGS[name];
  if (name === 'topP') return value >= 1 ? '1' : formatShare(value, decimals);
  return fixed(value, decimals);
}

/** One setting from the table: a native slider where a range makes sense, and always the number itself. */
export function SettingControl({ name, slider, long = false }: { readonly name: SamplingName; readonly slider: boolean; readonly long?: boolean }) {
  const app = useApp();
  const value = useAppState((state) => state.run[name]);
  const [draft, setDraft] = useState<string>();
  const id = useId();
  const setting = SETTINGS[name];
  const text = strings.setting[name];
  const set = (next: number): void => {
    const clamped = clampSetting(name, next);
    if (clamped !== undefined) patch(app, 'run', { [name]: clamped });
  };
  return (
    <>
      <label htmlFor={id} title={`${text.long}: ${text.hint}`}>
        {long ? text.long : text.short}
      </label>
      {slider && (
        <input
          type="range"
          aria-label={text.long}
          min={setting.min}
          max={setting.max}
          step={setting.step}
          value={value}
          style={{ ['--p' as string]: `${(100 * (value - setting.min)) / (setting.max - setting.min)}%` }}
          onChange={(event) => set(Number(event.target.value))}
        />
      )}
      <input
        id={id}
        className={name === 'seed' ? 'figure-input wide' : 'figure-input'}
        type="text"
        inputMode="decimal"
        aria-label={slider ? strings.setting.exact(text.short) : text.long}
        title={`${text.long}: ${text.hint}`}
        style={name === 'seed' && !long ? { width: `${Math.max(3, String(value).length + 1)}ch` } : undefined}
        value={draft ?? settingText(name, value)}
        onChange={(event) => setDraft(event.target.value)}
        onFocus={(event) => event.target.select()}
        onBlur={() => {
          if (draft !== undefined && draft.trim() !== '') set(typedNumber(draft));
          setDraft(undefined);
        }}
        onKeyDown={(event) => {
          if (event.key === 'Enter') event.currentTarget.blur();
          if (event.key === 'ArrowUp' || event.key === 'ArrowDown') {
            event.preventDefault();
            setDraft(undefined);
            set(value + (event.key === 'ArrowUp' ? setting.step : -setting.step));
          }
        }}
      />
    </>
  );
}

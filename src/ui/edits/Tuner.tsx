import { typedNumber } from '../../base/numerals';
import { useId, useState } from 'react';

interface Props {
  readonly value: number;
  readonly min: number;
  readonly max: number;
  readonly step: number;
  /** Range of the number box, where it is wider than the slider's. */
  readonly bounds?: readonly [min: number, max: number];
  readonly text: (value: number) => string;
  /** Accessible names of slider and number box. */
  readonly label: string;
  readonly exact: string;
  readonly onTune: (value: number) => void;
  readonly onEnd: () => void;
}

/** A number that can be dragged, stepped by keys and typed. */
export function Tuner({ value, min, max, step, bounds = [min, max], text, label, exact, onTune, onEnd }: Props) {
  const id = useId();
  const [draft, setDraft] = useState<string>();
  const set = (next: number): void => {
    if (!Number.isFinite(next)) return;
    const clamped = Math.min(bounds[1], Math.max(bounds[0], next));
    onTune(Math.round(clamped * 100) / 100);
  };
  const shown = Math.min(max, Math.max(min, value));
  return (
    <>
      <input
        type="range"
        aria-label={label}
        aria-valuetext={text(value)}
        min={min}
        max={max}
        step={step}
        value={shown}
        style={{ ['--p' as string]: `${(100 * (shown - min)) / (max - min)}%` }}
        onChange={(event) => set(Number(event.target.value))}
        onPointerUp={onEnd}
        onKeyUp={onEnd}
        onBlur={onEnd}
      />
      <input
        id={id}
        className="figure-input"
        type="text"
        inputMode="decimal"
        aria-label={exact}
        value={draft ?? text(value)}
        onChange={(event) => setDraft(event.target.value)}
        onFocus={(event) => event.target.select()}
        onBlur={() => {
          if (draft !== undefined && draft.trim() !== '') set(typedNumber(draft));
          setDraft(undefined);
          onEnd();
        }}
        onKeyDown={(event) => {
          if (event.key === 'Enter') event.currentTarget.blur();
          if (event.key !== 'ArrowUp' && event.key !== 'ArrowDown') return;
          event.preventDefault();
          setDraft(undefined);
          set(value + (event.key === 'ArrowUp' ? step : -step));
        }}
        onKeyUp={onEnd}
      />
    </>
  );
}

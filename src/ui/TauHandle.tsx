import { useRef, useState, type KeyboardEvent } from 'react';
import { fixed, typedNumber } from '../base/numerals';
import { setTau, shareCount, type StepEntropy } from '../state/stepEntropy';
import { strings } from '../state/strings';
import type { EntropyScale } from '../viz/entropyScale';
import { inUnit } from '../viz/format';
import { useApp } from './context';
import { useFrame } from './useFrame';

interface Props {
  readonly scale: EntropyScale;
  readonly steps: StepEntropy;
  /** Nats. */
  readonly tau: number;
}

/** Of the unit on screen. */
const STEP = 0.05;
const PAGE = 0.5;

/** The threshold as a handle on its dashed line: dragged, moved by keys, or typed. */
export function TauHandle({ scale, steps, tau }: Props) {
  const app = useApp();
  const ref = useRef<HTMLDivElement>(null);
  const [draft, setDraft] = useState<string>();
  const request = useFrame();
  const text = strings.timeline;
  const { unit, top } = scale;
  const shown = inUnit(tau, unit);
  const set = (value: number): void => setTau(app, unit === 'bits' ? value * Math.LN2 : value);
  const nudge = (by: number): void => set(Math.round((shown + by) * 100) / 100);
  const { above, n } = shareCount(steps, tau);

  const drag = (clientY: number): void => {
    const line = ref.current?.parentElement?.getBoundingClientRect();
    if (line === undefined) return;
    const value = scale.y.invert(clientY - line.top);
    request(() => set(Math.round(value / STEP) * STEP));
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const keys: Record<string, () => void> = {
      ArrowUp: () => nudge(STEP),
      ArrowRight: () => nudge(STEP),
      ArrowDown: () => nudge(-STEP),
      ArrowLeft: () => nudge(-STEP),
      PageUp: () => nudge(PAGE),
      PageDown: () => nudge(-PAGE),
      Home: () => set(0),
      End: () => set(top),
    };
    const act = keys[event.key];
    if (act === undefined) return;
    event.preventDefault();
    act();
  };
  const commit = (): void => {
    const value = typedNumber(draft ?? '');
    if (Number.isFinite(value)) set(value);
    setDraft(undefined);
  };
  return (
    <div ref={ref} className="tau-pill" style={{ top: scale.y(shown) }}>
      <span
        role="slider"
        tabIndex={0}
        aria-label={text.tauName}
        aria-orientation="vertical"
        aria-valuemin={0}
        aria-valuemax={Math.round(top * 100) / 100}
        aria-valuenow={Math.round(shown * 100) / 100}
        aria-valuetext={text.tauValue(fixed(shown, 2), unit, above, n)}
        onKeyDown={onKeyDown}
        onPointerDown={(event) => event.currentTarget.setPointerCapture(event.pointerId)}
        onPointerMove={(event) => {
          if (event.currentTarget.hasPointerCapture(event.pointerId)) drag(event.clientY);
        }}
      >
        {text.tau}
      </span>
      <input
        type="text"
        inputMode="decimal"
        aria-label={`${text.tauExact}, ${strings.units[unit]}`}
        value={draft ?? fixed(shown, 2)}
        onChange={(event) => setDraft(event.target.value)}
        onFocus={(event) => event.target.select()}
        onBlur={commit}
        onKeyDown={(event) => {
          if (event.key === 'Enter') commit();
          if (event.key === 'ArrowUp' || event.key === 'ArrowDown') {
            event.preventDefault();
            setDraft(undefined);
            nudge(event.key === 'ArrowUp' ? STEP : -STEP);
          }
        }}
      />
    </div>
  );
}

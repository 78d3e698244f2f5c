import { useRef, type KeyboardEvent } from 'react';
import { fixed } from '../../base/numerals';
import { setTau } from '../../state/stepEntropy';
import { strings } from '../../state/strings';
import { inUnit, type EntropyUnit } from '../../viz/format';
import type { StepFigureLayout } from '../../viz/stepFigure';
import { useApp } from '../context';
import { useFrame } from '../useFrame';

interface Props {
  readonly layout: StepFigureLayout;
  readonly unit: EntropyUnit;
  /** Nats. */
  readonly tau: number;
  /** What a screen reader hears beside the value. */
  readonly spoken: string;
}

/** Of the unit on screen. */
const STEP = 0.05;
const PAGE = 0.5;

/** The one threshold through histogram and rows: its pill is the slider, and the whole line can be dragged. */
export function TauPill({ layout, unit, tau, spoken }: Props) {
  const app = useApp();
  const line = useRef<HTMLDivElement>(null);
  const request = useFrame();
  const shown = inUnit(tau, unit);
  const x = layout.x(shown);
  const set = (value: number): void => setTau(app, unit === 'bits' ? value * Math.LN2 : value);
  const nudge = (by: number): void => set(Math.min(layout.top, Math.max(0, Math.round((shown + by) * 100) / 100)));
  const drag = (clientX: number): void => {
    const box = line.current?.parentElement?.getBoundingClientRect();
    if (box === undefined) return;
    const value = layout.invert(clientX - box.left);
    request(() => set(Math.round(value / STEP) * STEP));
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const act: (() => void) | undefined = {
      ArrowUp: () => nudge(STEP),
      ArrowRight: () => nudge(STEP),
      ArrowDown: () => nudge(-STEP),
      ArrowLeft: () => nudge(-STEP),
      PageUp: () => nudge(PAGE),
      PageDown: () => nudge(-PAGE),
      Home: () => set(0),
      End: () => set(layout.top),
    }[event.key];
    if (act === undefined) return;
    event.preventDefault();
    act();
  };
  const grip = {
    onPointerDown: (event: React.PointerEvent) => event.currentTarget.setPointerCapture(event.pointerId),
    onPointerMove: (event: React.PointerEvent) => {
      if (event.currentTarget.hasPointerCapture(event.pointerId)) drag(event.clientX);
    },
  };
  return (
    <>
      <div ref={line} className="ent-line" aria-hidden="true" style={{ left: x - 8, height: layout.height - 20 }} {...grip} />
      <div
        className="ent-pill"
        role="slider"
        tabIndex={0}
        aria-label={strings.entropy.chart.tauName}
        aria-orientation="horizontal"
        aria-valuemin={0}
        aria-valuemax={layout.top}
        aria-valuenow={Math.round(shown * 100) / 100}
        aria-valuetext={`${fixed(shown, 2)} ${strings.units[unit]}, ${spoken}`}
        style={{ left: x }}
        onKeyDown={onKeyDown}
        {...grip}
      >
        {`\u03c4 ${fixed(shown, 2)}`}
      </div>
    </>
  );
}

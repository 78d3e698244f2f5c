import type { ReactNode } from 'react';
import { cellState, type HeatView } from '../state/heatView';
import { strings } from '../state/strings';
import { formatShare, type EntropyUnit } from '../viz/format';
import { magnitudeColour, magnitudeGradient, magnitudeTicks } from '../viz/scale';
import { DIFFERENCE_DOMAIN, SHARE_DOMAIN, signedColour, signedGradient, signedTicks } from '../viz/signed';
import { formatChange } from './heatCell';

const MAGNITUDE = magnitudeGradient();
const SIGNED = signedGradient();
const KEY_FIRST = magnitudeColour(0.46);
const KEY_SECOND = magnitudeColour(0.2);
const KEY_IDLE = magnitudeColour(0.03);

interface Tick {
  readonly at: number;
  readonly text: string;
}

function ticksOf(mode: HeatView['mode'], experts: number): readonly Tick[] {
  if (mode === 'token') {
    return magnitudeTicks(experts).map(({ at, value, uniform }) => ({
      at,
      text: uniform ? strings.heat.uniform(experts) : value === 0 || value === 1 ? String(value) : formatShare(value).replace(/0$/, ''),
    }));
  }
  if (mode === 'all') return Array.from({ length: 7 }, (_, i) => i - SHARE_DOMAIN).map((value) => ({ at: (value + SHARE_DOMAIN) / (2 * SHARE_DOMAIN), text: strings.heat.logTick(value) }));
  return signedTicks(DIFFERENCE_DOMAIN).map(({ at, value }) => ({ at, text: value === 0 ? '0' : formatChange(value, 2).replace(/0$/, '') }));
}

interface Props {
  readonly view: HeatView;
  readonly unit: EntropyUnit;
}

/** The scale, drawn by the scale itself, and the states that a cell of this picture can have; what else belongs to that line comes as children. */
export function HeatLegend({ view, unit, children }: Props & { readonly children?: ReactNode }) {
  const { mode, experts } = view;
  return (
    <>
      <div className="scale" aria-hidden="true">
        <div className="bar" style={{ background: mode === 'token' ? MAGNITUDE : SIGNED }} />
        {ticksOf(mode, experts).map(({ at, text }) => (
          <span key={text} className="tk" style={{ left: `${100 * at}%` }}>
            {text}
          </span>
        ))}
      </div>
      <div className="keys">
        <Keys view={view} unit={unit} />
        {children}
      </div>
    </>
  );
}

/** Only states that occur get a key. */
function Keys({ view, unit }: Props) {
  const { mode, rows, experts } = view;
  const text = strings.heat;
  const states = new Set(rows.flatMap((row) => Array.from({ length: experts }, (_, expert) => cellState(row, expert))));
  const most = Math.max(0, ...rows.map((row) => row.chosen.length));
  return (
    <>
      {mode === 'token' && (
        <>
          <span>
            <i style={{ background: KEY_FIRST, boxShadow: 'inset 0 0 0 1.5px var(--ink)' }} />
            {text.first}
          </span>
          {most > 1 && (
            <span>
              <i style={{ background: KEY_SECOND, boxShadow: 'inset 0 0 0 1px var(--ink-3)' }} />
              {most > 2 ? text.other : text.second}
            </span>
          )}
          {view.full && (
            <span>
              <i style={{ background: KEY_IDLE }} />
              {text.notChosen}
            </span>
          )}
        </>
      )}
      {mode !== 'token' && (
        <>
          <span>
            <i style={{ background: signedColour(-0.5, 1) }} />
            {mode === 'all' ? text.under : text.less}
          </span>
          <span>
            <i style={{ background: signedColour(0.5, 1) }} />
            {mode === 'all' ? text.over : text.more}
          </span>
        </>
      )}
      {states.has('never') && (
        <span>
          <i className="never" />
          {text.never}
        </span>
      )}
      {states.has('unknown') && (
        <span>
          <i className="dots" />
          {text.noData}
        </span>
      )}
      {states.has('off') && (
        <span>
          <i className="hatch" style={{ boxShadow: 'inset 0 0 0 1px var(--ink-3)' }} />
          {text.off}
        </span>
      )}
      <span className="q">{mode === 'token' ? text.entropyKey(unit) : mode === 'all' ? text.gutterAllKey : text.gutterDifferenceKey}</span>
    </>
  );
}

import type { LayerView } from '../state/layerView';
import { strings } from '../state/strings';
import { formatShare } from '../viz/format';
import { magnitudeColour, magnitudeGradient, magnitudeTicks } from '../viz/scale';
import { useAppState } from './context';

const GRADIENT = magnitudeGradient();
const KEY_FIRST = magnitudeColour(0.46);
const KEY_SECOND = magnitudeColour(0.2);
const KEY_IDLE = magnitudeColour(0.03);

/** The scale, drawn by the scale itself, and the states that a cell can have. */
export function HeatLegend({ views }: { readonly views: readonly LayerView[] }) {
  const unit = useAppState((state) => state.view.unit);
  const experts = views[0]?.experts ?? 0;
  const text = strings.heat;
  const most = Math.max(0, ...views.map((view) => view.chosen.length));
  const anyOff = views.some((view) => view.masked.includes(true));
  const full = views.every((view) => view.full);
  return (
    <>
      <div className="scale" aria-hidden="true">
        <div className="bar" style={{ background: GRADIENT }} />
        {magnitudeTicks(experts).map((tick) => (
          <span key={tick.value} className="tk" style={{ left: `${100 * tick.at}%` }}>
            {tick.uniform ? text.uniform(experts) : tick.value === 0 || tick.value === 1 ? tick.value : formatShare(tick.value).replace(/0$/, '')}
          </span>
        ))}
      </div>
      <div className="keys" aria-hidden="true">
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
        {full ? (
          <span>
            <i style={{ background: KEY_IDLE }} />
            {text.notChosen}
          </span>
        ) : (
          <span>
            <i className="dots" />
            {text.noData}
          </span>
        )}
        {anyOff && (
          <span>
            <i className="hatch" style={{ boxShadow: 'inset 0 0 0 1px var(--ink-3)' }} />
            {text.off}
          </span>
        )}
        <span className="q">{text.entropyKey(unit)}</span>
      </div>
    </>
  );
}

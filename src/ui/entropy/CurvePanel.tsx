import { useState } from 'react';
import type { DataTable } from '../../base/table';
import type { CurvePlace } from '../../state/entropy/shipped';
import { strings } from '../../state/strings';
import { formatCount } from '../../viz/format';
import { percent } from '../model/Interval';
import { Panel } from '../Panel';
import { useSize } from '../useSize';
import { CurveChart, type CurvePoint } from './CurveChart';
import type { Handover } from './useHandover';

const AXES = ['share', 'cost'] as const;
type Axis = (typeof AXES)[number];

const HEIGHT = 300;

const pointOf = (axis: Axis) => ({ share, cost, y, low, high }: CurvePlace): CurvePoint => ({ x: axis === 'share' ? share : cost, y, low, high });

/** Right answers for what is handed over: the measured curve, steps handed over at random, and the threshold that is set. */
export function CurvePanel({ handover }: { readonly handover: Handover }) {
  const [axis, setAxis] = useState<Axis>('share');
  const text = strings.entropy.buys;
  const { now, source, n } = handover;
  return (
    <Panel
      id="entropy-curve"
      className="p-ecurve"
      title={text.title}
      formula={text.formula[axis]}
      n={n === 0 ? '' : formatCount(n)}
      head={
        <span className="seg" role="group" aria-label={text.axisLabel}>
          {AXES.map((name) => (
            <button key={name} type="button" aria-pressed={name === axis} onClick={() => setAxis(name)}>
              {text.axis[name]}
            </button>
          ))}
        </span>
      }
      table={source === 'none' ? undefined : () => curveTable(handover)}
    >
      {source === 'none' ? (
        <p className="nothing">{text.absent}</p>
      ) : (
        <>
          <p className="lead" data-buys="">
            {now === undefined ? text.formula[axis] : axis === 'share' ? text.lead(percent(now.y), percent(now.share)) : text.leadCost(percent(now.y), percent(now.cost))}
          </p>
          <Curve handover={handover} axis={axis} />
          <div className="ax ent-under">{text.foot[axis](formatCount(n))}</div>
        </>
      )}
    </Panel>
  );
}

function Curve({ handover, axis }: { readonly handover: Handover; readonly axis: Axis }) {
  const { ref, width } = useSize<HTMLDivElement>();
  const { entropy, random, here, now } = handover;
  const text = strings.entropy.buys;
  const order = (points: readonly CurvePlace[]): readonly CurvePoint[] => points.map(pointOf(axis)).sort((a, b) => a.x - b.x);
  const curve = order(entropy);
  return (
    <div ref={ref}>
      {width > 0 && <CurveChart curve={curve} random={order(random)} here={order(here)} now={now === undefined ? undefined : pointOf(axis)(now)} width={width} height={HEIGHT} label={text.spoken(curve.map(({ x, y }) => `${percent(y)} at ${percent(x)}`).join(', '))} />}
    </div>
  );
}

function curveTable({ entropy, random, here }: Handover): DataTable {
  const [set, target, share, cost, accuracy, low, high] = strings.entropy.buys.columns;
  const { arm } = strings.entropy.bench;
  const rows = (name: string, places: readonly CurvePlace[]) => places.map((one) => [name, one.target, one.share, one.cost, one.y, one.low, one.high]);
  return {
    columns: [{ name: set }, { name: target, decimals: 2 }, { name: share, decimals: 4 }, { name: cost, decimals: 4 }, { name: accuracy, decimals: 4 }, { name: low, decimals: 4 }, { name: high, decimals: 4 }],
    rows: [...rows(arm.entropy, entropy), ...rows(arm.random, random), ...rows(strings.entropy.buys.here, here)],
  };
}

import { useMemo, useState } from 'react';
import { choicesOf } from '../../analysis/choices';
import { clusterOrder } from '../../analysis/cluster-order';
import { coActivation, ENOUGH_TOKENS, partnerLift, partnerProbabilities, type CoActivation } from '../../analysis/co-activation';
import type { DataTable } from '../../base/table';
import { patch } from '../../state/app';
import { focusLayer, stepLayer } from '../../state/focus';
import { strings } from '../../state/strings';
import type { Trace } from '../../trace/trace';
import { formatShare } from '../../viz/format';
import { magnitudeColour } from '../../viz/scale';
import { SHARE_DOMAIN, signedColour } from '../../viz/signed';
import { MatrixChart, type MatrixCell } from '../charts/MatrixChart';
import { useApp, useAppState } from '../context';
import { LayerStepper } from '../LayerStepper';
import { Panel } from '../Panel';
import { useRoom } from '../useRoom';
import { useSize } from '../useSize';
import { useCurrentTrace } from './headlines';
import { PairList, Partners } from './PairList';

type Measure = 'given' | 'lift';

/** Which experts one token of a layer takes together. */
export default function CoActivationDock() {
  const trace = useCurrentTrace();
  if (trace === undefined || trace.model.experts === 0) return <p className="nothing">{strings.heat.dense}</p>;
  if (trace.routing.slots < 2) return <p className="nothing">{strings.dock.pairs.single}</p>;
  return <Columns trace={trace} />;
}

function Columns({ trace }: { readonly trace: Trace }) {
  const row = useAppState((state) => state.focus.row);
  const expert = useAppState((state) => state.focus.expert);
  const matrix = useMemo(() => coActivation(choicesOf(trace, row)), [trace, row]);
  const first = trace.routing.experts[(useAppState((state) => state.focus.token) * trace.model.moeLayers.length + row) * trace.routing.slots];
  const inFocus = expert ?? first ?? 0;
  const layer = trace.model.moeLayers[row] ?? row;
  return (
    <div className="dock-cols">
      <MatrixPanel matrix={matrix} layer={layer} row={row} inFocus={inFocus} />
      <PairList matrix={matrix} layer={layer} row={row} />
      <Partners matrix={matrix} layer={layer} expert={inFocus} />
    </div>
  );
}

function pairTable(matrix: CoActivation): DataTable {
  const text = strings.dock.pairs;
  const given = partnerProbabilities(matrix);
  const lift = partnerLift(matrix);
  const { experts, together } = matrix;
  const rows = Array.from({ length: experts * experts }, (_, at) => [Math.floor(at / experts), at % experts, together[at], given[at], lift[at]] as const).filter(([i, j]) => i !== j);
  return { columns: [{ name: 'i' }, { name: 'j' }, { name: text.together }, { name: text.given, decimals: 3 }, { name: text.lift, decimals: 2 }], rows };
}

const LEFT = 34;
const MARGIN = 74;
const LIFT_FLOOR = 2 ** -SHARE_DOMAIN;

function MatrixPanel({ matrix, layer, row, inFocus }: { readonly matrix: CoActivation; readonly layer: number; readonly row: number; readonly inFocus: number }) {
  const app = useApp();
  const text = strings.dock.pairs;
  const [measure, setMeasure] = useState<Measure>('given');
  const [clustered, setClustered] = useState(false);
  const [active, setActive] = useState<MatrixCell>();
  const { ref, width } = useSize<HTMLDivElement>();
  const room = useRoom('coactivation', 62);
  const values = useMemo(() => (measure === 'given' ? partnerProbabilities(matrix) : partnerLift(matrix)), [matrix, measure]);
  const order = useMemo(() => (clustered ? clusterOrder(matrix) : Array.from({ length: matrix.experts }, (_, e) => e)), [matrix, clustered]);
  const { experts } = matrix;
  const point = (cell: MatrixCell | undefined): void => {
    setActive(cell);
    patch(app, 'view', { lit: cell === undefined ? undefined : { row, experts: cell.i === cell.j ? [cell.i] : [cell.i, cell.j] } });
  };
  return (
    <Panel
      id="coactivation"
      className="p-pairs"
      title={text.title}
      formula={measure === 'given' ? text.formulaGiven : text.formulaLift}
      n={strings.dock.n.tokens(matrix.n)}
      table={() => pairTable(matrix)}
    >
      <div className="dock-line">
        <span>{strings.panel.layerTitle(layer)}</span>
        <LayerStepper onStep={(by) => stepLayer(app, by)} />
        {!matrix.enough && (
          <span className="warn" title={text.fewLong}>
            {text.few(ENOUGH_TOKENS)}
          </span>
        )}
        <span className="grow" />
        <span className="seg" role="group" aria-label={text.measure} data-chrome="">
          {(['given', 'lift'] as const).map((name) => (
            <button key={name} type="button" aria-pressed={name === measure} onClick={() => setMeasure(name)}>
              {text[name]}
            </button>
          ))}
        </span>
        <span className="seg" role="group" aria-label={text.order} data-chrome="">
          <button type="button" aria-pressed={!clustered} onClick={() => setClustered(false)}>
            {text.byId}
          </button>
          <button type="button" aria-pressed={clustered} onClick={() => setClustered(true)}>
            {text.byCluster}
          </button>
        </span>
      </div>
      <div ref={ref}>
        {width > 0 && (
          <MatrixChart
            order={order}
            values={values}
            colour={measure === 'given' ? magnitudeColour : (lift) => signedColour(Math.log2(Math.max(LIFT_FLOOR, lift)), SHARE_DOMAIN)}
            left={LEFT}
            cellWidth={Math.max(5, Math.min(36, Math.floor((width - MARGIN) / experts)))}
            cellHeight={Math.max(5, Math.min(28, Math.floor((room - 18) / experts)))}
            active={active}
            focus={inFocus}
            label={measure === 'given' ? text.gridGiven : text.gridLift}
            name={strings.sentence.expert}
            sentence={(cell) => pairSentence(matrix, cell)}
            onPoint={point}
            onChoose={({ i }) => focusLayer(app, row, i)}
          />
        )}
      </div>
      <p className="pair-say">{active === undefined ? text.hint : pairSentence(matrix, active)}</p>
    </Panel>
  );
}

/** What one cell says, seen and spoken alike. */
export function pairSentence(matrix: CoActivation, { i, j }: MatrixCell): string {
  const text = strings.dock.pairs;
  const { experts, together, n } = matrix;
  const [a, b] = [together[i * (experts + 1)] ?? 0, together[j * (experts + 1)] ?? 0];
  if (i === j) return text.own(i, a, n);
  if (a === 0) return text.never(i);
  const both = together[i * experts + j] ?? 0;
  return text.sentence({ i, j, both, of: a, given: formatShare(both / a), lift: b === 0 ? '' : ((both * n) / (a * b)).toFixed(1) });
}

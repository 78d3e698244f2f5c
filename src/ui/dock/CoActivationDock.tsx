import { useMemo, useState } from 'react';
import { clusterOrder } from '../../analysis/cluster-order';
import { ENOUGH_TOKENS, partnerLift, partnerProbabilities } from '../../analysis/co-activation';
import type { DataTable } from '../../base/table';
import { patch } from '../../state/app';
import { focusLayer, stepLayer } from '../../state/focus';
import { clearGroup, groupCells, setGroup } from '../../state/group';
import { strings } from '../../state/strings';
import type { Trace } from '../../trace/trace';
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
import { groupPairs, layerPairs, pairSentence, type PairSet } from './pairSet';

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
  const group = useAppState((state) => state.view.group);
  const first = trace.routing.experts[(useAppState((state) => state.focus.token) * trace.model.moeLayers.length + row) * trace.routing.slots];
  const set = useMemo(() => {
    const cells = groupCells(group, trace);
    return cells.length < 2 ? layerPairs(trace, row) : groupPairs(trace, cells);
  }, [trace, row, group]);
  const inFocus = Math.max(0, set.cells.findIndex((cell) => cell.row === row && cell.expert === (expert ?? first ?? 0)));
  return (
    <div className="dock-cols">
      <MatrixPanel set={set} inFocus={inFocus} />
      <PairList set={set} />
      <Partners set={set} of={inFocus} />
    </div>
  );
}

function pairTable({ matrix, grouped, name }: PairSet): DataTable {
  const text = strings.dock.pairs;
  const given = partnerProbabilities(matrix);
  const lift = partnerLift(matrix);
  const { experts, together } = matrix;
  const shown = grouped ? name : (id: number): number => id;
  const pairs = Array.from({ length: experts * experts }, (_, at) => [Math.floor(at / experts), at % experts, at] as const).filter(([i, j]) => i !== j);
  return {
    columns: [{ name: 'i' }, { name: 'j' }, { name: text.together }, { name: text.given, decimals: 3 }, { name: text.lift, decimals: 2 }],
    rows: pairs.map(([i, j, at]) => [shown(i), shown(j), together[at], given[at], lift[at]]),
  };
}

const LEFT = 34;
/** Where names carry the layer too. */
const LEFT_LONG = 58;
const MARGIN = 40;
const LIFT_FLOOR = 2 ** -SHARE_DOMAIN;

function MatrixPanel({ set, inFocus }: { readonly set: PairSet; readonly inFocus: number }) {
  const app = useApp();
  const text = strings.dock.pairs;
  const { matrix, cells, name } = set;
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
    patch(app, 'view', { lit: cell === undefined ? [] : [...new Set([cell.i, cell.j])].flatMap((id) => cells[id] ?? []) });
  };
  const several = cells.some(({ row }) => row !== cells[0]?.row);
  const left = several ? LEFT_LONG : LEFT;
  // Between two layers a hairline, as long as both axes are in the order of the group.
  const parts = clustered ? [] : cells.flatMap(({ row }, id) => (id > 0 && row !== cells[id - 1]?.row ? [id] : []));
  return (
    <Panel
      id="coactivation"
      className="p-pairs"
      title={text.title}
      formula={measure === 'given' ? text.formulaGiven : text.formulaLift}
      n={strings.dock.n.tokens(matrix.n)}
      table={() => pairTable(set)}
    >
      <div className="dock-line">
        <About set={set} />
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
            left={left}
            cellWidth={Math.max(5, Math.min(36, Math.floor((width - left - MARGIN) / experts)))}
            cellHeight={Math.max(5, Math.min(28, Math.floor((room - 18) / experts)))}
            active={active}
            focus={inFocus}
            label={measure === 'given' ? text.gridGiven : text.gridLift}
            name={name}
            short={(id) => String(cells[id]?.expert ?? id)}
            parts={parts}
            sentence={(cell) => pairSentence(set, cell)}
            onPoint={point}
            onChoose={({ i }) => focusLayer(app, cells[i]?.row ?? 0, cells[i]?.expert)}
          />
        )}
      </div>
      <p className="pair-say">{active === undefined ? text.hint : pairSentence(set, active)}</p>
    </Panel>
  );
}

/** The layer with its stepper, or the group and the way back to the whole layer. */
function About({ set: { cells, grouped } }: { readonly set: PairSet }) {
  const app = useApp();
  const text = strings.dock.pairs;
  const layer = useAppState((state) => state.traces.current?.trace.model.moeLayers[state.focus.row] ?? 0);
  const pins = useAppState((state) => state.view.pins);
  const layers = cells.map((cell) => cell.layer);
  if (grouped) {
    return (
      <>
        <span data-group={cells.length}>{text.group(cells.length, Math.min(...layers), Math.max(...layers))}</span>
        <button type="button" className="link" data-chrome="" onClick={() => clearGroup(app)}>
          {text.wholeLayer(layer)}
        </button>
      </>
    );
  }
  return (
    <>
      <span>{strings.panel.layerTitle(layer)}</span>
      <LayerStepper onStep={(by) => stepLayer(app, by)} />
      {pins.length > 1 && (
        <button type="button" className="link" data-chrome="" onClick={() => setGroup(app, pins.map(({ layer: of, expert }) => ({ layer: of, expert })))}>
          {text.onlyPinned}
        </button>
      )}
    </>
  );
}

import { useMemo, useState } from 'react';
import { fixed } from '../../base/numerals';
import { layerBalance, traceBalance } from '../../analysis/balance';
import { spanOf, type Scope } from '../../analysis/choices';
import { routerReadout, type RouterReadout } from '../../analysis/router';
import type { LayerBalance, TraceBalance } from '../../analysis/balance';
import type { DataTable } from '../../base/table';
import { focusLayer, stepLayer } from '../../state/focus';
import { strings } from '../../state/strings';
import type { Trace } from '../../trace/trace';
import { formatShare } from '../../viz/format';
import { LoadBars } from '../charts/LoadBars';
import { useApp, useAppState } from '../context';
import { LayerStepper } from '../LayerStepper';
import { Panel } from '../Panel';
import { useRoom } from '../useRoom';
import { useSize } from '../useSize';
import { useCurrentTrace } from './headlines';
import { ScopeSwitch } from './scope';

/** Tokens below which shares are mostly noise: 20 expected choices an expert. */
export function enoughTokens(experts: number, topK: number): number {
  return Math.ceil((20 * experts) / Math.max(1, topK));
}

/** Load balance: share of each expert against an even router, and how uneven that is by every usual measure. */
export default function LoadDock() {
  const trace = useCurrentTrace();
  const [scope, setScope] = useState<Scope>('all');
  if (trace === undefined || trace.model.experts === 0) return <p className="nothing">{strings.heat.dense}</p>;
  return <LoadColumns trace={trace} scope={scope} onScope={setScope} />;
}

function LoadColumns({ trace, scope, onScope }: { readonly trace: Trace; readonly scope: Scope; readonly onScope: (scope: Scope) => void }) {
  const row = useAppState((state) => state.focus.row);
  const balance = useMemo(() => traceBalance(trace, scope), [trace, scope]);
  const readouts = useMemo(() => trace.model.moeLayers.map((_, r) => routerReadout(trace, r, spanOf(trace, scope))), [trace, scope]);
  const n = strings.dock.n.tokens(balance.n);
  return (
    <div className="dock-cols">
      <LoadFigure trace={trace} balance={balance} scope={scope} onScope={onScope} n={n} />
      <LayerList balance={balance} readouts={readouts} row={row} n={n} />
      <Measures balance={balance.layers[row] ?? layerBalance(trace, row, scope)} readout={readouts[row]} topK={trace.model.topK} n={n} />
    </div>
  );
}

function shareTable(balance: TraceBalance): DataTable {
  const text = strings.dock.columns;
  const experts = balance.layers[0]?.counts.length ?? 0;
  return {
    columns: [{ name: text.layer }, { name: text.expert }, { name: strings.dock.load.count }, { name: strings.dock.load.share, decimals: 4 }],
    rows: balance.layers.flatMap((layer) => Array.from({ length: experts }, (_, e) => [layer.layer, e, layer.counts[e], layer.shares[e]])),
  };
}

const LEFT = 34;
const MARGIN = 74;

function LoadFigure({ trace, balance, scope, onScope, n }: { readonly trace: Trace; readonly balance: TraceBalance; readonly scope: Scope; readonly onScope: (scope: Scope) => void; readonly n: string }) {
  const app = useApp();
  const text = strings.dock.load;
  const row = useAppState((state) => state.focus.row);
  const expert = useAppState((state) => state.focus.expert);
  const [all, setAll] = useState(false);
  const { ref, width } = useSize<HTMLDivElement>();
  const { experts, topK } = trace.model;
  const layers = all ? balance.layers : balance.layers.slice(row, row + 1);
  const room = useRoom('load', 44);
  const enough = enoughTokens(experts, topK);
  const step = Math.max(4, Math.min(36, Math.floor((width - MARGIN) / experts)));
  return (
    <Panel
      id="load"
      className="p-load"
      title={text.title}
      formula={text.formula}
      n={n}
      table={() => shareTable(balance)}
      tools={balance.n < enough && <span className="warn" title={text.fewLong}>{text.few(enough)}</span>}
    >
      <div className="dock-line">
        <span className="seg" role="group" aria-label={text.which} data-chrome="">
          <button type="button" aria-pressed={!all} onClick={() => setAll(false)}>
            {strings.panel.layerTitle(trace.model.moeLayers[row] ?? row)}
          </button>
          <button type="button" aria-pressed={all} onClick={() => setAll(true)}>
            {text.allLayers}
          </button>
        </span>
        {!all && <LayerStepper onStep={(by) => stepLayer(app, by)} />}
        <span className="grow" />
        <ScopeSwitch value={scope} onChange={onScope} />
      </div>
      <div ref={ref}>
        {width > 0 && (
          <LoadBars
            rows={layers.map((layer) => ({ name: strings.heat.layer(layer.layer), shares: layer.shares, dead: layer.dead }))}
            width={width}
            height={all ? Math.max(room, 26 * layers.length) : room}
            left={LEFT}
            step={step}
            focus={{ row: all ? row : 0, expert }}
            uniform={`1/${experts}`}
            label={text.spoken(layers.map((layer) => text.spokenLayer(layer.layer, formatShare(Math.max(...layer.shares)), layer.shares.indexOf(Math.max(...layer.shares)))).join(' '))}
          />
        )}
      </div>
    </Panel>
  );
}

function layerTable(balance: TraceBalance, readouts: readonly (RouterReadout | undefined)[]): DataTable {
  const text = strings.dock.load;
  return {
    columns: [
      { name: strings.dock.columns.layer },
      { name: text.maxMean, decimals: 2 },
      { name: text.maxVio, decimals: 2 },
      { name: text.cv, decimals: 2 },
      { name: text.entropy, decimals: 3 },
      { name: text.dead },
      { name: text.topKLoss, decimals: 3 },
      { name: text.switchLoss, decimals: 3 },
    ],
    rows: balance.layers.map((layer, r) => [layer.layer, layer.maxOverMean, layer.maxVio, layer.variation, layer.entropy, layer.dead.length, readouts[r]?.topKLoss, readouts[r]?.switchLoss]),
  };
}

function LayerList({ balance, readouts, row, n }: { readonly balance: TraceBalance; readonly readouts: readonly (RouterReadout | undefined)[]; readonly row: number; readonly n: string }) {
  const app = useApp();
  const text = strings.dock.load;
  return (
    <Panel id="load-layers" title={text.layers} formula={text.layersFormula} n={n} table={() => layerTable(balance, readouts)}>
      <table className="list-table">
        <thead>
          <tr>
            <th scope="col">{strings.dock.columns.layer}</th>
            <th scope="col">{text.maxMean}</th>
            <th scope="col" className="num">{text.cv}</th>
            <th scope="col" className="num">{text.entropyShort}</th>
            <th scope="col" className="num">{text.deadShort}</th>
            <th scope="col" className="num">{text.loss}</th>
          </tr>
        </thead>
        <tbody>
          {balance.layers.map((layer, r) => (
            <tr key={layer.layer} className={r === row ? 'on' : undefined} onClick={() => focusLayer(app, r)}>
              <th scope="row">
                <button type="button" className="plain" aria-pressed={r === row} onClick={() => focusLayer(app, r)}>
                  {strings.heat.layer(layer.layer)}
                </button>
              </th>
              <td>
                <span className="meter">
                  <i style={{ width: `${(100 * layer.maxOverMean) / Math.max(1, layer.counts.length / Math.max(1, layer.choices / Math.max(1, layer.n)))}%` }} />
                </span>
                {fixed(layer.maxOverMean, 2)}
              </td>
              <td className="num">{fixed(layer.variation, 2)}</td>
              <td className="num">{formatShare(layer.entropy, 3)}</td>
              <td className="num">{layer.dead.length}</td>
              <td className="num">{readouts[r] === undefined ? '\u2013' : fixed(readouts[r].topKLoss, 2)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </Panel>
  );
}

function Measures({ balance, readout, topK, n }: { readonly balance: LayerBalance; readonly readout: RouterReadout | undefined; readonly topK: number; readonly n: string }) {
  const text = strings.dock.load;
  const rows: readonly (readonly [name: string, formula: string, value: number | undefined, decimals: number])[] = [
    [text.maxMean, text.formulas.maxMean, balance.maxOverMean, 2],
    [text.maxVio, text.formulas.maxVio, balance.maxVio, 2],
    [text.cv, text.formulas.cv, balance.variation, 2],
    [text.entropy, text.formulas.entropy, balance.entropy, 3],
    [text.dead, text.formulas.dead, balance.dead.length, 0],
    [text.topKLoss, text.formulas.topK(topK), readout?.topKLoss, 3],
    [text.switchLoss, text.formulas.switch, readout?.switchLoss, 3],
    [text.zLoss, text.formulas.z, readout?.zLoss, 2],
  ];
  return (
    <Panel
      id="load-measures"
      title={text.measures(balance.layer)}
      formula={text.measuresFormula}
      n={n}
      head={null}
      table={() => ({ columns: [{ name: text.measure }, { name: text.definition }, { name: text.value, decimals: 4 }], rows: rows.map(([name, formula, value]) => [name, formula, value]) })}
    >
      <dl className="measures">
        {rows.map(([name, formula, value, decimals]) => (
          <div key={name}>
            <dt>
              {name} <span className="ax">{formula}</span>
            </dt>
            <dd className="num" data-measure={name}>{value === undefined || !Number.isFinite(value) ? '\u2013' : fixed(value, decimals)}</dd>
          </div>
        ))}
      </dl>
    </Panel>
  );
}

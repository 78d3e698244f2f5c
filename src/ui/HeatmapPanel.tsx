import { useMemo, useState } from 'react';
import { layerView, type LayerView } from '../state/layerView';
import { routingTable } from '../state/panelTables';
import { strings } from '../state/strings';
import { cellSentence } from './cellSentence';
import { useAppState } from './context';
import { Heatmap, type HeatCell } from './Heatmap';
import { HeatLegend } from './HeatLegend';
import { Panel } from './Panel';
import { TraceOrigin } from './TraceOrigin';

/** Every layer's router for the token in focus, and one sentence on the cell in question. */
export function HeatmapPanel() {
  const trace = useAppState((state) => state.traces.current?.trace);
  const token = useAppState((state) => state.focus.token);
  const row = useAppState((state) => state.focus.row);
  const expert = useAppState((state) => state.focus.expert);
  const [pointed, setPointed] = useState<HeatCell>();
  const views = useMemo(
    () => (trace === undefined ? [] : trace.model.moeLayers.map((_, r) => layerView(trace, token, r)).filter((view): view is LayerView => view !== undefined)),
    [trace, token],
  );
  const inFocus = views[row];
  const said = pointed ?? { row, expert: expert ?? inFocus?.chosen[0] ?? 0 };
  const saidView = views[said.row];
  const full = views.every((view) => view.full);
  return (
    <Panel
      id="routing"
      className="p-heat"
      title={strings.heat.title}
      formula={strings.dock.formula.heat}
      n={strings.dock.n.cell(views.length)}
      table={inFocus === undefined ? undefined : () => routingTable(views)}
      head={<span className="ax hide-s">{full ? strings.heat.formula : strings.heat.chosenOnly}</span>}
      tools={
        <span className="origin-s">
          <TraceOrigin />
        </span>
      }
    >
      {inFocus === undefined ? (
        <p className="nothing">{trace === undefined || trace.tokens.ids.length === 0 ? strings.heat.empty : strings.heat.dense}</p>
      ) : (
        <>
          <Heatmap views={views} row={row} expert={expert} onPoint={setPointed}>
            <HeatLegend views={views} />
          </Heatmap>
          <p className="say">{saidView === undefined ? '' : cellSentence(saidView, said.expert)}</p>
        </>
      )}
    </Panel>
  );
}

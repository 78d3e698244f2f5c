import { useCallback, useMemo, useState } from 'react';
import { comparedTrace, otherToken } from '../state/compared';
import { orderByShare } from '../state/expertCounts';
import { heatTable } from '../state/heatTable';
import { differenceFault, differenceHeat, layerViews, sameContext, shareHeat, tokenHeat, type HeatView } from '../state/heatView';
import type { LayerView } from '../state/layerView';
import { slotsOf } from '../state/pins';
import type { OpenTrace } from '../state/state';
import { strings } from '../state/strings';
import { useAppState } from './context';
import { heatSentence, type HeatCell } from './heatCell';
import { Heatmap } from './Heatmap';
import { HeatLegend } from './HeatLegend';
import { HeatModes, HeatOrder, HeatPins } from './HeatTools';
import { Panel } from './Panel';
import { Part } from './Part';
import { TraceOrigin } from './TraceOrigin';

/** Every layer's router for the token in focus, for all tokens, or against another trace; and one sentence on the cell in question. */
export function HeatmapPanel() {
  const open = useAppState((state) => state.traces.current);
  const other = useAppState(comparedTrace);
  const wanted = useAppState((state) => state.view.heat);
  const token = useAppState((state) => state.focus.token);
  const at = useAppState(otherToken);
  const trace = open?.trace;
  const fault = trace === undefined ? 'noOther' : differenceFault(trace, other?.trace);
  const mode = wanted === 'difference' && fault !== undefined ? 'token' : wanted;
  const empty = trace === undefined || trace.tokens.ids.length === 0;
  return (
    <Panel
      id="routing"
      className="p-heat"
      title={strings.heat.title}
      formula={trace === undefined ? '' : formula(mode, trace)}
      n={mode === 'all' ? strings.dock.n.tokens(trace?.tokens.ids.length ?? 0) : strings.dock.n.cell(trace?.model.moeLayers.length ?? 0)}
      table={empty || trace.model.experts === 0 ? undefined : () => heatTable(mode, trace, other?.trace, token, at)}
      head={<span className="ax hide-s">{trace === undefined ? '' : formula(mode, trace)}</span>}
      tools={
        <>
          <span className="origin-s">
            <TraceOrigin />
          </span>
          <Part id="heat">
            <HeatModes reason={fault === undefined ? undefined : strings.heat[fault]} />
          </Part>
        </>
      }
    >
      {open === undefined || empty || open.trace.model.experts === 0 ? (
        <p className="nothing">{empty ? strings.heat.empty : strings.heat.dense}</p>
      ) : (
        <Table open={open} other={fault === undefined ? other : undefined} />
      )}
    </Panel>
  );
}

function formula(mode: HeatView['mode'], trace: OpenTrace['trace']): string {
  const text = strings.heat;
  if (mode === 'all') return text.formulaAll(trace.tokens.ids.length);
  if (mode === 'difference') return text.formulaDifference;
  return trace.routing.logits === undefined ? text.chosenOnly : text.formula;
}

const NOTHING: readonly LayerView[] = [];

function Table({ open, other }: { readonly open: OpenTrace; readonly other: OpenTrace | undefined }) {
  const { trace } = open;
  const { moeLayers, experts } = trace.model;
  const token = useAppState((state) => state.focus.token);
  const at = useAppState(otherToken) ?? token;
  const row = useAppState((state) => state.focus.row);
  const chosenExpert = useAppState((state) => state.focus.expert);
  const wanted = useAppState((state) => state.view.heat);
  const orderKey = useAppState((state) => state.view.order);
  const pins = useAppState((state) => state.view.pins);
  const unit = useAppState((state) => state.view.unit);
  const [pointed, setPointed] = useState<HeatCell>();
  const mode = wanted === 'difference' && other === undefined ? 'token' : wanted;

  const views = useMemo(() => layerViews(trace, token), [trace, token]);
  const others = useMemo(() => (mode === 'difference' && other !== undefined ? layerViews(other.trace, at) : NOTHING), [mode, other, at]);
  // The picture of all tokens does not depend on the token in focus, except for what the plan forbids there.
  const shares = useMemo(() => (mode === 'all' ? shareHeat(trace, layerViews(trace, 0)) : undefined), [mode, trace]);
  const view = useMemo(() => shares ?? (mode === 'difference' ? differenceHeat(views, others) : tokenHeat(views)), [shares, mode, views, others]);
  const ordered = moeLayers.indexOf(orderKey);
  // A live run grows under a fixed order: columns travel on request only.
  const order = useMemo(
    () => (ordered < 0 ? Array.from({ length: experts }, (_, expert) => expert) : orderByShare(trace, ordered)),
    // eslint-disable-next-line react/exhaustive-deps
    [ordered, experts, trace.run],
  );
  const slots = useMemo(() => view.rows.map((one) => slotsOf(pins, one.layer, one.row === row ? one.chosen : [])), [view, pins, row]);
  const context = useMemo(() => ({ view, views, other: others, open, pins }), [view, views, others, open, pins]);
  const sentence = useCallback((cell: HeatCell) => heatSentence(context, cell), [context]);
  const inFocus = views[row];
  const expert = chosenExpert ?? inFocus?.chosen[0] ?? 0;
  return (
    <>
      <Heatmap view={view} order={order} orderKey={orderKey} slots={slots} row={row} expert={expert} pointed={pointed} onPoint={setPointed} sentence={sentence}>
        <HeatLegend view={view} unit={unit}>
          <Part id="order">
            <HeatOrder layer={moeLayers[row] ?? 0} layers={moeLayers} />
          </Part>
        </HeatLegend>
        <HeatPins layers={moeLayers} experts={experts} />
      </Heatmap>
      <p className="say">
        {sentence(pointed ?? { row, expert })}
        {mode === 'difference' && other !== undefined && <ContextNote open={open} other={other} token={token} at={at} />}
      </p>
    </>
  );
}

/** Where the texts differ, two different contexts are compared, and that is said. */
function ContextNote({ open, other, token, at }: { readonly open: OpenTrace; readonly other: OpenTrace; readonly token: number; readonly at: number }) {
  const text = strings.heat;
  const same = useMemo(() => sameContext(open.trace, other.trace, token), [open, other, token]);
  if (open === other) return ` ${strings.compare.tokens.context(token + 1, at + 1)}`;
  if (token >= other.trace.tokens.ids.length) return ` ${text.otherShort}`;
  return same ? null : ` ${text.otherText}`;
}

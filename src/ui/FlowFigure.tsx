import { useMemo } from 'react';
import type { LayerView } from '../state/layerView';
import { strings } from '../state/strings';
import { layoutFlow, shortLabel, type FlowGeometry, type FlowRibbon } from '../viz/flow';
import { formatShare } from '../viz/format';
import { slotLetter } from '../viz/scale';
import { tokenLabel } from '../viz/tokenMarks';
import { focusLayer } from '../state/focus';
import { useApp, useAppState } from './context';
import { useLayerBefore } from './edits/useEditing';
import { useSlots } from './useFocusedLayer';
import { PROJECTOR, useMedia } from './useMedia';
import { useRowHeight } from './useRowHeight';
import { useSize } from './useSize';

const SCORE = 0;
const CUT = 1;
const RUN = 2;
const COMBINE = 3;
/** A smaller change of probability is not drawn. */
const VISIBLE = 0.004;
/** Cells of the plain bar that stands for the token's vector. */
const CELLS = 16;
/** Width of a lane's number, px. */
const LABEL = 20;
/** Height of all lanes together, px. */
const ROOM = { big: 352, normal: 256, low: 192, docked: 192, tight: 144 } as const;

interface Props {
  readonly view: LayerView;
  readonly text: string;
  readonly stage: number;
  readonly caption: string;
}

/** Between rank k and k + 1 on the gate scale, where both are known and the cut is one by probability. */
function cutPlace(view: LayerView): number | undefined {
  const last = view.chosen.at(-1);
  if (last === undefined || view.missed === undefined || view.missed.by < 0) return undefined;
  return (view.gate[last] ?? 0) - view.missed.by / 2;
}

/** Token, router, cut, experts and sum on one line. Stages that are not reached yet stand at 30 %. */
export function FlowFigure({ view, text, stage, caption }: Props) {
  const app = useApp();
  const { ref, width } = useSize<HTMLDivElement>();
  const rows = useRowHeight();
  const big = useMedia(PROJECTOR);
  const model = useAppState((state) => state.traces.current?.trace.model);
  const before = useLayerBefore(view);
  const slots = useSlots(view);
  const room = rows === 'normal' && big ? ROOM.big : ROOM[rows];
  const lane = Math.max(3, Math.min(22, room / Math.max(1, view.experts)));
  return (
    <div ref={ref} style={{ minHeight: view.experts * lane + 46 }}>
      {width > 0 && (
        <FlowDrawing view={view} before={before} text={text} stage={stage} caption={caption} width={width} lane={lane} next={model?.moeLayers[view.row + 1]} shared={(model?.sharedExperts ?? 0) > 0} slots={slots} onPick={(expert) => focusLayer(app, view.row, expert)} />
      )}
    </div>
  );
}

export interface FlowDrawingProps extends Props {
  /** The same place before the edits. */
  readonly before: LayerView | undefined;
  readonly width: number;
  /** Height of a lane, px. */
  readonly lane: number;
  /** Number of the next layer; undefined before the output. */
  readonly next: number | undefined;
  readonly shared: boolean;
  /** Slot of each expert that has one; ranks where absent. */
  readonly slots?: ReadonlyMap<number, number>;
  /** A lane was clicked. The table of the router does the same by keys. */
  readonly onPick?: (expert: number) => void;
}

/** The figure itself, from plain values. */
export function FlowDrawing({ view, before, text, stage, caption, width, lane, next, shared, slots, onPick }: FlowDrawingProps) {
  const figure = useMemo(
    () => layoutFlow({ width, experts: view.experts, lane, gate: view.gate, chosen: view.chosen, mix: view.mix, cut: cutPlace(view), shared }),
    [view, width, lane, shared],
  );
  return (
    <svg className="flow" role="img" aria-label={strings.flow.spoken(view.layer, caption)} width={figure.width} height={figure.height} viewBox={`0 0 ${figure.width} ${figure.height}`}>
      <Hatch />
      <Router view={view} before={before} figure={figure} stage={stage} lane={lane} />
      <g className={stage < RUN ? 'ahead' : undefined}>
        {figure.lanes.map(({ expert, y }) => (view.chosen.includes(expert) ? null : <Idle key={expert} x={figure.boxX + figure.boxWidth / 2} y={y} lane={lane} state={idleState(view, before, expert)} />))}
      </g>
      {figure.shared !== undefined && <Shared figure={figure} shared={figure.shared} stage={stage} />}
      {figure.ribbons.map((ribbon) => (
        <Ribbon key={ribbon.expert} ribbon={ribbon} slot={slots === undefined ? ribbon.rank : (slots.get(ribbon.expert) ?? -1)} figure={figure} stage={stage} mix={view.mix[ribbon.rank] ?? 0} />
      ))}
      {onPick !== undefined &&
        figure.lanes.map(({ expert, y }) => (
          <rect key={expert} className="lane-hit" data-chrome="" data-lane={expert} x={figure.labelX - LABEL} y={y - lane / 2} width={figure.boxX + figure.boxWidth - figure.labelX + LABEL} height={lane} onClick={() => onPick(expert)} />
        ))}
      <Sum figure={figure} stage={stage} text={tokenLabel(text)} to={next === undefined ? strings.flow.toOutput : strings.flow.toLayer(next)} />
    </svg>
  );
}

type IdleState = 'off' | 'dropped' | 'idle';

function idleState(view: LayerView, before: LayerView | undefined, expert: number): IdleState {
  return view.masked[expert] ? 'off' : before?.chosen.includes(expert) === true ? 'dropped' : 'idle';
}

/** An expert that does not run: a tick, a hatch where it is switched off, an outline where it ran before the edits. */
function Idle({ x, y, lane, state }: { readonly x: number; readonly y: number; readonly lane: number; readonly state: IdleState }) {
  if (state === 'idle') return <line className="idle" x1={x - 9} x2={x + 9} y1={y} y2={y} />;
  const height = Math.min(10, Math.max(4, lane - 2));
  return (
    <g>
      {state === 'off' ? (
        <rect x={x - 14} y={y - height / 2} width={28} height={height} rx={2} fill="url(#flow-hatch)" stroke="var(--ink-3)" />
      ) : (
        <rect className="dropped" x={x - 14} y={y - height / 2} width={28} height={height} rx={2} />
      )}
      {lane >= 11 && (
        <text x={x + 20} y={y + 4}>
          {state === 'off' ? strings.router.off : strings.flow.ranBefore}
        </text>
      )}
    </g>
  );
}

/** The expert that takes every token, apart from those that the router chooses. */
function Shared({ figure, shared, stage }: { readonly figure: FlowGeometry; readonly shared: NonNullable<FlowGeometry['shared']>; readonly stage: number }) {
  const { boxX, boxWidth } = figure;
  return (
    <g className={stage < RUN ? 'ahead' : undefined}>
      <path className="wire thin" d={shared.fromToken} />
      <path className="wire thin" d={shared.toSum} />
      <rect className="node" x={boxX} y={shared.y - 11} width={boxWidth} height={22} rx={6} />
      <text className="ink" x={boxX + boxWidth / 2} y={shared.y + 4} textAnchor="middle">
        {strings.flow.shared}
      </text>
    </g>
  );
}

function Hatch() {
  return (
    <defs>
      <pattern id="flow-hatch" width="4" height="4" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
        <line x1="0" x2="0" y1="0" y2="4" stroke="var(--ink-3)" strokeWidth="1.4" />
      </pattern>
    </defs>
  );
}

function Router({ view, before, figure, stage, lane }: { readonly view: LayerView; readonly before: LayerView | undefined; readonly figure: FlowGeometry; readonly stage: number; readonly lane: number }) {
  return (
    <>
      <g>
        {figure.lanes.map(({ expert, fan }) => (
          <path key={expert} className={stage >= CUT && view.chosen.includes(expert) ? 'fan on' : 'fan'} d={fan} />
        ))}
      </g>
      {figure.lanes.map(({ expert, y, bar, labelled }) => {
        const chosen = view.chosen.includes(expert);
        const on = chosen && stage >= CUT;
        return (
          <g key={expert}>
            {labelled && (
              <text x={figure.labelX} y={y + 4} textAnchor="end" className={on ? 'on' : view.masked[expert] ? 'struck' : undefined}>
                {expert}
              </text>
            )}
            {before !== undefined && <BarBefore view={view} before={before} expert={expert} figure={figure} y={y} lane={lane} />}
            {bar > 0 && !(chosen && stage >= CUT) && <rect className={view.masked[expert] ? 'bar-was' : 'sbar'} x={figure.barX} y={y - Math.min(4, lane / 3)} width={bar} height={Math.min(8, lane / 1.5)} rx={1} />}
          </g>
        );
      })}
      {figure.cutX !== undefined && (
        <g className={stage < CUT ? 'ahead' : undefined}>
          <line className="cut" x1={figure.cutX} x2={figure.cutX} y1={3} y2={figure.cutBottom} />
          <text className="ink" x={figure.cutX + 6} y={9}>
            {strings.flow.cutLabel(view.chosen.length)}
          </text>
        </g>
      )}
    </>
  );
}

/** Outline of the probability before the edits, where it was another one. */
function BarBefore({ view, before, expert, figure, y, lane }: { readonly view: LayerView; readonly before: LayerView; readonly expert: number; readonly figure: FlowGeometry; readonly y: number; readonly lane: number }) {
  const was = before.gate[expert] ?? Number.NaN;
  if (!(Math.abs(was - (view.gate[expert] ?? Number.NaN)) > VISIBLE)) return null;
  const height = Math.min(11, lane - 1);
  return <rect className="bar-was" x={figure.barX} y={y - height / 2} width={was * figure.barMax} height={height} rx={1} />;
}

function Ribbon({ ribbon, slot, figure, stage, mix }: { readonly ribbon: FlowRibbon; readonly slot: number; readonly figure: FlowGeometry; readonly stage: number; readonly mix: number }) {
  const letter = slotLetter(slot);
  const { boxX, boxWidth, boxHeight } = figure;
  const sign = Math.min(16, boxHeight - 4);
  return (
    <g className={`slot-${letter === '' ? 'none' : letter}`}>
      {stage >= CUT && <rect className="rib" x={figure.barX} y={ribbon.y - 5} width={ribbon.barWidth} height={10} rx={1} />}
      <g className={stage < RUN ? 'ahead' : undefined}>
        <path className="rib soft" d={ribbon.toExpert} />
      </g>
      <g className={stage < COMBINE ? 'ahead' : undefined}>
        <path className="rib soft" d={ribbon.toSum} />
        {ribbon.labelled && (
          <text className="on" x={boxX + boxWidth + 8} y={ribbon.labelY}>
            {formatShare(mix)}
          </text>
        )}
      </g>
      <g className={stage < RUN ? 'ahead' : undefined}>
        <rect className={ribbon.rank > 0 ? 'mach dash' : 'mach'} x={boxX} y={ribbon.y - boxHeight / 2} width={boxWidth} height={boxHeight} rx={6} />
        <rect className="sign" x={boxX + 7} y={ribbon.y - sign / 2} width={16} height={sign} rx={3} />
        <text className="letter" x={boxX + 15} y={ribbon.y + 4} textAnchor="middle">
          {letter}
        </text>
        <text className="name" x={boxX + 30} y={ribbon.y + 5}>
          {strings.sentence.expert(ribbon.expert)}
        </text>
      </g>
    </g>
  );
}

function Vector({ x, y, width, height }: FlowGeometry['token']) {
  const cell = height / CELLS;
  return (
    <g>
      {Array.from({ length: CELLS }, (_, i) => (
        <rect key={i} className="vector" x={x} y={y + i * cell} width={width} height={Math.max(1, cell - 1)} rx={1} />
      ))}
    </g>
  );
}

function Sum({ figure, stage, text, to }: { readonly figure: FlowGeometry; readonly stage: number; readonly text: string; readonly to: string }) {
  const { sum, out, token } = figure;
  const end = out.x - 6;
  return (
    <>
      <Vector {...token} />
      <text className="token halo" x={token.x} y={token.y - 8}>
        {shortLabel(text, figure.labelX - 14 - token.x)}
      </text>
      <path className="res" d={figure.residual} />
      <text x={figure.residualLabel.x} y={figure.residualLabel.y}>
        {figure.residualLabel.short ? strings.flow.residualShort : strings.flow.residual}
      </text>
      <g className={stage < COMBINE && stage >= SCORE ? 'ahead' : undefined}>
        <path className="wire" d={`M${sum.x + sum.radius} ${sum.y}H${end}M${end - 5} ${sum.y - 4}L${end} ${sum.y}L${end - 5} ${sum.y + 4}`} />
        <circle className="node" cx={sum.x} cy={sum.y} r={sum.radius} />
        <path className="wire" d={`M${sum.x - 6} ${sum.y}H${sum.x + 6}M${sum.x} ${sum.y - 6}V${sum.y + 6}`} />
        <Vector {...out} />
        <text x={out.x + out.width} y={out.y - 8} textAnchor="end">
          {to}
        </text>
      </g>
    </>
  );
}

import { useMemo } from 'react';
import type { LayerView } from '../state/layerView';
import { strings } from '../state/strings';
import { layoutFlow, type FlowGeometry, type FlowRibbon } from '../viz/flow';
import { formatShare } from '../viz/format';
import { slotLetter } from '../viz/scale';
import { tokenLabel } from '../viz/tokenMarks';
import { useAppState } from './context';
import { PROJECTOR, useMedia } from './useMedia';
import { useShort } from './useShort';
import { useSize } from './useSize';

const SCORE = 0;
const CUT = 1;
const RUN = 2;
const COMBINE = 3;
/** Cells of the plain bar that stands for the token's vector. */
const CELLS = 16;

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
  const { ref, width } = useSize<HTMLDivElement>();
  const short = useShort();
  const big = useMedia(PROJECTOR);
  const layers = useAppState((state) => state.traces.current?.trace.model.moeLayers);
  const room = big ? 352 : short ? 192 : 256;
  const lane = Math.max(3, Math.min(22, room / Math.max(1, view.experts)));
  const figure = useMemo(
    () => (width === 0 ? undefined : layoutFlow({ width, experts: view.experts, lane, gate: view.gate, chosen: view.chosen, mix: view.mix, cut: cutPlace(view) })),
    [view, width, lane],
  );
  const next = layers?.[view.row + 1];
  return (
    <div ref={ref} style={{ minHeight: view.experts * lane + 46 }}>
      {figure !== undefined && (
        <svg className="flow" role="img" aria-label={strings.flow.spoken(view.layer, caption)} width={figure.width} height={figure.height} viewBox={`0 0 ${figure.width} ${figure.height}`}>
          <Hatch />
          <Router view={view} figure={figure} stage={stage} lane={lane} />
          <g className={stage < RUN ? 'ahead' : undefined}>
            {figure.lanes.map(({ expert, y }) =>
              view.chosen.includes(expert) ? null : view.masked[expert] ? (
                <rect key={expert} x={figure.boxX + figure.boxWidth / 2 - 14} y={y - 5} width={28} height={10} rx={2} fill="url(#flow-hatch)" stroke="var(--ink-3)" />
              ) : (
                <line key={expert} className="idle" x1={figure.boxX + figure.boxWidth / 2 - 9} x2={figure.boxX + figure.boxWidth / 2 + 9} y1={y} y2={y} />
              ),
            )}
          </g>
          {figure.ribbons.map((ribbon) => (
            <Ribbon key={ribbon.expert} ribbon={ribbon} figure={figure} stage={stage} mix={view.mix[ribbon.rank] ?? 0} />
          ))}
          <Sum figure={figure} stage={stage} text={tokenLabel(text)} to={next === undefined ? strings.flow.toOutput : strings.flow.toLayer(next)} />
        </svg>
      )}
    </div>
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

function Router({ view, figure, stage, lane }: { readonly view: LayerView; readonly figure: FlowGeometry; readonly stage: number; readonly lane: number }) {
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
              <text x={figure.labelX} y={y + 4} textAnchor="end" className={on ? 'on' : undefined}>
                {expert}
              </text>
            )}
            {bar > 0 && !(chosen && stage >= CUT) && <rect className="sbar" x={figure.barX} y={y - Math.min(4, lane / 3)} width={bar} height={Math.min(8, lane / 1.5)} rx={1} />}
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

function Ribbon({ ribbon, figure, stage, mix }: { readonly ribbon: FlowRibbon; readonly figure: FlowGeometry; readonly stage: number; readonly mix: number }) {
  const letter = slotLetter(ribbon.rank);
  const { boxX, boxWidth, boxHeight } = figure;
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
        <rect className="sign" x={boxX + 7} y={ribbon.y - 8} width={16} height={16} rx={3} />
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
      <text className="token" x={token.x} y={token.y - 8}>
        {text}
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

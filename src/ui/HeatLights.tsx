import { MOST_GROUP, groupCells } from '../state/group';
import { strings } from '../state/strings';
import { frameSize, openSides, type Frame } from '../viz/frame';
import { useAppState } from './context';

interface Geometry {
  /** Px from the left edge to the first cell. */
  readonly left: number;
  readonly cellWidth: number;
  readonly cellHeight: number;
}

interface Props extends Geometry {
  readonly order: readonly number[];
  readonly frame: Frame | undefined;
}

const HEAD = 20;

/** What other charts point at, the group in Co-activation and the frame being drawn. A layer of its own, so that the table itself is not drawn again. */
export function HeatLights({ order, frame, ...size }: Props) {
  const lit = useAppState((state) => state.view.lit);
  const { left, cellWidth, cellHeight } = size;
  return (
    <>
      <Group order={order} {...size} />
      {lit.map(({ row, expert }) => (
        <i key={`${row}.${expert}`} className="heat-light" data-lit={`${row}.${expert}`} style={{ left: left + order.indexOf(expert) * cellWidth, top: HEAD + row * cellHeight, width: cellWidth, height: cellHeight }} />
      ))}
      {frame !== undefined && <FrameBox frame={frame} {...size} />}
    </>
  );
}

/** The outline of the experts that Co-activation sets against each other, while it is open. */
function Group({ order, left, cellWidth, cellHeight }: Omit<Props, 'frame'>) {
  const group = useAppState((state) => state.view.group);
  const trace = useAppState((state) => state.traces.current?.trace);
  const open = useAppState((state) => state.view.panel === 'coactivation');
  if (!open || group.length === 0) return null;
  const places = groupCells(group, trace).map(({ row, expert }) => ({ row, column: order.indexOf(expert) }));
  return openSides(places).map(({ place: { row, column }, sides }) => (
    <i key={`${row}.${column}`} className={`heat-edge ${sides.join(' ')}`} data-grouped={`${row}.${order[column] ?? 0}`} style={{ left: left + column * cellWidth, top: HEAD + row * cellHeight, width: cellWidth, height: cellHeight }} />
  ));
}

function FrameBox({ frame, left, cellWidth, cellHeight }: Geometry & { readonly frame: Frame }) {
  const { rows, columns } = frameSize(frame);
  const many = rows * columns > MOST_GROUP;
  return (
    <i className={`heat-frame-box${many ? ' many' : ''}`} style={{ left: left + frame.columns[0] * cellWidth, top: HEAD + frame.rows[0] * cellHeight, width: columns * cellWidth, height: rows * cellHeight }}>
      <b>{strings.heat.group.size(rows * columns, MOST_GROUP)}</b>
    </i>
  );
}

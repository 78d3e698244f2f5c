import { useRef, type PointerEvent } from 'react';
import { strings } from '../../state/strings';

export interface MapPoints {
  /** Coordinates on the two axes. [n] */
  readonly x: ArrayLike<number>;
  readonly y: ArrayLike<number>;
  /** Slot of each point's family, 0..7, or -1 for a family that has none. [n] */
  readonly slot: ArrayLike<number>;
}

export interface MapMark {
  /** Index of the reference; -1 for the question itself. */
  readonly index: number;
  readonly x: number;
  readonly y: number;
  /** What stands beside the mark. */
  readonly name: string;
}

interface Props {
  readonly points: MapPoints;
  /** The neighbours in use. */
  readonly marks: readonly MapMark[];
  /** The question; undefined while it is not placed. */
  readonly question: MapMark | undefined;
  /** Reference under the pointer. */
  readonly hover: number;
  readonly width: number;
  readonly height: number;
  readonly label: string;
  readonly onHover?: (index: number) => void;
}

const PAD = 10;
const SLOTS = 'abcdefgh';
/** Farthest that a pointer may be from the point it means, px. */
const REACH = 12;

/** References as dots on two axes of the same scale, the neighbours in use ringed and numbered, the question a diamond. */
export function ReferenceMap({ points, marks, question, hover, width, height, label, onHover }: Props) {
  const svg = useRef<SVGSVGElement>(null);
  const frame = mapFrame(points, question, width, height);
  const move = (event: PointerEvent): void => {
    const box = svg.current?.getBoundingClientRect();
    if (box === undefined || onHover === undefined) return;
    onHover(nearest(points, frame, event.clientX - box.left, event.clientY - box.top));
  };
  return (
    <svg ref={svg} className="rmap" width={width} height={height} viewBox={`0 0 ${width} ${height}`} role="img" aria-label={label} onPointerMove={move} onPointerLeave={() => onHover?.(-1)}>
      <rect className="rmap-field" x={0.5} y={0.5} width={width - 1} height={height - 1} rx={2} />
      {[-1, ...SLOTS.split('').keys()].map((slot) => {
        const d = dots(points, slot, frame);
        return d === '' ? null : <path key={slot} className={slot < 0 ? 'dots' : `dots slot-${SLOTS[slot] ?? ''}`} d={d} />;
      })}
      {hover >= 0 && <circle className="rmap-hover" cx={frame.px(points.x[hover] ?? 0).toFixed(1)} cy={frame.py(points.y[hover] ?? 0).toFixed(1)} r={6} />}
      {question !== undefined &&
        marks.map((mark) => <line key={mark.index} className="rmap-tie" x1={frame.px(question.x).toFixed(1)} y1={frame.py(question.y).toFixed(1)} x2={frame.px(mark.x).toFixed(1)} y2={frame.py(mark.y).toFixed(1)} />)}
      {marks.map((mark) => {
        const [x, y] = [frame.px(mark.x), frame.py(mark.y)];
        return (
          <g key={mark.index} data-reference={mark.index}>
            <circle className="rmap-ring" cx={x.toFixed(1)} cy={y.toFixed(1)} r={5} />
            <text className="ink strong halo" x={(x + (x > width - 24 ? -9 : 9)).toFixed(1)} y={(y + 4).toFixed(1)} textAnchor={x > width - 24 ? 'end' : 'start'}>
              {mark.name}
            </text>
          </g>
        );
      })}
      {question !== undefined && <path className="rmap-question" d={`M${frame.px(question.x).toFixed(1)} ${(frame.py(question.y) - 7).toFixed(1)}l7 7l-7 7l-7 -7z`} />}
    </svg>
  );
}

interface Frame {
  readonly px: (x: number) => number;
  readonly py: (y: number) => number;
}

/** One scale for both axes, so that distances can be read in any direction. */
function mapFrame(points: MapPoints, question: MapMark | undefined, width: number, height: number): Frame {
  const xs = [...Array.from(points.x), ...(question === undefined ? [] : [question.x])];
  const ys = [...Array.from(points.y), ...(question === undefined ? [] : [question.y])];
  const [left, right] = extent(xs);
  const [low, high] = extent(ys);
  const scale = Math.min((width - 2 * PAD) / Math.max(right - left, 1e-9), (height - 2 * PAD) / Math.max(high - low, 1e-9));
  return {
    px: (x) => width / 2 + scale * (x - (left + right) / 2),
    py: (y) => height / 2 - scale * (y - (low + high) / 2),
  };
}

function extent(values: readonly number[]): readonly [number, number] {
  let [least, most] = [Infinity, -Infinity];
  for (const value of values) {
    least = Math.min(least, value);
    most = Math.max(most, value);
  }
  return values.length === 0 ? [0, 0] : [least, most];
}

/** All points of one slot as a single path of round-capped strokes without length. */
function dots({ x, y, slot }: MapPoints, wanted: number, { px, py }: Frame): string {
  let d = '';
  for (let i = 0; i < x.length; i += 1) if ((slot[i] ?? -1) === wanted) d += `M${px(x[i] ?? 0).toFixed(1)} ${py(y[i] ?? 0).toFixed(1)}h0`;
  return d;
}

function nearest({ x, y }: MapPoints, { px, py }: Frame, atX: number, atY: number): number {
  let [best, least] = [-1, REACH];
  for (let i = 0; i < x.length; i += 1) {
    const away = Math.hypot(px(x[i] ?? 0) - atX, py(y[i] ?? 0) - atY);
    if (away < least) [best, least] = [i, away];
  }
  return best;
}

/** The map in one sentence. */
export function mapSentence(n: number, space: string, share: readonly [number, number], families: readonly string[]): string {
  return strings.remix.map.sentence(n, space, share, families);
}

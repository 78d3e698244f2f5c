import { strings } from '../../state/strings';
import { formatShare, formatSigned } from '../../viz/format';
import { magnitudeColour, magnitudePosition, magnitudeTicks } from '../../viz/scale';
import { DIFFERENCE_DOMAIN, signedColour, signedTicks } from '../../viz/signed';

export interface HeatLine {
  readonly layer: number;
  /** Shares of the experts, or their change. [E] */
  readonly values: ArrayLike<number>;
  /** In the order of selection. */
  readonly chosen: readonly number[];
  readonly off: readonly boolean[];
}

interface Props {
  readonly lines: readonly HeatLine[];
  readonly width: number;
  /** Shares on the fixed magnitude scale, or changes on the signed one. */
  readonly signed: boolean;
  /** Row in focus. */
  readonly row: number;
  readonly label: string;
  /** Whether the cells are elements of the figure; a canvas over it draws them otherwise. */
  readonly cells?: boolean;
  readonly onRow?: (row: number) => void;
}

const LEFT = 31;
const HEAD = 22;
const TALLEST = 26;
const WIDEST = 34;
const ROOM = 200;
const FOOT = 40;
const STEPS = 64;

/** Cells of whole px that fill the width, rows that fill the height kept for them. */
export function compareCell(width: number, layers: number, experts: number): { readonly width: number; readonly height: number } {
  return {
    width: Math.max(4, Math.min(WIDEST, Math.floor((width - LEFT) / Math.max(1, experts)))),
    height: Math.max(6, Math.min(TALLEST, Math.floor(ROOM / Math.max(1, layers)))),
  };
}

/** Where the first cell begins, px. */
export function cellsBox(): { readonly left: number; readonly top: number } {
  return { left: LEFT, top: HEAD };
}

/** One token's routing, layer by expert: chosen cells outlined, switched-off ones hatched, on a fixed scale with its legend. */
export function CompareHeat({ lines, width, signed, row, label, cells = true, onRow }: Props) {
  const experts = lines[0]?.values.length ?? 0;
  const cell = compareCell(width, lines.length, experts);
  const gap = cell.width < 10 ? 0.5 : 1;
  const body = HEAD + cell.height * lines.length;
  const right = LEFT + cell.width * experts;
  const every = Math.max(1, 2 ** Math.ceil(Math.log2(26 / cell.width)));
  return (
    <svg className="cheat" width={width} height={body + FOOT} viewBox={`0 0 ${width} ${body + FOOT}`} role="img" aria-label={label}>
      <defs>
        <pattern id="cheat-off" width={4} height={4} patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
          <line x1={0} x2={0} y1={0} y2={4} className="hatchline" />
        </pattern>
      </defs>
      {Array.from({ length: experts }, (_, e) =>
        e % every === 0 ? (
          <text key={e} x={LEFT + cell.width * (e + 0.5)} y={13} textAnchor="middle">
            {e}
          </text>
        ) : null,
      )}
      {lines.map((line, r) => (
        <g key={line.layer} data-row={line.layer} onClick={onRow === undefined ? undefined : () => onRow(r)}>
          <rect className="hit" x={0} y={HEAD + cell.height * r} width={right} height={cell.height} />
          <text className={r === row ? 'ink strong' : undefined} x={0} y={HEAD + cell.height * (r + 0.5) + 4}>
            {cell.height >= 12 || r % 4 === 0 ? strings.heat.layer(line.layer) : ''}
          </text>
          {cells &&
            Array.from(line.values, (value, e) => (
              <Cell key={e} line={line} expert={e} value={value} signed={signed} x={LEFT + cell.width * e + gap} y={HEAD + cell.height * r + gap} width={cell.width - 2 * gap} height={cell.height - 2 * gap} />
            ))}
        </g>
      ))}
      <Scale y={body + 10} from={LEFT} to={right} experts={experts} signed={signed} />
    </svg>
  );
}

interface CellProps {
  readonly line: HeatLine;
  readonly expert: number;
  readonly value: number;
  readonly signed: boolean;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

function Cell({ line, expert, value, signed, ...box }: CellProps) {
  const rank = line.chosen.indexOf(expert);
  if (line.off[expert] === true && !signed) return <rect className="offcell" {...box} rx={2} />;
  const fill = signed ? signedColour(value, DIFFERENCE_DOMAIN) : magnitudeColour(value);
  return <rect className={signed || rank < 0 ? undefined : rank === 0 ? 'k1' : 'k2'} style={{ fill }} data-expert={expert} {...box} rx={2} />;
}

function Scale({ y, from, to, experts, signed }: { readonly y: number; readonly from: number; readonly to: number; readonly experts: number; readonly signed: boolean }) {
  const length = to - from;
  const ticks = signed
    ? signedTicks(DIFFERENCE_DOMAIN).map(({ at, value }) => ({ at, label: value === 0 ? '0' : `${value > 0 ? '+' : ''}${formatSigned(value).replace(/0(?=[.,])/, '').replace(/0$/, '')}` }))
    : magnitudeTicks(experts).map(({ at, value, uniform }) => ({ at, label: uniform ? strings.heat.uniform(experts) : value === 0 || value === 1 ? String(value) : formatShare(value).replace(/0$/, '') }));
  return (
    <g>
      {Array.from({ length: STEPS }, (_, i) => {
        const at = (i + 0.5) / STEPS;
        const fill = signed ? signedColour(2 * at - 1, 1) : magnitudeColour(inverse(at));
        return <rect key={i} style={{ fill }} x={(from + (length * i) / STEPS).toFixed(2)} y={y} width={(length / STEPS + 0.5).toFixed(2)} height={7} />;
      })}
      {ticks.map(({ at, label }) => (
        <g key={label} transform={`translate(${(from + at * length).toFixed(1)} ${y + 7})`}>
          <line className="axis" y2={5} />
          <text y={18} textAnchor={at === 0 && !signed ? 'start' : at === 1 ? 'end' : 'middle'}>
            {label}
          </text>
        </g>
      ))}
    </g>
  );
}

/** Share at a place of the legend's bar, by bisection of the scale itself. */
function inverse(at: number): number {
  let [low, high] = [0, 1];
  for (let i = 0; i < 24; i += 1) {
    const middle = (low + high) / 2;
    if (magnitudePosition(middle) < at) low = middle;
    else high = middle;
  }
  return low;
}

import { strings } from '../../state/strings';

export interface UseRow {
  readonly layer: number;
  /** Questions at which the expert was chosen. [E] */
  readonly before: readonly number[];
  readonly after: readonly number[];
}

interface Props {
  readonly rows: readonly UseRow[];
  readonly width: number;
  readonly label: string;
}

const LEFT = 34;
const TOP = 4;
const ROW = 62;
const FLOOR = 14;

/** One row of bars a layer, an expert each: before an outline, after filled, on one scale for all layers. */
export function UseChart({ rows, width, label }: Props) {
  const experts = rows[0]?.before.length ?? 0;
  const most = Math.max(1, ...rows.flatMap(({ before, after }) => [...before, ...after]));
  const column = (width - LEFT) / Math.max(1, experts);
  const bar = Math.min(18, 0.7 * column);
  const height = TOP + ROW * rows.length + 2;
  return (
    <svg className="rloss ruse" width={width} height={height} viewBox={`0 0 ${width} ${height}`} role="img" aria-label={label}>
      {rows.map(({ layer, before, after }, r) => {
        const floor = TOP + ROW * (r + 1) - FLOOR;
        const length = (count: number): number => ((ROW - FLOOR - 8) * count) / most;
        return (
          <g key={layer} data-layer={layer}>
            <text x={0} y={floor}>
              {strings.remixFigures.use.layer(layer)}
            </text>
            <line className="grid" x1={LEFT} x2={width} y1={floor + 0.5} y2={floor + 0.5} />
            {before.map((count, e) => {
              const x = LEFT + e * column + (column - bar) / 2;
              const now = after[e] ?? 0;
              return (
                <g key={e} data-expert={e} data-before={count} data-after={now}>
                  <rect className="now" x={(x + 2).toFixed(1)} y={(floor - length(now)).toFixed(1)} width={(bar - 4).toFixed(1)} height={length(now).toFixed(1)} />
                  {count > 0 && <rect className="was" x={x.toFixed(1)} y={(floor - length(count)).toFixed(1)} width={bar.toFixed(1)} height={length(count).toFixed(1)} />}
                  {(column >= 16 || e % 4 === 0) && (
                    <text x={(x + bar / 2).toFixed(1)} y={floor + 12} textAnchor="middle">
                      {e}
                    </text>
                  )}
                </g>
              );
            })}
          </g>
        );
      })}
    </svg>
  );
}

import { formatShare } from '../../viz/format';

export interface LoadRow {
  readonly name: string;
  /** Share of the choices of each expert. [E] */
  readonly shares: ArrayLike<number>;
  readonly dead: readonly number[];
}

interface Props {
  readonly rows: readonly LoadRow[];
  readonly width: number;
  readonly height: number;
  /** Px from the left edge to the first expert, and between experts: those of the heatmap above. */
  readonly left: number;
  readonly step: number;
  /** Row and expert in focus, if any. */
  readonly focus?: { readonly row: number; readonly expert: number | undefined };
  readonly uniform: string;
  readonly label: string;
}

const FOOT = 18;
const GAP = 6;

/** Share of the choices by expert, a row of bars a layer, each with the line of an even router. One scale for all rows. */
export function LoadBars({ rows, width, height, left, step, focus, uniform, label }: Props) {
  const experts = rows[0]?.shares.length ?? 0;
  const even = experts === 0 ? 0 : 1 / experts;
  const most = Math.max(2 * even, ...rows.flatMap(({ shares }) => Array.from(shares)));
  const single = rows.length === 1;
  const band = (height - FOOT - (single ? 16 : 4)) / Math.max(1, rows.length);
  const tall = band - (single ? 0 : GAP);
  const right = left + experts * step;
  const every = Math.max(1, 2 ** Math.ceil(Math.log2(18 / step)));
  return (
    <svg className="load-bars" role="img" aria-label={label} width={width} height={height} viewBox={`0 0 ${width} ${height}`}>
      {rows.map(({ name, shares, dead }, r) => {
        const base = height - FOOT - (rows.length - 1 - r) * band;
        const y = (share: number): number => base - (tall * share) / most;
        const on = focus?.row === r;
        return (
          <g key={name}>
            {!single && (
              <text x={0} y={base - 1} className={on ? 'ink' : undefined}>
                {name}
              </text>
            )}
            {Array.from(shares, (share, e) => (
              <rect key={e} className={on && focus.expert === e ? 'load-bar on' : 'load-bar'} x={left + e * step + 2} y={y(share)} width={Math.max(1, step - 4)} height={Math.max(share > 0 ? 1 : 0, base - y(share))} />
            ))}
            {dead.map((e) => (
              <path key={e} className="load-dead" d={`M${left + (e + 0.5) * step - 3} ${base - 7}l6 6m0 -6l-6 6`} />
            ))}
            <line className="axis" x1={left} x2={right} y1={base} y2={base} />
            <line className="load-even" x1={left} x2={right} y1={y(even)} y2={y(even)} />
            {single &&
              Array.from(shares, (share, e) =>
                step >= 24 && !dead.includes(e) ? (
                  <text key={e} x={left + (e + 0.5) * step} y={y(share) - 4} textAnchor="middle" className="halo">
                    {formatShare(share)}
                  </text>
                ) : null,
              )}
            {single && (
              <text x={right + 6} y={y(even) + 4}>
                {uniform}
              </text>
            )}
          </g>
        );
      })}
      {Array.from({ length: experts }, (_, e) =>
        e % every === 0 ? (
          <text key={e} x={left + (e + 0.5) * step} y={height - 4} textAnchor="middle" className={focus?.expert === e ? 'ink' : undefined}>
            {e}
          </text>
        ) : null,
      )}
    </svg>
  );
}

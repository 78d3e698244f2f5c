interface Props {
  /** Share of the tokens of each part of the text that went to the expert, 0 to 1; NaN for a part without tokens. */
  readonly shares: readonly number[];
  /** Share over the whole text. */
  readonly mean: number;
  readonly width: number;
  readonly height: number;
  readonly label: string;
  readonly start: string;
  readonly end: string;
}

const FOOT = 16;

/** How the use of one expert runs along the text, with its mean as a dashed line. */
export function PositionBars({ shares, mean, width, height, label, start, end }: Props) {
  const most = Math.max(mean, 0.01, ...shares.filter(Number.isFinite));
  const base = height - FOOT;
  const tall = base - 2;
  const step = width / Math.max(1, shares.length);
  const y = (share: number): number => base - (tall * share) / most;
  return (
    <svg className="position-bars" role="img" aria-label={label} width={width} height={height} viewBox={`0 0 ${width} ${height}`}>
      {shares.map((share, i) => (Number.isFinite(share) ? <rect key={i} className="load-bar" x={i * step + 1} y={y(share)} width={Math.max(1, step - 2)} height={base - y(share)} /> : null))}
      <line className="axis" x1={0} x2={width} y1={base} y2={base} />
      <line className="load-even" x1={0} x2={width} y1={y(mean)} y2={y(mean)} />
      <text x={0} y={height - 3}>
        {start}
      </text>
      <text x={width} y={height - 3} textAnchor="end">
        {end}
      </text>
    </svg>
  );
}

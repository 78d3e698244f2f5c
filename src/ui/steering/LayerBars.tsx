interface Props {
  /** One for each layer, from 0. */
  readonly values: readonly number[];
  readonly most: number;
  readonly digits: number;
  readonly layerName: string;
  readonly width: number;
  readonly label: string;
}

const ROW = 20;
const LEFT = 30;
const RIGHT = 48;

/** A bar for each layer, the number beside it. */
export function LayerBars({ values, most, digits, layerName, width, label }: Props) {
  const height = ROW * values.length + 16;
  return (
    <svg className="rloss sbars" width={width} height={height} viewBox={`0 0 ${width} ${height}`} role="img" aria-label={label}>
      <text x={0} y={11}>
        {layerName}
      </text>
      {values.map((value, layer) => {
        const y = 16 + ROW * layer;
        const length = (Math.max(0, width - LEFT - RIGHT) * Math.min(value, most)) / (most || 1);
        return (
          <g key={layer} data-layer={layer}>
            <text x={0} y={y + 14}>{`L${layer}`}</text>
            <rect x={LEFT} y={y + 5} width={length.toFixed(1)} height={10} rx={1} />
            <text className="ink" x={(LEFT + length + 6).toFixed(1)} y={y + 14}>
              {value.toFixed(digits)}
            </text>
          </g>
        );
      })}
    </svg>
  );
}

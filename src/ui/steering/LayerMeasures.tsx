import { fixed } from '../../base/numerals';

export interface LayerMeasure {
  readonly id: string;
  readonly name: string;
  /** One for each layer. */
  readonly values: readonly number[];
  /** Before, as an outline. */
  readonly was?: readonly number[];
  readonly digits: number;
  /** Right end of the bars. */
  readonly most: number;
}

interface Props {
  readonly measures: readonly LayerMeasure[];
  /** Layers set in bold with a mark at the left edge. */
  readonly chosen: readonly number[];
  readonly layerName: string;
  readonly width: number;
  readonly label: string;
}

const ROW = 22;
const TOP = 20;
const LEFT = 34;
const GAP = 16;
const FIGURE = 40;

/** Layers as rows, measures as columns of bars: now filled, before an outline, the number beside it. */
export function LayerMeasures({ measures, chosen, layerName, width, label }: Props) {
  const layers = measures[0]?.values.length ?? 0;
  const height = TOP + ROW * layers + 4;
  const column = (width - LEFT) / Math.max(1, measures.length);
  return (
    <svg className="rloss slayers" width={width} height={height} viewBox={`0 0 ${width} ${height}`} role="img" aria-label={label}>
      <text x={0} y={11}>
        {layerName}
      </text>
      {measures.map(({ id, name }, m) => (
        <text key={id} x={(LEFT + m * column).toFixed(1)} y={11}>
          {name}
        </text>
      ))}
      {Array.from({ length: layers }, (_, layer) => {
        const y = TOP + ROW * layer;
        const on = chosen.includes(layer);
        return (
          <g key={layer} data-layer={layer} data-chosen={on}>
            {on && <rect className="mark" x={0} y={y + 1} width={3} height={ROW - 2} />}
            <text className={on ? 'ink strong' : undefined} x={8} y={y + 15}>{`L${layer}`}</text>
            {measures.map(({ id, values, was, digits, most }, m) => {
              const x = LEFT + m * column;
              const room = Math.max(0, column - GAP - FIGURE);
              const length = (value: number): string => ((room * Math.max(0, Math.min(value, most))) / (most || 1)).toFixed(1);
              const value = values[layer] ?? NaN;
              return (
                <g key={id} data-measure={id} data-value={value.toFixed(4)}>
                  <rect className="now" x={x.toFixed(1)} y={y + 7} width={length(value)} height={8} rx={1} />
                  {was !== undefined && <rect className="was" x={x.toFixed(1)} y={y + 4.5} width={length(was[layer] ?? NaN)} height={13} rx={1} />}
                  <text className="ink" x={(x + room + 6).toFixed(1)} y={y + 15}>
                    {fixed(value, digits)}
                  </text>
                </g>
              );
            })}
          </g>
        );
      })}
    </svg>
  );
}

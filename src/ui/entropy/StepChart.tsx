import { memo } from 'react';
import { fixed, plain } from '../../base/numerals';
import { strings } from '../../state/strings';
import { diamond } from '../../viz/marks';
import { binValues } from '../../viz/sentence';
import { LINE, type RowPlace, type StepFigureLayout } from '../../viz/stepFigure';
import { tokenPieces } from '../../viz/tokenMarks';

/** A token of a step; entropy in the unit of the screen, NaN where unknown. */
export interface ChartToken {
  readonly token: number;
  readonly text: string;
  readonly h: number;
}

export interface ChartRow {
  readonly step: number;
  /** Of the first token, in the unit of the screen; NaN where unknown. */
  readonly h: number;
  /** What the rule looks at reaches the threshold. */
  readonly above: boolean;
  readonly label: 'small' | 'large' | undefined;
  /** The text would be another one under these labels. */
  readonly stale: boolean;
  readonly mean: number;
  readonly tokens: readonly ChartToken[];
}

interface Props {
  readonly layout: StepFigureLayout;
  readonly rows: readonly ChartRow[];
  /** First-token entropies of the histogram, in the unit of the screen. */
  readonly values: ArrayLike<number>;
  /** In the unit of the screen; undefined where no threshold decides. */
  readonly tau: number | undefined;
  readonly unit: 'bits' | 'nats';
  readonly label: string;
}

const BINS = 20;
const HIGHEST = 96;
/** Height of a bar of 8 bits (or what the axis ends at), px. */
const TOKEN_BAR = 28;


/** First-token entropies above, one row a step below, on one axis that the threshold cuts once. */
export function StepChart({ layout, rows, values, tau, unit, label }: Props) {
  const { width, height, base, left, right, head, narrow } = layout;
  const text = strings.entropy.chart;
  return (
    <svg className="ent-svg" width={width} height={height} viewBox={`0 0 ${width} ${height}`} role="img" aria-label={label}>
      <Histogram layout={layout} values={values} tau={tau} />
      <line className="axis" x1={left} x2={right} y1={base} y2={base} />
      {layout.ticks.map((tick, i) => (
        <g key={tick}>
          <line className="tick" x1={layout.x(tick)} x2={layout.x(tick)} y1={base} y2={base + 4} />
          <text x={layout.x(tick)} y={base + 17} textAnchor="middle">
            {i === layout.ticks.length - 1 ? `${plain(tick)} ${strings.units[unit]}` : plain(tick)}
          </text>
        </g>
      ))}
      {!narrow && (
        <>
          <text x={0} y={head - 10}>
            {text.step}
          </text>
          <text x={layout.writer} y={head - 10}>
            {text.writer}
          </text>
          <text x={layout.text} y={head - 10}>
            {text.tokens}
          </text>
          <text x={width - 4} y={head - 10} textAnchor="end">
            {text.mean}
          </text>
        </>
      )}
      {tau !== undefined && <line className="tau" data-tau-line="" x1={layout.x(tau).toFixed(1)} x2={layout.x(tau).toFixed(1)} y1={18} y2={height - 1} />}
      {rows.map((row, i) => {
        const place = layout.rows[i];
        return place === undefined ? null : <Row key={row.step} row={row} place={place} layout={layout} />;
      })}
      <line className="rule" x1={0} x2={width} y1={height - 1} y2={height - 1} />
    </svg>
  );
}

const Histogram = memo(function Histogram({ layout, values, tau }: Pick<Props, 'layout' | 'values' | 'tau'>) {
  const { top, base } = layout;
  const counts = binValues(values, BINS, top);
  const most = Math.max(1, ...counts);
  return counts.map((count, i) => {
    const [from, to] = [(i * top) / BINS, ((i + 1) * top) / BINS];
    const cut = tau === undefined ? to : Math.min(to, Math.max(from, tau));
    const height = (HIGHEST * count) / most;
    const bar = (kind: string, a: number, b: number) =>
      b - a > 1e-9 && count > 0 ? <rect className={kind} x={(layout.x(a) + 0.5).toFixed(1)} y={(base - height).toFixed(1)} width={Math.max(0, layout.x(b) - layout.x(a) - (b === to ? 1 : 0.5)).toFixed(1)} height={height.toFixed(1)} /> : null;
    return (
      <g key={from} data-bin={count}>
        {bar('below', from, cut)}
        {bar('above', cut, to)}
      </g>
    );
  });
});

interface RowProps {
  readonly row: ChartRow;
  readonly place: RowPlace;
  readonly layout: StepFigureLayout;
}

/** One step. It is drawn again only when its own mark, label or text changes. */
const Row = memo(function Row({ row, place, layout }: RowProps) {
  const { h, above, label, stale, step } = row;
  const { middle } = place;
  const end = Number.isFinite(h) ? layout.x(h) : undefined;
  return (
    <g data-step={step + 1} data-label={label} data-stale={stale} className={stale ? 'row stale' : 'row'}>
      <line className="rule" x1={0} x2={layout.width} y1={place.top} y2={place.top} />
      <text x={0} y={middle + 5}>
        {step + 1}
      </text>
      {end !== undefined && (
        <>
          <line className={above ? 'stick above' : 'stick'} x1={layout.left} x2={end.toFixed(1)} y1={middle} y2={middle} />
          <path className={above ? 'step above' : 'step below'} d={diamond(end, middle, 7)} />
          <text className={above ? 'value strong' : 'value'} x={(end + 15).toFixed(1)} y={middle + 5}>
            {fixed(h, 1)}
          </text>
        </>
      )}
      {label !== undefined && <Badge label={label} x={layout.writer} y={middle} />}
      {stale && (
        <text className="stale-note" x={layout.writer} y={layout.narrow ? middle + 28 : middle + 29}>
          {strings.entropy.chart.stale}
        </text>
      )}
      <Tokens row={row} place={place} layout={layout} />
      {!layout.narrow && Number.isFinite(row.mean) && (
        <text className="value q" x={layout.width - 4} y={middle + 5} textAnchor="end">
          {fixed(row.mean, 1)}
        </text>
      )}
    </g>
  );
}, sameRow);

function sameRow(a: RowProps, b: RowProps): boolean {
  return a.place === b.place && a.layout === b.layout && a.row.tokens === b.row.tokens && a.row.h === b.row.h && a.row.mean === b.row.mean && a.row.above === b.row.above && a.row.label === b.row.label && a.row.stale === b.row.stale && a.row.step === b.row.step;
}

/** Who writes the step: shape and word, filled for the large model. */
function Badge({ label, x, y }: { readonly label: 'small' | 'large'; readonly x: number; readonly y: number }) {
  return (
    <g className={`badge-${label}`}>
      {label === 'large' ? <rect x={x} y={y - 13} width={58} height={26} rx={13} /> : <rect x={x + 0.5} y={y - 12.5} width={57} height={25} rx={12.5} />}
      <text x={x + 29} y={y + 5} textAnchor="middle">
        {strings.entropy.writer[label]}
      </text>
    </g>
  );
}

const Tokens = memo(function Tokens({ row, place, layout }: RowProps) {
  return row.tokens.map(({ token, text, h }, i) => {
    const at = place.tokens[i];
    if (at === undefined) return null;
    const base = place.text + 30 + LINE * at.line;
    const bar = Number.isFinite(h) ? Math.max(1, Math.min(TOKEN_BAR, (TOKEN_BAR * h) / layout.top)) : 0;
    return (
      <g key={token} data-token={token}>
        <rect className={i === 0 ? 'tbar first' : 'tbar'} x={at.x + 1} y={(base - bar).toFixed(1)} width={at.width - 3} height={bar.toFixed(1)} rx={1} />
        <text className="token" x={at.x + at.width / 2 - 0.5} y={base + 21} textAnchor="middle">
          {tokenPieces(text).map((piece, p) => (
            <tspan key={p} className={piece.kind === 'text' ? undefined : 'mk'}>
              {piece.text}
            </tspan>
          ))}
        </text>
        <rect className="hit" x={at.x} y={base - TOKEN_BAR} width={at.width} height={TOKEN_BAR + 26} />
      </g>
    );
  });
}, sameTokens);

function sameTokens(a: RowProps, b: RowProps): boolean {
  return a.row.tokens === b.row.tokens && a.place === b.place && a.layout === b.layout;
}

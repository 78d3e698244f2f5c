import { bare } from '../../base/numerals';
import type { DomainRow } from '../../state/evaluation';
import { strings } from '../../state/strings';
import { linearAxis } from '../../viz/axis';
import { formatSmall } from '../../viz/format';
import { AxisGrid } from './AxisGrid';

/** What the model is measured against, from the nearest relative to the plainest. */
export const REFERENCES = ['denseMatch', 'peer', 'denseSmall', 'ngram', 'xzPrimed', 'xz'] as const;
export type Reference = (typeof REFERENCES)[number];

const LEFT = 92;
const RIGHT = 190;
/** Without room for the names of better references; their marks stay coloured. */
const NARROW = { below: 400, right: 48 };
const ROW = 24;
const TOP = 24;

/** Bits per byte with two decimals. */
export const bits = (value: number): string => bare(value, 2);

/** The value of a reference in a row; undefined where it was not measured. */
export const referenceOf = (row: DomainRow, reference: Reference): number | undefined => row[reference] ?? undefined;

/** Mean of a column over all domains; undefined where one lacks it. */
export function meanOf(rows: readonly DomainRow[], key: Reference | 'bpb'): number | undefined {
  const values = rows.map((row) => row[key] ?? Number.NaN);
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return Number.isFinite(mean) ? mean : undefined;
}

/** How many domains each reference beats the model in, those with none left out. */
export function betterReferences(rows: readonly DomainRow[]): { readonly reference: Reference; readonly domains: number }[] {
  return REFERENCES.map((reference) => ({ reference, domains: rows.filter((row) => (referenceOf(row, reference) ?? Infinity) < row.bpb).length })).filter(({ domains }) => domains > 0);
}

/** One shape a reference, so that none rests on colour. Drawn around (0, 0). */
export function ReferenceMark({ reference, better }: { readonly reference: Reference; readonly better: boolean }) {
  const className = better ? 'ref better' : 'ref';
  switch (reference) {
    case 'denseMatch':
      return <circle className={className} r={4} />;
    case 'peer':
      return <path className={className} d="M0-4.8 4.8 0 0 4.8-4.8 0Z" />;
    case 'denseSmall':
      return <rect className={className} x={-3.5} y={-3.5} width={7} height={7} />;
    case 'ngram':
      return <path className={className} d="M0-4.6 4.4 3.4H-4.4Z" />;
    case 'xzPrimed':
      return <path className={className} d="M-4 0H4M0-4V4" />;
    case 'xz':
      return <path className={className} d="M-3.4-3.4 3.4 3.4M-3.4 3.4 3.4-3.4" />;
  }
}

/** Bits per byte of every domain as a dot, its references as hollow marks; a reference that is better is coloured and named. */
export function BitsChart({ rows, width }: { readonly rows: readonly DomainRow[]; readonly width: number }) {
  const right = width < NARROW.below ? NARROW.right : RIGHT;
  const text = strings.about.bits;
  const most = Math.max(...rows.flatMap((row) => [row.bpb, ...REFERENCES.map((reference) => referenceOf(row, reference) ?? 0)]));
  const axis = linearAxis(most, LEFT, width - right, Math.max(2, Math.round((width - LEFT - right) / 42)));
  const meanBits = meanOf(rows, 'bpb');
  const mean: DomainRow | undefined = meanBits === undefined ? undefined : meanRow(rows, meanBits);
  const height = TOP + ROW * rows.length + (mean === undefined ? 0 : ROW + 8);
  const bottom = TOP + ROW * rows.length;
  return (
    <svg className="mc" width={width} height={height} viewBox={`0 0 ${width} ${height}`} role="img" aria-label={`${text.title}. ${bitsSentence(rows)}`}>
      <AxisGrid axis={axis} from={TOP - 6} to={height} />
      {rows.map((row, i) => (
        <BitsRow key={row.domain} row={row} at={axis.at} y={TOP + ROW * (i + 0.5)} end={width - right} named={right === RIGHT} strong={false} />
      ))}
      {mean !== undefined && (
        <>
          <line className="axis" x1={0} x2={width} y1={bottom + 4} y2={bottom + 4} />
          <BitsRow row={mean} at={axis.at} y={bottom + 8 + ROW / 2} end={width - right} named={right === RIGHT} strong />
        </>
      )}
    </svg>
  );
}

function meanRow(rows: readonly DomainRow[], bpb: number): DomainRow {
  return { domain: strings.about.bits.mean, tokens: 0, bpb, xz: meanOf(rows, 'xz') ?? 0, ngram: meanOf(rows, 'ngram') ?? 0, denseMatch: meanOf(rows, 'denseMatch') ?? null, denseSmall: meanOf(rows, 'denseSmall') ?? null, xzPrimed: meanOf(rows, 'xzPrimed') ?? null, peer: meanOf(rows, 'peer') ?? null };
}

function BitsRow({ row, at, y, end, named, strong }: { readonly row: DomainRow; readonly at: (value: number) => number; readonly y: number; readonly end: number; readonly named: boolean; readonly strong: boolean }) {
  const known = REFERENCES.flatMap((reference) => {
    const value = referenceOf(row, reference);
    return value === undefined ? [] : [{ reference, value, better: value < row.bpb }];
  });
  const xs = [row.bpb, ...known.map(({ value }) => value)].map(at);
  const better = known.filter((mark) => mark.better);
  const drawn = (mark: (typeof known)[number]) => (
    <g key={mark.reference} transform={`translate(${at(mark.value).toFixed(1)} ${y})`}>
      <ReferenceMark reference={mark.reference} better={mark.better} />
    </g>
  );
  return (
    <g data-row={row.domain}>
      <text className={strong ? 'ink strong' : 'ink'} x={0} y={y + 4}>
        {strings.names.domain(row.domain)}
      </text>
      <line className="span" x1={Math.min(...xs)} x2={Math.max(...xs)} y1={y} y2={y} />
      {typeof row.low === 'number' && typeof row.high === 'number' && <line className="interval" x1={at(row.low).toFixed(1)} x2={at(row.high).toFixed(1)} y1={y} y2={y} />}
      {known.filter((mark) => !mark.better).map(drawn)}
      <circle className="own" cx={at(row.bpb).toFixed(1)} cy={y} r={4.5} />
      {better.map(drawn)}
      <text className={strong ? 'ink strong' : 'ink'} x={end + 44} y={y + 4} textAnchor="end">
        {bits(row.bpb)}
      </text>
      {named && (
        <text x={end + 54} y={y + 4}>
          {betterText(better, row.bpb)}
        </text>
      )}
    </g>
  );
}

/** Which references are better here: one with its lead, two by name, more as a number. */
function betterText(better: readonly { readonly reference: Reference; readonly value: number }[], own: number): string {
  const text = strings.about.bits;
  const [first, second] = better;
  if (first === undefined) return '';
  if (second === undefined) return text.less(text.short[first.reference], bits(own - first.value) === '.00' ? formatSmall(own - first.value).slice(0, 4) : bits(own - first.value));
  return better.length === 2 ? `${text.short[first.reference]}, ${text.short[second.reference]}` : text.several(better.length);
}

/** The figure in one sentence. */
export function bitsSentence(rows: readonly DomainRow[]): string {
  const text = strings.about.bits;
  return text.sentence(bits(meanOf(rows, 'bpb') ?? Number.NaN), rows.length, betterReferences(rows).map(({ reference, domains }) => ({ name: text.short[reference], domains })));
}

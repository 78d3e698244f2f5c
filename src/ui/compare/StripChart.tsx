import type { TokenRange } from '../EntropyStems';
import { strings } from '../../state/strings';
import type { EntropyScale } from '../../viz/entropyScale';
import { tokenMiddle, type SentenceLayout } from '../../viz/sentence';

export const PLOT = 60;
export const CHIP = 34;
export const MOVED = 34;
export const STRIP_HEIGHT = PLOT + 2 * CHIP + MOVED;
/** Largest L1 distance. */
const MOST = 2;

export interface StripProps {
  readonly layout: SentenceLayout;
  readonly range: TokenRange;
  readonly scale: EntropyScale;
  /** Uncertainty before the token of A in each column, in the unit of the screen; NaN where unknown. */
  readonly entropies: ArrayLike<number>;
  /** Mean L1 of routing by column, 0 to 2; NaN where there is none. */
  readonly moved: ArrayLike<number> | undefined;
  /** First column whose tokens differ; the number of columns where none does. */
  readonly parts: number;
  readonly column: number;
  /** First column that A's model wrote; undefined where all is prompt. */
  readonly written: number | undefined;
}

/** Height of a bar as a share of the tallest: the root of L1 / 2, so that small moves are seen beside large ones. */
export function movedHeight(l1: number): number {
  return Math.sqrt(Math.min(MOST, Math.max(0, l1)) / MOST);
}

/** Under the tokens: how far routing moved, on the fixed domain 0 to 2 (root scale), faint from where the texts part. Above them: A's uncertainty. */
export function StripChart({ layout, range, scale, entropies, moved, parts, column, written }: StripProps) {
  const edge = written === undefined ? undefined : (layout.left[written] ?? 0) - 1;
  const base = scale.y(0);
  const floor = STRIP_HEIGHT - 2;
  const columns = Array.from({ length: range.end - range.first }, (_, i) => range.first + i);
  return (
    <>
      <rect className="cband" x={(layout.left[column] ?? 0) - 1} y={0} width={(layout.width[column] ?? 0) + 2} height={STRIP_HEIGHT} rx={6} />
      {edge !== undefined && (
        <>
          <line className="axis" x1={edge} x2={edge} y1={0} y2={STRIP_HEIGHT - 8} />
          <text x={edge - 7} y={11} textAnchor="end">
            {strings.sentence.prompt}
          </text>
          <text x={edge + 7} y={11}>
            {strings.sentence.generated}
          </text>
        </>
      )}
      <line className="axis" x1={range.from} x2={range.to} y1={base} y2={base} />
      <line className="axis" x1={range.from} x2={range.to} y1={floor} y2={floor} />
      {columns.map((c) => {
        const x = tokenMiddle(layout, c);
        const h = entropies[c] ?? Number.NaN;
        const value = moved?.[c] ?? Number.NaN;
        const tall = (MOVED - 4) * movedHeight(value);
        return (
          <g key={c}>
            {Number.isFinite(h) && (
              <>
                <line className="stem" x1={x} x2={x} y1={base} y2={scale.y(h)} />
                <circle className="stem-dot" cx={x} cy={scale.y(h)} r={2.4} />
              </>
            )}
            {Number.isFinite(value) && (
              <rect className={c === column ? 'now' : c >= parts ? 'moved faint' : 'moved'} data-moved={value.toFixed(3)} x={(layout.left[c] ?? 0) + 2} y={(floor - tall).toFixed(1)} width={Math.max(2, (layout.width[c] ?? 0) - 4)} height={tall.toFixed(1)} />
            )}
          </g>
        );
      })}
    </>
  );
}

import { strings } from '../../state/strings';
import { formatShare } from '../../viz/format';
import { tokenLabel } from '../../viz/tokenMarks';

export interface NextRow {
  readonly id: number;
  readonly text: string;
  /** NaN where the run does not list the token. */
  readonly a: number;
  readonly b: number;
}

const LEFT = 76;
const COLUMN = 46;
const ROW = 24;
const LONGEST = 9;

/** Probabilities of the next token in A as outlines and in B as fills; B's likeliest is ink. */
export function NextChart({ rows, width }: { readonly rows: readonly NextRow[]; readonly width: number }) {
  const text = strings.compare.next;
  const plot = width - LEFT - 2 * COLUMN - 8;
  const best = rows.reduce<NextRow | undefined>((most, one) => ((one.b || 0) > (most?.b ?? 0) ? one : most), undefined);
  const label = text.spoken(rows.map((one) => text.spokenRow(tokenLabel(one.text), formatShare(one.a), formatShare(one.b))).join(' '));
  return (
    <svg className="cnext" width={width} height={ROW * rows.length} viewBox={`0 0 ${width} ${ROW * rows.length}`} role="img" aria-label={label}>
      {rows.map((one, r) => {
        const y = ROW * (r + 0.5);
        const on = one === best;
        return (
          <g key={one.id} data-token={one.id}>
            <text className={on ? 'ink strong token' : 'ink token'} x={0} y={y + 5}>
              {shortened(tokenLabel(one.text))}
            </text>
            {one.b > 0 && <rect className={on ? 'now' : 'moved'} x={LEFT} y={y - 4} width={Math.max(1, plot * one.b).toFixed(1)} height={8} rx={1} />}
            {one.a > 0 && <rect className="before" x={LEFT} y={y - 7} width={Math.max(1, plot * one.a).toFixed(1)} height={14} rx={2} />}
            <text x={width - COLUMN} y={y + 4} textAnchor="end">
              {formatShare(one.a)}
            </text>
            <text className={on ? 'ink strong' : 'ink'} x={width} y={y + 4} textAnchor="end">
              {formatShare(one.b)}
            </text>
          </g>
        );
      })}
    </svg>
  );
}

function shortened(token: string): string {
  return token.length > LONGEST ? `${token.slice(0, LONGEST - 1)}\u2026` : token;
}

import type { FamilyRow } from '../../state/evaluation';
import { strings } from '../../state/strings';
import { Interval } from './Interval';

const LEFT = 116;
const ROW = 24;
const TOP = 40;
const GAP = 22;
const HEAD = 24;

export interface FamilyGroup {
  readonly kind: FamilyRow['kind'];
  readonly family: string;
  readonly rows: readonly FamilyRow[];
}

/** Rows of one family together, families in their order within each kind. */
export function groupFamilies(rows: readonly FamilyRow[]): FamilyGroup[] {
  const groups = new Map<string, { kind: FamilyRow['kind']; family: string; rows: FamilyRow[] }>();
  for (const row of rows) {
    const key = `${row.kind}.${row.family}`;
    const group = groups.get(key) ?? { kind: row.kind, family: row.family, rows: [] };
    group.rows.push(row);
    groups.set(key, group);
  }
  return [...groups.values()];
}

export function levelsOf(rows: readonly FamilyRow[]): number[] {
  return [...new Set(rows.map(({ level }) => level))].sort((a, b) => a - b);
}

/** Right answers of every task family: a column for all levels and one for each, home filled, away hollow, chance a tick. */
export function FamiliesChart({ rows, width }: { readonly rows: readonly FamilyRow[]; readonly width: number }) {
  const text = strings.about.families;
  const groups = groupFamilies(rows);
  const levels = levelsOf(rows);
  const column = (width - LEFT - GAP * levels.length) / Math.max(1, levels.length);
  const start = (c: number): number => LEFT + GAP + c * (column + GAP);
  const placed = placeRows(groups);
  const height = (placed.at(-1)?.y ?? TOP) + ROW / 2 + 4;
  return (
    <svg className="mc" width={width} height={height} viewBox={`0 0 ${width} ${height}`} role="img" aria-label={`${text.title}. ${familiesSentence(rows)}`}>
      {levels.map((level, c) => (
        <g key={level}>
          <text className="ink strong" x={start(c)} y={12}>
            {level === 0 ? text.all : text.level(level)}
          </text>
          {[0, 0.5, 1].map((share) => (
            <g key={share}>
              <line className="grid" x1={start(c) + share * column} x2={start(c) + share * column} y1={TOP - 4} y2={height} />
              <text x={start(c) + share * column} y={TOP - 10} textAnchor={share === 0 ? 'start' : share === 1 ? 'end' : 'middle'}>
                {`${100 * share} %`}
              </text>
            </g>
          ))}
        </g>
      ))}
      {placed.map(({ group, first, y: middle }) => (
        <g key={`${group.kind}.${group.family}`} data-row={group.family}>
          {first && (
            <text className="ink strong" x={0} y={middle - ROW / 2 - 7}>
              {text.kinds[group.kind]}
            </text>
          )}
          <text className="ink" x={0} y={middle + 4}>
            {strings.names.family(group.family)}
          </text>
          {levels.map((level, c) => (
            <Cell key={level} rows={group.rows.filter((row) => row.level === level)} at={(share) => start(c) + share * column} y={middle} />
          ))}
        </g>
      ))}
    </svg>
  );
}

/** Rows one under the other, with room for a heading where a kind begins. */
function placeRows(groups: readonly FamilyGroup[]): { readonly group: FamilyGroup; readonly first: boolean; readonly y: number }[] {
  return groups.map((group, i) => {
    const kinds = new Set(groups.slice(0, i + 1).map(({ kind }) => kind)).size;
    return { group, first: i === 0 || groups[i - 1]?.kind !== group.kind, y: TOP + HEAD * kinds + ROW * (i + 0.5) };
  });
}

function Cell({ rows, at, y }: { readonly rows: readonly FamilyRow[]; readonly at: (share: number) => number; readonly y: number }) {
  const chance = rows[0]?.chance ?? 0;
  return (
    <>
      {chance > 0 && <line className="chance" x1={at(chance)} x2={at(chance)} y1={y - 9} y2={y + 9} />}
      {rows.map((row) => (
        <Interval key={row.template} value={row} at={at} y={row.template === 'home' ? y - 4 : y + 4} hollow={row.template === 'away'} />
      ))}
    </>
  );
}

/** The figure in one sentence. */
export function familiesSentence(rows: readonly FamilyRow[]): string {
  const above = (template: FamilyRow['template']): number => rows.filter((row) => row.level === 0 && row.template === template && row.low > row.chance).length;
  return strings.about.families.sentence(groupFamilies(rows).length, above('home'), above('away'));
}

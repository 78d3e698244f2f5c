import { fixed } from '../../base/numerals';
import type { SpecialisationRow } from '../../state/evaluation';
import { strings } from '../../state/strings';
import { logAxis } from '../../viz/axis';
import { formatSmall } from '../../viz/format';
import { bits } from './BitsChart';
import { AxisGrid } from './AxisGrid';

const LEFT = 30;
const RIGHT = 92;
const ROW = 22;
const TOP = 24;

export function ratioText(ratio: number): string {
  return strings.about.specialisation.ratio(ratio >= 10 ? fixed(ratio, 0) : fixed(ratio, 1));
}

export const median = (values: readonly number[]): number => {
  const sorted = [...values].sort((a, b) => a - b);
  const half = sorted.length / 2;
  return sorted.length % 2 === 1 ? (sorted[Math.floor(half)] ?? Number.NaN) : ((sorted[half - 1] ?? Number.NaN) + (sorted[half] ?? Number.NaN)) / 2;
};

/** What the first expert tells about the domain, layer by layer, against the same with shuffled labels; logarithmic, since they lie far apart. */
export function SpecialisationChart({ rows, width }: { readonly rows: readonly SpecialisationRow[]; readonly width: number }) {
  const text = strings.about.specialisation;
  const least = Math.min(...rows.map(({ controlBits, miBits }) => Math.min(controlBits, miBits)).filter((value) => value > 0));
  const ceiling = Math.max(...rows.map(({ maxBits }) => maxBits));
  const axis = logAxis(Number.isFinite(least) ? least : 0.01, ceiling, LEFT, width - RIGHT);
  const height = TOP + ROW * rows.length + 6;
  const limit = axis.at(ceiling);
  return (
    <svg className="mc" width={width} height={height} viewBox={`0 0 ${width} ${height}`} role="img" aria-label={`${text.title}. ${specialisationSentence(rows)}`}>
      <AxisGrid axis={axis} from={TOP - 6} to={height} />
      <line className="limit" x1={limit} x2={limit} y1={TOP - 6} y2={height} />
      <text x={limit + 6} y={TOP + 2}>
        {text.most(formatSmall(ceiling))}
      </text>
      {rows.map(({ layer, miBits, controlBits, ratio }, i) => {
        const y = TOP + 6 + ROW * (i + 0.5);
        return (
          <g key={layer} data-row={layer}>
            <text className="ink" x={0} y={y + 4}>
              {strings.heat.layer(layer)}
            </text>
            <line className="span" x1={axis.at(controlBits)} x2={axis.at(miBits)} y1={y} y2={y} />
            <circle className="ref" cx={axis.at(controlBits).toFixed(1)} cy={y} r={4} />
            <circle className="own" cx={axis.at(miBits).toFixed(1)} cy={y} r={4.5} />
            <text x={width - 44} y={y + 4} textAnchor="end" className="ink">
              {bits(miBits)}
            </text>
            <text x={width} y={y + 4} textAnchor="end">
              {ratioText(ratio)}
            </text>
          </g>
        );
      })}
    </svg>
  );
}

/** The figure in one sentence. */
export function specialisationSentence(rows: readonly SpecialisationRow[]): string {
  const measured = rows.map(({ miBits }) => miBits);
  return strings.about.specialisation.sentence(
    formatSmall(Math.min(...measured)),
    formatSmall(Math.max(...measured)),
    formatSmall(Math.max(...rows.map(({ controlBits }) => controlBits))),
    ratioText(median(rows.map(({ ratio }) => ratio))),
  );
}

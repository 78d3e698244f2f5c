import { strings } from '../../state/strings';
import { PARTS, type CostPart } from '../../state/entropy/types';
import { percent } from '../model/Interval';

interface Props {
  /** Time or operations of each part, in one unit. */
  readonly parts: Readonly<Record<CostPart, number>>;
  readonly width: number;
  readonly label: string;
}

/** Parts of the whole, each with where it begins; 0 to 1. */
export function partShares(parts: Props['parts']): readonly { readonly part: CostPart; readonly from: number; readonly share: number }[] {
  const total = PARTS.reduce((sum, part) => sum + parts[part], 0);
  const shares = PARTS.map((part) => (total === 0 ? 0 : parts[part] / total));
  return PARTS.map((part, i) => ({ part, share: shares[i] ?? 0, from: shares.slice(0, i).reduce((sum, one) => sum + one, 0) }));
}

/** Where the time goes: four parts of one bar. */
export function TimeBar({ parts, width, label }: Props) {
  const shares = partShares(parts);
  return (
    <>
      <svg className="ent-time" width={width} height={12} viewBox={`0 0 ${width} 12`} role="img" aria-label={label}>
        {shares.map(({ part, from, share }) => (
          <rect key={part} className={part} data-part={part} data-share={share.toFixed(4)} x={(from * width).toFixed(1)} y={0} width={Math.max(0, share * width - 2).toFixed(1)} height={12} rx={1} />
        ))}
      </svg>
      <div className="keys ent-time-keys">
        {shares.map(({ part, share }) => (
          <span key={part}>
            <i className={part} />
            {`${strings.entropy.time.part[part]} ${percent(share)}`}
          </span>
        ))}
      </div>
    </>
  );
}

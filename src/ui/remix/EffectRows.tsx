import { formatShare } from '../../viz/format';
import { TokenText } from '../TokenText';

export interface EffectRow {
  readonly key: string;
  readonly name: string;
  /** Probabilities. */
  readonly before: number;
  readonly after: number;
  /** Likeliest now. */
  readonly win: boolean;
  /** Beside the name. */
  readonly note?: string;
  /** A sum of others, in words. */
  readonly quiet?: true;
}

/** Probability before as an outline and now as a bar, with both numbers. Pure: rows in, table out. */
export function EffectRows({ rows, label }: { readonly rows: readonly EffectRow[]; readonly label: string }) {
  return (
    <table className="nt rnt" aria-label={label}>
      <tbody>
        {rows.map((row) => (
          <tr key={row.key} className={row.win ? 'win' : row.quiet === true ? 'below' : undefined} data-option={row.key}>
            <td className="tk">
              {row.quiet === true ? <span className="word">{row.name}</span> : <TokenText text={row.name} />}
              {row.note !== undefined && <span className="word"> {row.note}</span>}
            </td>
            <td>
              <div className="lane2">
                <i className="now" style={{ width: `${(100 * row.after).toFixed(2)}%` }} />
                <i className="was" style={{ width: `${(100 * row.before).toFixed(2)}%` }} />
              </div>
            </td>
            <td className="num pr was">{formatShare(row.before, 3)}</td>
            <td className="num pr">{formatShare(row.after, 3)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

import type { CSSProperties } from 'react';
import { bare } from '../../base/numerals';
import { formatSigned } from '../../viz/format';

interface Props {
  readonly words: readonly string[];
  /** One for each word; undefined has no shade. */
  readonly values: readonly (number | undefined)[];
  /** Value of the darkest shade. */
  readonly most: number;
  readonly digits: number;
  readonly label: string;
  /** Colour of a signed value; the blue ramp from 0 to `most` where absent. */
  readonly colour?: (value: number) => string;
  /** Tokens from here on stand apart. */
  readonly cutAt?: number;
}

/** The text with a number under each token, and a bar that is darker where it is larger. */
export function TokenShades({ words, values, most, digits, label, colour, cutAt }: Props) {
  return (
    <ol className="sshades" aria-label={label} tabIndex={0}>
      {words.map((word, i) => {
        const value = values[i];
        const style = value === undefined || colour === undefined ? undefined : ({ '--shade': colour(value) } as CSSProperties);
        return (
          <li key={i} className={i === cutAt ? 'cut' : undefined} data-shade={value === undefined || colour !== undefined ? '' : Math.min(7, Math.max(0, Math.round((7 * value) / (most || 1))))} style={style}>
            <span>{word.replaceAll('\n', '\u21b5').replaceAll(' ', '\u00b7') || '\u2205'}</span>
            <i>{value === undefined ? '' : colour === undefined ? bare(value, digits) : `${value > 0 ? '+' : ''}${formatSigned(value, digits)}`.replace(/0(?=[.,])/, '')}</i>
          </li>
        );
      })}
    </ol>
  );
}

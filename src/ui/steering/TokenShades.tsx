interface Props {
  readonly words: readonly string[];
  /** One for each word; undefined has no shade. */
  readonly values: readonly (number | undefined)[];
  /** Value of the darkest shade. */
  readonly most: number;
  readonly digits: number;
  readonly label: string;
}

/** The text with a number under each token, darker where it is larger. */
export function TokenShades({ words, values, most, digits, label }: Props) {
  return (
    <ol className="sshades" aria-label={label}>
      {words.map((word, i) => {
        const value = values[i];
        return (
          <li key={i} data-shade={value === undefined ? '' : Math.min(7, Math.max(0, Math.round((7 * value) / (most || 1))))}>
            <span>{word.replaceAll('\n', '\u21b5').replaceAll(' ', '\u00b7') || '\u2205'}</span>
            <i>{value === undefined ? '' : value.toFixed(digits).replace(/^0\./, '.')}</i>
          </li>
        );
      })}
    </ol>
  );
}

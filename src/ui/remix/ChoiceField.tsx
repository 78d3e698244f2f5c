interface Props<T extends string> {
  readonly label: string;
  readonly value: T;
  readonly options: readonly T[];
  readonly name: (option: T) => string;
  readonly onChoose: (option: T) => void;
  /** Accessible name, where the label says too little by itself. */
  readonly long?: string;
}

/** A setting with few values. */
export function ChoiceField<T extends string>({ label, value, options, name, onChoose, long = label }: Props<T>) {
  return (
    <label className="rfield">
      <span className="k">{label}</span>
      <select className="quiet" aria-label={long} value={value} onChange={(event) => onChoose(options.find((option) => option === event.target.value) ?? value)}>
        {options.map((option) => (
          <option key={option} value={option}>
            {name(option)}
          </option>
        ))}
      </select>
    </label>
  );
}

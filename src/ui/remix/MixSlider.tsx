interface Props {
  /** 0 to 1 */
  readonly value: number;
  /** The router's own weight, a tick on the track. */
  readonly was: number;
  /** Right end of the track. */
  readonly most: number;
  readonly label: string;
  readonly text: string;
  readonly onChange: (value: number) => void;
}

/** A native slider under its own drawing: fill, the router's tick, and a knob. */
export function MixSlider({ value, was, most, label, text, onChange }: Props) {
  const at = (weight: number): string => `${(100 * Math.min(weight, most)) / most}%`;
  return (
    <div className="mixtrack">
      <i className="fill" style={{ width: at(value) }} />
      <i className="was" style={{ left: at(was) }} />
      <input type="range" aria-label={label} aria-valuetext={text} min={0} max={most} step={0.005} value={Math.min(value, most)} onChange={(event) => onChange(Number(event.target.value))} />
    </div>
  );
}

import { plain } from '../../base/numerals';
import { lastStep, stepOf, valueAt, type PowerScale } from '../../state/steering/powerScale';
import { strings } from '../../state/strings';
import { CardNumber } from './CardBar';

interface Props {
  readonly label: string;
  readonly long: string;
  readonly value: number;
  readonly scale: PowerScale;
  /** What may be typed. */
  readonly from: number;
  readonly to: number;
  readonly onValue: (value: number) => void;
}

/** A slider whose steps are factors, and the exact number beside it. */
export function CardSlider({ label, long, value, scale, from, to, onValue }: Props) {
  const [step, last] = [stepOf(scale, value), lastStep(scale)];
  return (
    <span className="rfield spower">
      <span className="k" aria-hidden="true">
        {label}
      </span>
      <input type="range" aria-label={strings.steering.slider(long)} aria-valuetext={plain(value)} min={0} max={last} step={1} value={step} style={{ ['--p' as string]: `${(100 * step) / last}%` }} onChange={({ target }) => onValue(valueAt(scale, Number(target.value)))} />
      <CardNumber label="" long={long} value={value} from={from} to={to} onValue={onValue} />
    </span>
  );
}

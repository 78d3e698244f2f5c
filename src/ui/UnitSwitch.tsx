import { patch } from '../state/app';
import { UNITS } from '../state/settings';
import { strings } from '../state/strings';
import { useApp, useAppState } from './context';

/** Entropy in bits or in nats, everywhere on the screen. */
export function UnitSwitch() {
  const app = useApp();
  const unit = useAppState((state) => state.view.unit);
  return (
    <span className="seg" role="group" aria-label={strings.sentence.unit}>
      {UNITS.map((option) => (
        <button key={option} type="button" aria-pressed={option === unit} onClick={() => patch(app, 'view', { unit: option })}>
          {strings.units[option]}
        </button>
      ))}
    </span>
  );
}

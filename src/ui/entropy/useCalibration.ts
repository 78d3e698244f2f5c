import { calibrationOf } from '../../state/entropy/calibration';
import { ownSettings } from '../../state/entropy/settings';
import { useAppState } from '../context';

/** Scores of the calibration set for the rule that is set; undefined where there are none. Entropies in nats. */
export function useCalibration(): Float64Array | undefined {
  return useAppState((state) => calibrationOf(state.entropy.calibration, ownSettings(state.entropy), state.view.candidates));
}

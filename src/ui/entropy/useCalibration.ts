import { useAppState } from '../context';

/** First-token entropies of the calibration set, nats; undefined while there are none. */
export function useCalibration(): Float64Array | undefined {
  const calibration = useAppState((state) => state.entropy.calibration);
  return calibration.phase === 'ready' ? calibration.nats : undefined;
}

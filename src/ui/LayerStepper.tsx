import { strings } from '../state/strings';
import { useAppState } from './context';

/** Up and down the stack of layers. */
export function LayerStepper({ onStep }: { readonly onStep: (by: number) => void }) {
  const row = useAppState((state) => state.focus.row);
  const rows = useAppState((state) => state.traces.current?.trace.model.moeLayers.length ?? 0);
  return (
    <span className="stepper">
      <button type="button" aria-label={strings.flow.previousLayer} disabled={row <= 0} onClick={() => onStep(-1)}>
        {'\u2212'}
      </button>
      <button type="button" aria-label={strings.flow.nextLayer} disabled={row >= rows - 1} onClick={() => onStep(1)}>
        +
      </button>
    </span>
  );
}

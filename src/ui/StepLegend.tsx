import { shareCount } from '../state/stepEntropy';
import { strings } from '../state/strings';
import type { Trace } from '../trace/trace';
import { diamond } from '../viz/marks';
import { useAppState } from './context';
import { StepEndPick } from './StepEndPick';
import { useSteps } from './useSteps';

const MARK = diamond(7, 7, 5.5);

/** Keys of the entropy row, the choice of what ends a step, and how many first tokens reach the threshold. */
export function StepLegend({ trace }: { readonly trace: Trace }) {
  const tau = useAppState((state) => state.view.tau);
  const { above, n } = shareCount(useSteps(trace), tau);
  // The Entropy view has the choice in its own head.
  const chosenThere = useAppState((state) => state.view.panel === 'entropy');
  const text = strings.timeline;
  return (
    <>
      {!chosenThere && <StepEndPick />}
      <span className="step-key first">
        <svg width="14" height="14" aria-hidden="true">
          <path className="step below" d={MARK} />
        </svg>
        {text.firstKey}
      </span>
      <span className="step-key" data-above={above} data-steps={n}>
        <svg width="14" height="14" aria-hidden="true">
          <path className="step above" d={MARK} />
        </svg>
        {text.aboveKey(above, n)}
      </span>
    </>
  );
}

import { patch } from '../state/app';
import { STEP_ENDS, type SettingValues } from '../state/settings';
import { shareCount, stepEntropy } from '../state/stepEntropy';
import { strings } from '../state/strings';
import type { Trace } from '../trace/trace';
import { diamond } from '../viz/marks';
import { useApp, useAppState } from './context';

const MARK = diamond(7, 7, 5.5);

/** Keys of the entropy row, the choice of what ends a step, and how many first tokens reach the threshold. */
export function StepLegend({ trace }: { readonly trace: Trace }) {
  const app = useApp();
  const tau = useAppState((state) => state.view.tau);
  const end = useAppState((state) => state.view.stepEnd);
  const { above, n } = shareCount(stepEntropy(trace, end), tau);
  const text = strings.timeline;
  return (
    <>
      <label className="pick">
        {text.stepEnd}{' '}
        <select value={end} onChange={(event) => patch(app, 'view', { stepEnd: event.target.value as SettingValues['stepEnd'] })}>
          {STEP_ENDS.map((name) => (
            <option key={name} value={name}>
              {text.ends[name]}
            </option>
          ))}
        </select>
      </label>
      <span className="step-key">
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

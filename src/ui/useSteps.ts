import { useMemo } from 'react';
import { stepEntropy, type StepEntropy } from '../state/stepEntropy';
import type { Trace } from '../trace/trace';
import { useAppState } from './context';

/** First tokens of the text's steps as the page's settings say. */
export function useSteps(trace: Trace): StepEntropy {
  const end = useAppState((state) => state.view.stepEnd);
  const candidates = useAppState((state) => state.view.candidates);
  const pattern = useAppState((state) => state.entropy.pattern);
  return useMemo(() => stepEntropy(trace, { end, candidates, pattern }), [trace, end, candidates, pattern]);
}

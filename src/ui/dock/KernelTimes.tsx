import { useState } from 'react';
import { saveKernelTimes, timesSentence } from '../../state/kernelTimes';
import { strings } from '../../state/strings';
import { useApp, useAppState } from '../context';

/** Runs the text once more with every kernel timed; what came of it is said below the button. */
export function KernelTimes() {
  const app = useApp();
  const text = strings.traces.kernels;
  const idle = useAppState((state) => state.run.status === 'idle');
  const [running, setRunning] = useState(false);
  const [told, setTold] = useState('');

  const save = async (): Promise<void> => {
    setTold('');
    setRunning(true);
    const outcome = await saveKernelTimes(app);
    setRunning(false);
    if (outcome !== undefined) setTold('fault' in outcome ? outcome.fault : timesSentence(outcome.result));
  };

  return (
    <>
      <button type="button" className="btn" disabled={running || !idle} title={text.hint} onClick={() => void save()}>
        {running ? text.running : text.button}
      </button>
      <p role="status" className="label-note kernel-times">
        {told}
      </p>
    </>
  );
}

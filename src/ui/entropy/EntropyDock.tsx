import { strings } from '../../state/strings';
import { memo, useEffect } from 'react';
import type { Trace } from '../../trace/trace';
import { loadCalibration } from '../../state/entropy/calibration';
import { useApp, useAppState } from '../context';
import { HandoverBenchPanel } from './BenchPanel';
import { CurvePanel } from './CurvePanel';
import { StepPanel } from './StepPanel';
import { TimePanel } from './TimePanel';
import { useHandover } from './useHandover';

/** Which of two models writes the next step: the steps of the text on the left, what a threshold buys on the right. */
export default function EntropyDock() {
  const app = useApp();
  const trace = useAppState((state) => state.traces.current?.trace);
  useEffect(() => void loadCalibration(app), [app]);
  if (trace === undefined || trace.tokens.ids.length === 0) return <p className="nothing">{strings.sentence.none}</p>;
  return (
    <div className="p-entropy">
      <div className="ent">
        <StepPanel trace={trace} />
        <Bought trace={trace} />
      </div>
      <HandoverBenchPanel />
    </div>
  );
}

/** What a threshold buys, and where the time goes. */
const Bought = memo(function Bought({ trace }: { readonly trace: Trace }) {
  const handover = useHandover();
  return (
    <div className="ent-right">
      <CurvePanel handover={handover} />
      <TimePanel trace={trace} handover={handover} />
    </div>
  );
});

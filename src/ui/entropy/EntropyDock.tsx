import { strings } from '../../state/strings';
import { useAppState } from '../context';
import { StepPanel } from './StepPanel';
import { TimePanel } from './TimePanel';

/** Which of two models writes the next step: the steps of the text on the left, what a threshold buys on the right. */
export default function EntropyDock() {
  const trace = useAppState((state) => state.traces.current?.trace);
  if (trace === undefined || trace.tokens.ids.length === 0) return <p className="nothing">{strings.sentence.none}</p>;
  return (
    <div className="p-entropy">
      <div className="ent">
        <StepPanel trace={trace} />
        <div className="ent-right">
          <TimePanel trace={trace} />
        </div>
      </div>
    </div>
  );
}

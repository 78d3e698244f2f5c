import { fixed } from '../../base/numerals';
import type { DataTable } from '../../base/table';
import type { StepReport } from '../../state/remix/types';
import type { MethodRun } from '../../state/remix/state';
import { strings } from '../../state/strings';
import { useAppState } from '../context';
import { Panel } from '../Panel';
import { useSize } from '../useSize';
import { LossChart, type LossPoint } from './LossChart';

const HEIGHT = 176;

/** What the method lowers and what it should lower, step by step as it happens. */
export function LossPanel() {
  const run = useAppState((state) => state.remix.run);
  const { ref, width } = useSize<HTMLDivElement>();
  const text = strings.remix.loss;
  const steps = runSteps(run);
  const points = steps.map(pointOf);
  const last = steps.at(-1);
  const oracle = methodOf(run) === 'oracle';
  return (
    <Panel id="remix-loss" className="p-loss" title={text.title} formula={text.formula} n="" tools={last !== undefined && <span className="ax">{text.progress(last.step, last.steps)}</span>} table={steps.length === 0 ? undefined : () => lossTable(steps)}>
      <div ref={ref}>{steps.length === 0 ? <p className="nothing">{text.empty}</p> : width > 0 && <LossChart points={points} steps={last?.steps ?? 1} width={width} height={HEIGHT} label={lossSentence(points)} />}</div>
      <p className="rsay" aria-live="polite">
        {run.phase === 'cancelled' && text.cancelled(last?.step ?? 0)}
        {run.phase === 'failed' && `${text.failed}${run.message}`}
        {run.phase === 'done' && text.done(strings.remix.control.shortMethods[run.result.settings.method])}
        {oracle && ` ${text.oracle}`}
      </p>
      {run.phase === 'done' &&
        run.result.notes.map((note) => (
          <p key={note} className="warn">
            {note}
          </p>
        ))}
    </Panel>
  );
}

export function runSteps(run: MethodRun): readonly StepReport[] {
  return run.phase === 'done' ? run.result.steps : run.phase === 'running' || run.phase === 'cancelled' ? run.steps : [];
}

function methodOf(run: MethodRun): string | undefined {
  return run.phase === 'done' ? run.result.settings.method : run.phase === 'running' || run.phase === 'cancelled' ? run.settings.method : undefined;
}

function pointOf({ step, surrogateLoss, trueLoss }: StepReport): LossPoint {
  return { step, surrogate: surrogateLoss, truth: trueLoss };
}

/** The figure in a sentence. */
export function lossSentence(points: readonly LossPoint[]): string {
  const text = strings.remix.loss;
  const part = (kind: 'surrogate' | 'truth'): string => {
    const values = points.flatMap((point) => point[kind] ?? []);
    return values.length === 0 ? '' : text.part(text.short[kind], fixed(values[0] ?? 0, 2), fixed(values.at(-1) ?? 0, 2));
  };
  return text.sentence(Math.max(0, points.length - 1), part('surrogate'), part('truth')).trim();
}

function lossTable(steps: readonly StepReport[]): DataTable {
  const [step, surrogate, truth, rate, change] = strings.remix.loss.columns;
  return {
    columns: [{ name: step }, { name: surrogate, decimals: 4 }, { name: truth, decimals: 4 }, { name: rate, decimals: 6 }, { name: change, decimals: 4 }],
    rows: steps.map((one) => [one.step, one.surrogateLoss, one.trueLoss, one.rate, one.change.reduce((sum, value) => sum + value, 0)]),
  };
}

import { useMemo } from 'react';
import type { DataTable } from '../../base/table';
import { summariseSteps } from '../../state/c3poSummary';
import type { Results } from '../../state/results';
import { strings } from '../../state/strings';
import { useAppState } from '../context';
import { percent } from '../model/Interval';
import { Panel } from '../Panel';
import { useSize } from '../useSize';
import { SourceSwitch, useSource } from './SourceSwitch';
import { StepsChart, type StepSeries } from './StepsChart';

const ARMS = ['ngd', 'oracle'] as const;

type Summary = ReturnType<typeof summariseSteps>;

/** Right answers after each step, and the answers that changed both ways. */
export function StepsPanel({ results }: { readonly results: Results | undefined }) {
  const bench = useAppState((state) => state.remix.bench.results);
  const { ref, width } = useSize<HTMLDivElement>();
  const text = strings.remixFigures.steps;
  const live = useMemo(() => seriesOf(Object.fromEntries(ARMS.map((arm) => [arm, bench.length === 0 ? [] : summariseSteps(bench, arm)]))), [bench]);
  const shipped = useMemo(() => seriesOf((results?.['byStep'] ?? {}) as Readonly<Record<string, Summary>>), [results]);
  const source = useSource(live.length > 0, shipped.length > 0);
  const series = source.name === 'here' ? live : shipped;
  const [first] = series;
  const end = first?.steps.at(-1);
  const say = first === undefined || end === undefined ? '' : text.say(first.name, percent(first.steps[0]?.share ?? 0), percent(end.share), end.fixed, end.broken);
  const table = (): DataTable => ({
    columns: text.columns.map((name, i) => (i < 2 || i > 4 ? { name } : { name, decimals: 4 })),
    rows: series.flatMap(({ name, steps }) => steps.map(({ step, share, low, high, fixed, broken }) => [name, step, share, low, high, fixed, broken])),
  });
  return (
    <Panel id="remix-steps" className="p-steps" title={text.title} formula={text.formula} n={source.name === 'here' ? (bench.length === 0 ? '' : String(bench.length)) : String(results?.summary['n'] ?? '')} tools={<SourceSwitch source={source} />} table={series.length === 0 ? undefined : table}>
      <div ref={ref}>{series.length === 0 ? <p className="nothing">{text.empty}</p> : width > 0 && <StepsChart series={series} width={width} label={`${text.title}. ${say}`} />}</div>
      {series.length > 0 && (
        <div className="keys" aria-hidden="true">
          <span>
            <i className="rflip up" />
            {text.fixed}
          </span>
          <span>
            <i className="rflip down" />
            {text.broken}
          </span>
        </div>
      )}
      <p className="rsay">{say}</p>
    </Panel>
  );
}

/** Arms that have steps, in their order. */
export function seriesOf(byStep: Readonly<Record<string, Summary>>): readonly StepSeries[] {
  return ARMS.flatMap((arm) => {
    const steps = byStep[arm] ?? [];
    return steps.length === 0 ? [] : [{ arm, name: strings.remixFigures.steps.arms[arm] ?? arm, steps: steps.map(({ step, accuracy, fixed, broken }) => ({ step, share: accuracy.share, low: accuracy.low, high: accuracy.high, fixed, broken })) }];
  });
}

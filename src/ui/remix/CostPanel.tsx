import { useMemo } from 'react';
import { fixed } from '../../base/numerals';
import type { DataTable } from '../../base/table';
import { armsOf, summariseArms, type ArmSummary } from '../../state/c3poSummary';
import type { Results } from '../../state/results';
import { ARMS } from '../../state/remix/types';
import { strings } from '../../state/strings';
import { useAppState } from '../context';
import { percent } from '../model/Interval';
import { Panel } from '../Panel';
import { useSize } from '../useSize';
import { CostChart, type CostPoint } from './CostChart';
import { SourceSwitch, useSource } from './SourceSwitch';

const HEIGHT = 262;

/** What every arm costs, and what it gives. */
export function CostPanel({ results }: { readonly results: Results | undefined }) {
  const bench = useAppState((state) => state.remix.bench);
  const { ref, width } = useSize<HTMLDivElement>();
  const text = strings.remixFigures.cost;
  const live = useMemo(() => (bench.results.length === 0 ? [] : costPoints(summariseArms(bench.results, bench.arms))), [bench.results, bench.arms]);
  const shipped = useMemo(() => (results === undefined ? [] : costPoints(armsOf(results.summary))), [results]);
  const source = useSource(live.length > 0, shipped.length > 0);
  const points = source.name === 'here' ? live : shipped;
  const table = (): DataTable => ({ columns: text.columns.map((name, i) => (i === 0 ? { name } : { name, decimals: i === 1 ? 2 : 4 })), rows: points.map(({ name, cost, share, low, high }) => [name, cost, share, low, high]) });
  return (
    <Panel id="remix-cost" className="p-cost" title={text.title} formula={text.formula} n={source.name === 'here' ? (bench.results.length === 0 ? '' : String(bench.results.length)) : String(results?.summary['n'] ?? '')} tools={<SourceSwitch source={source} />} table={points.length === 0 ? undefined : table}>
      <div ref={ref}>{points.length === 0 ? <p className="nothing">{text.empty}</p> : width > 0 && <CostChart points={points} width={width} height={HEIGHT} label={`${text.title}. ${points.map(({ name, cost, share }) => `${name} ${fixed(cost, 1)}, ${percent(share)}`).join('; ')}.`} />}</div>
      {points.length > 0 && <p className="rsay">{text.say}</p>}
    </Panel>
  );
}

/** Arms with a cost; one that ran elsewhere has none. */
export function costPoints(rows: readonly ArmSummary[]): readonly CostPoint[] {
  return rows.flatMap(({ arm, cost, share, low, high }) => (Number.isFinite(cost) ? [{ arm, name: nameOf(arm), cost, share, low, high, usesLabel: arm === 'oracle' }] : []));
}

/** The arm's name without what stands in brackets. */
function nameOf(arm: string): string {
  const known = ARMS.find((one) => one === arm);
  return known === undefined ? arm : strings.remix.bench.arm[known].replace(/ \(.*\)$/, '');
}

import { useState } from 'react';
import { plain } from '../../base/numerals';
import type { DataTable } from '../../base/table';
import { sweepRice, type RiceCard, type RiceMarker, type SweepPoint } from '../../state/steering/rice';
import type { Results } from '../../state/results';
import { strings } from '../../state/strings';
import { useApp, useAppState } from '../context';
import { Panel } from '../Panel';
import { useSize } from '../useSize';
import { LineChart, type Line } from './LineChart';

const HEIGHT = 190;
const VIEWS = ['shipped', 'here'] as const;

interface Estimate {
  readonly mean: number;
  readonly low: number;
  readonly high: number;
}

export interface SweepRow {
  readonly beta: number;
  readonly top: Estimate;
  readonly random: Estimate;
  readonly topLessRandom: Estimate;
}

interface WrittenRow {
  readonly beta: number;
  readonly renormalise: boolean;
  readonly n: number;
  readonly degenerate: number;
}

/** Top and random experts by beta over the texts of the evaluation. */
export function sweepLines(rows: readonly SweepRow[]): Line[] {
  const text = strings.steering.rice.sweepNames;
  return [
    { id: 'random', name: text.random, kind: 'dashed', points: rows.map(({ random }, i) => ({ x: i, y: random.mean, low: random.low, high: random.high })) },
    { id: 'top', name: text.top, kind: 'main', points: rows.map(({ top }, i) => ({ x: i, y: top.mean, low: top.low, high: top.high })) },
  ];
}

/** The same on the text on screen, with a cross where what was written fell apart. */
export function liveSweepLines(points: readonly SweepPoint[]): Line[] {
  const text = strings.steering.rice.sweepNames;
  const flagged = points.flatMap(({ steered, degenerate }, i) => (degenerate === true ? [{ x: i, y: steered }] : []));
  return [
    { id: 'random', name: text.random, kind: 'dashed', points: points.map(({ random }, i) => ({ x: i, y: random })) },
    { id: 'steered', name: text.steered, kind: 'main', points: points.map(({ steered }, i) => ({ x: i, y: steered })) },
    ...(flagged.length === 0 ? [] : [{ id: 'flags', name: text.flags, kind: 'flags' as const, points: flagged }]),
  ];
}

/** The marker's probability over beta: of the evaluation, or of the text on screen. */
export function SweepPanel({ results, card, shipped, shown }: { readonly results: Results | undefined; readonly card: RiceCard; readonly shipped: readonly RiceMarker[]; readonly shown: string }) {
  const app = useApp();
  const [chosen, setView] = useState<(typeof VIEWS)[number]>();
  const ready = useAppState((state) => state.session.phase === 'ready' && state.run.status === 'idle');
  const { ref, width } = useSize<HTMLDivElement>();
  const text = strings.steering.rice;
  const tables = (results?.['markers'] ?? {}) as Readonly<Record<string, { readonly sweep: readonly SweepRow[] }>>;
  const rows = tables[shown]?.sweep ?? [];
  const view = chosen ?? (card.sweep.length > 0 || rows.length === 0 ? 'here' : 'shipped');
  const { sweep } = card;
  const count = view === 'shipped' ? rows.length : sweep.length;
  const table = (): DataTable =>
    view === 'shipped'
      ? { columns: text.tableBeta.map((name, i) => (i === 0 ? { name } : { name, decimals: 5 })), rows: rows.map(({ beta, top, random, topLessRandom }) => [beta, top.mean, random.mean, topLessRandom.mean, topLessRandom.low, topLessRandom.high]) }
      : { columns: text.sweepColumns.map((name, i) => (i === 1 || i === 2 ? { name, decimals: 6 } : { name })), rows: sweep.map(({ beta, steered, random, degenerate }) => [beta, steered, random, degenerate === undefined ? '' : degenerate ? text.yes : text.no]) };
  const written = view === 'shipped' ? ((results?.['written'] ?? []) as readonly WrittenRow[]).filter(({ renormalise }) => renormalise) : [];
  return (
    <Panel id="rice-sweep" className="p-steer" title={text.sweep} formula={strings.dock.formula.sweep} n={view === 'shipped' && rows.length > 0 ? String(results?.summary[`${shown}N`]) : ''} table={count === 0 ? undefined : table}>
      <div className="dock-line">
        <span className="seg" role="group" aria-label={text.sweepView}>
          {VIEWS.map((name) => (
            <button key={name} type="button" aria-pressed={name === view} disabled={name === 'shipped' && rows.length === 0} onClick={() => setView(name)}>
              {text.sweepViews[name]}
            </button>
          ))}
        </span>
        <span className="grow" />
        <button
          type="button"
          className="link"
          disabled={!ready}
          onClick={() => {
            setView('here');
            void sweepRice(app, shipped, shown);
          }}
        >
          {text.sweepRun}
        </button>
      </div>
      <div ref={ref}>
        {count === 0 ? (
          <p className="nothing">{view === 'here' ? text.sweepEmpty : strings.steering.noResults}</p>
        ) : (
          width > 0 && <LineChart lines={view === 'shipped' ? sweepLines(rows) : liveSweepLines(sweep)} width={width} height={HEIGHT} label={`${text.sweep}. ${text.sweepFormula}, ${text.sweepViews[view]}`} xLabel={text.sweepX} names={(view === 'shipped' ? rows : sweep).map(({ beta }) => plain(beta))} digits={5} />
        )}
      </div>
      {written.length > 0 && <p className="rsay">{written.map(({ beta, degenerate, n }) => text.sweepWritten(beta, degenerate, n)).join('; ')}.</p>}
    </Panel>
  );
}

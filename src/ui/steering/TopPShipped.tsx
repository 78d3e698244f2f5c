import { useState } from 'react';
import type { DataTable } from '../../base/table';
import type { Results } from '../../state/results';
import { strings } from '../../state/strings';
import { Panel } from '../Panel';
import { useSize } from '../useSize';
import { LineChart, type Line } from './LineChart';
import { ValueRows, type ValueRow } from './ValueRows';

const HEIGHT = 230;

export interface FrontierRow {
  readonly arm: string;
  readonly kind: 'static' | 'top-p' | 'random' | 'paper';
  readonly meanExperts: number;
  readonly bitsPerByte: { readonly mean: number; readonly low: number; readonly high: number };
}

/** Curves of the shipped file: top-p, a fixed number, and chance. The paper's own rule lies off the scale and stands in the table. */
export function frontierLines(rows: readonly FrontierRow[]): Line[] {
  const text = strings.steering.topP;
  const line = (id: string, name: string, kind: Line['kind'], of: readonly FrontierRow[]): Line => ({ id, name, kind, points: of.map(({ meanExperts, bitsPerByte }) => ({ x: meanExperts, y: bitsPerByte.mean })).sort((a, b) => a.x - b.x) });
  const fixed = rows.filter(({ kind }) => kind === 'static');
  return [
    line('static', text.static, 'dashed', fixed),
    line('random', text.byChance, 'dots', rows.filter(({ kind }) => kind === 'random')),
    line('top-p', text.byMass, 'main', rows.filter(({ kind }) => kind === 'top-p')),
  ].filter(({ points }) => points.length > 0);
}

/** Quality against mean experts, top-p beside a fixed number and beside chance. */
export function FrontierPanel({ results }: { readonly results: Results | undefined }) {
  const { ref, width } = useSize<HTMLDivElement>();
  const text = strings.steering.topP;
  const rows = (results?.['frontier'] ?? []) as readonly FrontierRow[];
  const table = (): DataTable => ({
    columns: text.columns.map((name, i) => (i === 0 ? { name } : { name, decimals: 4 })),
    rows: rows.map(({ arm, meanExperts, bitsPerByte: { mean, low, high } }) => [arm, meanExperts, mean, low, high]),
  });
  return (
    <Panel id="top-p-frontier" className="p-steer" title={text.frontier} formula={text.frontierFormula} n={results === undefined ? '' : String(results.summary['tokens'])} table={rows.length === 0 ? undefined : table}>
      <div ref={ref}>{rows.length === 0 ? <p className="nothing">{strings.steering.noResults}</p> : width > 0 && <LineChart lines={frontierLines(rows)} width={width} height={HEIGHT} label={`${text.frontier}. ${text.frontierFormula}`} xLabel={text.frontierX} digits={4} />}</div>
    </Panel>
  );
}

interface KindRow {
  readonly name: string;
  readonly n: number;
  readonly meanExperts: number;
}

const KINDS = ['levels', 'domains', 'families'] as const;

/** Rows of a table of the shipped file; levels get the word in front of their number. */
export function kindRows(kind: (typeof KINDS)[number], rows: readonly KindRow[]): ValueRow[] {
  const named = rows.map(({ name, n, meanExperts }) => ({ name: kind === 'levels' ? strings.steering.topP.level(name) : kind === 'domains' ? strings.names.domain(name) : strings.names.family(name), n, value: meanExperts }));
  return kind === 'levels' ? named : named.sort((a, b) => b.value - a.value);
}

/** Mean experts of questions by level and family, and of texts by domain. */
export function KindsPanel({ results }: { readonly results: Results | undefined }) {
  const [kind, setKind] = useState<(typeof KINDS)[number]>('levels');
  const { ref, width } = useSize<HTMLDivElement>();
  const text = strings.steering.topP;
  const rows = kindRows(kind, (results?.[kind] ?? []) as readonly KindRow[]);
  const table = (): DataTable => ({ columns: [{ name: text.kindNames[kind] }, { name: text.tableExperts, decimals: 4 }, { name: 'n' }], rows: rows.map(({ name, value, n }) => [name, value, n]) });
  return (
    <Panel id="top-p-kinds" className="p-steer" title={text.kinds} formula={strings.dock.formula.kinds} n={kind === 'domains' ? '' : String(results?.summary['questions'] ?? '')} table={rows.length === 0 ? undefined : table}>
      <div className="dock-line">
        <span className="seg" role="group" aria-label={text.kinds}>
          {KINDS.map((one) => (
            <button key={one} type="button" aria-pressed={one === kind} onClick={() => setKind(one)}>
              {text.kindNames[one]}
            </button>
          ))}
        </span>
      </div>
      <div ref={ref}>{rows.length === 0 ? <p className="nothing">{strings.steering.noResults}</p> : width > 0 && <ValueRows rows={rows} digits={3} width={width} label={`${text.kinds}, ${text.kindNames[kind]}`} />}</div>
      {rows.length > 0 && kind === 'levels' && <p className="rsay">{text.levelsSay}</p>}
    </Panel>
  );
}

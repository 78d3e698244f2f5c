import { useState } from 'react';
import { errorMessage } from '../base/errors';
import type { Bench } from './run';
import { type Measured, SECTION_NAMES, type SectionName, type Sections, summarise } from './report';
import type { BenchStrings } from './strings';
import { type TextTable, tableOf } from './table';

export interface PageProps {
  readonly strings: BenchStrings;
  readonly open: (quick: boolean) => Promise<Bench>;
  /** What Run measures. */
  readonly sections: readonly SectionName[];
}

type Found = { readonly [N in SectionName]?: Measured<N> };

function Table({ table, label }: { readonly table: TextTable; readonly label: string }) {
  return (
    <div className="bench-scroll" tabIndex={0} role="region" aria-label={label}>
      <table>
        <thead>
          <tr>{table.head.map((cell) => <th key={cell} scope="col">{cell}</th>)}</tr>
        </thead>
        <tbody>
          {table.rows.map((row, i) => <tr key={i}>{row.map((cell, j) => <td key={j}>{cell}</td>)}</tr>)}
        </tbody>
      </table>
    </div>
  );
}

/** Everything that was measured, as a file. */
function reportBlob(found: Found): string {
  const sections: Partial<Sections> = Object.fromEntries(Object.entries(found).map(([name, { results }]) => [name, results]));
  return URL.createObjectURL(new Blob([JSON.stringify({ summary: summarise(sections), sections: found }, undefined, 2)], { type: 'application/json' }));
}

/** The bench for a visitor: one button, a table for each section as it is done. */
export function Page({ strings, open, sections }: PageProps) {
  const [quick, setQuick] = useState(true);
  const [progress, setProgress] = useState<{ readonly label: string; readonly fraction: number }>();
  const [found, setFound] = useState<Found>({});
  const [error, setError] = useState('');
  const machine = Object.values(found)[0]?.machine;

  async function run(): Promise<void> {
    setError('');
    setFound({});
    try {
      setProgress({ label: strings.adapter, fraction: 0 });
      const bench = await open(quick);
      for (const [i, name] of sections.entries()) {
        const measured = await bench.run(name, (fraction, label) => setProgress({ label: strings.running(strings.sections[name], label), fraction: (i + fraction) / sections.length }));
        setFound((before) => ({ ...before, [name]: measured }));
      }
      bench.dispose();
    } catch (thrown) {
      setError(strings.failed(errorMessage(thrown)));
    }
    setProgress(undefined);
  }

  return (
    <main className="bench">
      <h1>{strings.title}</h1>
      <p className="bench-lead">{strings.lead}</p>
      <p>{strings.hint}</p>
      <div className="bench-controls">
        <button type="button" onClick={() => void run()} disabled={progress !== undefined}>{strings.run}</button>
        <label><input type="checkbox" checked={quick} disabled={progress !== undefined} onChange={(event) => setQuick(event.target.checked)} /> {strings.quick}</label>
        {Object.keys(found).length > 0 && progress === undefined ? <a download="bench.json" href={reportBlob(found)}>{strings.save}</a> : null}
      </div>
      <div role="status" className="bench-status">
        {progress === undefined ? error : <label>{progress.label} <progress value={progress.fraction} /></label>}
      </div>
      {machine === undefined ? null : <p>{`${strings.adapter}: ${machine.adapter}, ${machine.form}`}{machine.software ? <><br />{strings.software}</> : null}</p>}
      {SECTION_NAMES.map((name) => {
        const measured = found[name];
        if (measured === undefined) return null;
        return (
          <section key={name}>
            <h2>{strings.sections[name]}</h2>
            <Table table={tableOf(name, measured.results, strings)} label={strings.sections[name]} />
          </section>
        );
      })}
    </main>
  );
}

import type { ReactNode } from 'react';

/** How many questions a run in the page may take; 0 is all of them. */
const COUNTS = [20, 100, 0] as const;

export interface BenchControlsProps {
  /** What the run has come to. `milliseconds` is the time of the results so far. */
  readonly bench: { readonly phase: 'idle' | 'running' | 'stopped' | 'done' | 'failed'; readonly count: number; readonly total: number; readonly milliseconds: number; readonly results: readonly unknown[]; readonly message: string };
  readonly text: BenchText;
  /** Whether a run may begin. */
  readonly ready: boolean;
  readonly onCount: (count: number) => void;
  readonly onStart: () => void;
  readonly onStop: () => void;
  readonly onExport: () => void;
  readonly onClear: () => void;
  /** Puts the act at the right end of its line. */
  readonly spread?: boolean;
  /** Why a run may not begin. */
  readonly needs?: string;
  /** Further choices of the run, between the act and its progress. */
  readonly children?: ReactNode;
  /** How the run is done, in a sentence. */
  readonly settings?: string;
}

interface BenchText {
  readonly count: string;
  readonly all: string;
  readonly start: string;
  readonly startLong: string;
  readonly resume: string;
  readonly resumeLong: string;
  readonly cancel: string;
  readonly cancelLong: string;
  readonly progressLabel: string;
  readonly progress: (done: number, total: number) => string;
  readonly remaining: (time: string) => string;
  readonly minutes: (minutes: number) => string;
  readonly failed: string;
  readonly export: string;
  readonly clear: string;
  readonly clearLong: string;
}

/** A benchmark run in the page: how many questions, start, cancel and resume, progress, and what to do with the results. */
export function BenchControls({ bench, text, ready, onCount, onStart, onStop, onExport, onClear, spread = false, needs, children, settings }: BenchControlsProps) {
  const running = bench.phase === 'running';
  const done = bench.results.length;
  const left = bench.total - done;
  const goesOn = bench.phase === 'stopped' && left > 0;
  return (
    <>
      <div className="dock-line">
        <span className="k">{text.count}</span>
        <span className="seg" role="group" aria-label={text.count}>
          {COUNTS.map((count) => (
            <button key={count} type="button" aria-pressed={bench.count === count} disabled={running} onClick={() => onCount(count)}>
              {count === 0 ? text.all : count}
            </button>
          ))}
        </span>
        {spread && <span className="grow" />}
        {running ? (
          <button type="button" className="btn" aria-label={text.cancelLong} onClick={onStop}>
            {text.cancel}
          </button>
        ) : (
          <button type="button" className="btn solid" aria-label={goesOn ? text.resumeLong : text.startLong} disabled={!ready} onClick={onStart}>
            {goesOn ? text.resume : text.start}
          </button>
        )}
        {needs !== undefined && <span className="ax">{needs}</span>}
      </div>
      {children}
      {bench.total > 0 && (
        <div className="bench-progress">
          <progress aria-label={text.progressLabel} max={bench.total} value={done} />
          <span className="ax" role="status">
            {text.progress(done, bench.total)}
            {running && done > 0 && `, ${text.remaining(text.minutes((bench.milliseconds / done) * (left / 60_000)))}`}
          </span>
        </div>
      )}
      {bench.phase === 'failed' && (
        <p className="rfault" role="alert">
          {text.failed}
          {bench.message}
        </p>
      )}
      {settings !== undefined && <p className="rsay">{settings}</p>}
      {done > 0 && !running && (
        <div className="dock-line">
          <button type="button" className="link" onClick={onExport}>
            {text.export}
          </button>
          <button type="button" className="link" aria-label={text.clearLong} onClick={onClear}>
            {text.clear}
          </button>
        </div>
      )}
    </>
  );
}

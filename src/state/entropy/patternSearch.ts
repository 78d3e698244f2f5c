/** Runs a regular expression in a worker of its own, and ends the worker when its time is up. */
import { patternFault } from '../../base/pattern';
import type { StepStarts } from '../../analysis/steps';
import { strings } from '../strings';

export interface PatternQuestion {
  readonly id: number;
  readonly texts: readonly string[];
  /** Position of the first of them. */
  readonly from: number;
  readonly source: string;
  readonly limitMs: number;
}

export type PatternAnswer = { readonly type: 'ready' } | { readonly type: 'found'; readonly id: number; readonly starts: StepStarts | { readonly refused: string } };

/** What a search needs of a `Worker`. */
export interface PatternPort {
  onmessage: ((event: MessageEvent<PatternAnswer>) => void) | null;
  onerror: ((event: ErrorEvent) => void) | null;
  postMessage(question: PatternQuestion): void;
  terminate(): void;
}

/** Between two attempts the worker looks at the clock and gives what it has found. */
const LIMIT_MS = 150;
/** A single attempt that goes on for longer than this is ended with its worker. */
const KILL_MS = 400;

function spawnWorker(): PatternPort {
  return new Worker(new URL('./patternWorker.ts', import.meta.url), { type: 'module', name: 'pattern' });
}

export interface PatternSearcher {
  /** First tokens of the steps, or why there are none, as a sentence. A newer search takes the place of one under way, which then never settles. */
  search(texts: readonly string[], from: number, source: string): Promise<StepStarts | { readonly refused: string }>;
}

/** @param spawn makes the worker at the first search, and again after one was ended */
export function createPatternSearcher(spawn: () => PatternPort = spawnWorker, kill = KILL_MS): PatternSearcher {
  let port: PatternPort | undefined;
  let ready = false;
  let nextId = 1;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let waiting: { readonly question: PatternQuestion; readonly settle: (starts: StepStarts | { readonly refused: string }) => void } | undefined;
  let asked = false;

  const end = (): void => {
    clearTimeout(timer);
    port?.terminate();
    port = undefined;
    ready = false;
    asked = false;
  };
  const finish = (starts: StepStarts | { readonly refused: string }): void => {
    const done = waiting;
    waiting = undefined;
    asked = false;
    clearTimeout(timer);
    done?.settle(starts);
  };
  const ask = (): void => {
    if (!ready || asked || waiting === undefined) return;
    asked = true;
    port?.postMessage(waiting.question);
    timer = setTimeout(() => {
      end();
      finish({ refused: strings.entropy.pattern.stopped(kill) });
    }, kill);
  };
  const start = (): PatternPort => {
    const made = spawn();
    made.onmessage = ({ data }) => {
      if (port !== made) return;
      if (data.type === 'ready') ready = true;
      else {
        asked = false;
        clearTimeout(timer);
        if (data.id === waiting?.question.id) finish(data.starts);
      }
      ask();
    };
    made.onerror = () => {
      if (port !== made) return;
      end();
      finish({ refused: strings.entropy.pattern.failed });
    };
    return made;
  };
  return {
    search: (texts, from, source) => {
      const refused = patternFault(source);
      if (refused !== undefined) return Promise.resolve({ refused });
      port ??= start();
      return new Promise((settle) => {
        waiting = { question: { id: nextId++, texts, from, source, limitMs: LIMIT_MS }, settle };
        ask();
      });
    },
  };
}

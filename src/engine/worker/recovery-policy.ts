/** What is tried after an engine was lost: bounded, and on the processor after the second loss of the GPU. */
import { errorCode } from '../../base/errors';
import type { Backend } from '../engine';

export interface Loss {
  /** Milliseconds of any clock that only goes forward. */
  readonly at: number;
  /** What was lost; undefined where it was lost before it ran. */
  readonly backend: Backend | undefined;
}

/** One try to have an engine again. */
export interface Try {
  readonly engine: 'same' | 'processor';
  /** Pause before it, ms: a browser may need a moment to give an adapter again. */
  readonly waitMs: number;
}

/** Losses further apart than this have nothing to do with each other, ms. */
export const WINDOW_MS = 10 * 60_000;
/** Losses of the processor's engine in the window after which it is given up. */
const MOST_ON_PROCESSOR = 2;

/** Whether the engine is gone, so that what it did can be done again elsewhere. */
export function isLoss(error: unknown): boolean {
  const code = errorCode(error);
  return code === 'device-lost' || code === 'engine-died';
}

/**
 * What to try, in order; nothing where it is time to give up.
 * @param losses with the one at hand as the last
 */
export function triesAfter(losses: readonly Loss[], now: number): readonly Try[] {
  const last = losses.at(-1);
  const same = losses.filter((loss) => now - loss.at < WINDOW_MS && (loss.backend === 'onnx') === (last?.backend === 'onnx'));
  if (last?.backend === 'onnx') return same.length > MOST_ON_PROCESSOR ? [] : [{ engine: 'processor', waitMs: 0 }, { engine: 'processor', waitMs: 1000 }];
  const processor: Try = { engine: 'processor', waitMs: 0 };
  if (same.length > 1) return [processor];
  return [{ engine: 'same', waitMs: 0 }, { engine: 'same', waitMs: 300 }, { engine: 'same', waitMs: 1000 }, processor];
}

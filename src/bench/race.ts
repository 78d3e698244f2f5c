/**
 * The protocol of docs/BENCHMARKS.md: nobody is timed whose result is wrong, everybody is warm, contenders take turns
 * in alternating order, and a run ends with its result in the host's memory.
 */
import { errorMessage } from '../base/errors';
import { median, pairedRatio, quantile, type Ratio, round } from './stats';

export const CONTENDERS = ['ours', 'ort-webgpu', 'ort-wasm', 'tfjs-webgpu', 'jax-js-webgpu'] as const;
export type ContenderName = (typeof CONTENDERS)[number];

/** One engine, ready to do one task again and again. */
export interface Contender {
  /** How it does the task, where there is more than one way. */
  readonly how: string;
  /** What comes before each run and is not timed. */
  prepare?(): Promise<void>;
  /** From the input in the host's memory to the result there; operands that do not change are on the device. */
  run(): Promise<ArrayLike<number>>;
  dispose(): void;
}

export interface Row {
  readonly name: string;
  readonly how: string;
  /** Why there are no times: it could not run, or what it gave was wrong. */
  readonly error?: string;
  /** Largest difference from the oracle, as a share of the oracle's largest number. */
  readonly difference?: number;
  /** Milliseconds of one run; of each round. */
  readonly ms?: readonly number[];
  readonly median?: number;
  readonly fastest?: number;
  readonly p95?: number;
  /** Theirs / ours over the same rounds: above 1 ours is faster. */
  readonly ratio?: Ratio;
}

export interface RaceOptions {
  /** Rounds that are counted, at most. */
  readonly rounds: number;
  /** Ends after `fewest` rounds once this is spent. */
  readonly budgetMs: number;
  readonly fewest: number;
  /** Largest difference that rounding explains, as a share of the oracle's largest number. */
  readonly tolerance: number;
}

/** Shorter samples are repeated: a submit alone costs milliseconds. */
const SAMPLE_MS = 20;
const MOST_REPEATS = 8;

/** Largest |got - want| over the largest |want|; infinite where lengths differ or a value is no number. */
export function differenceFrom(want: ArrayLike<number>, got: ArrayLike<number>): number {
  if (want.length !== got.length) return Infinity;
  let [worst, scale] = [0, 0];
  for (let i = 0; i < want.length; i++) {
    const difference = Math.abs((got[i] ?? NaN) - (want[i] ?? NaN));
    worst = Number.isNaN(difference) ? Infinity : Math.max(worst, difference);
    scale = Math.max(scale, Math.abs(want[i] ?? NaN));
  }
  return worst / Math.max(scale, 1e-30);
}

interface Entry {
  readonly name: string;
  readonly contender: Contender;
  readonly difference: number;
  readonly repeats: number;
  readonly ms: number[];
}

type Checked = { readonly entry: Entry } | { readonly row: Row };

/** Makes, checks and warms one contender. The warm run after the check is what its number of repeats is taken from. */
async function check(name: string, make: () => Promise<Contender>, want: ArrayLike<number>, tolerance: number): Promise<Checked> {
  let contender: Contender | undefined;
  try {
    contender = await make();
    await contender.prepare?.();
    const difference = differenceFrom(want, await contender.run());
    if (!(difference <= tolerance)) {
      contender.dispose();
      return { row: { name, how: contender.how, difference, error: `wrong: differs by ${difference.toExponential(1)} of the largest number` } };
    }
    await timed(contender);
    const ms = await timed(contender);
    return { entry: { name, contender, difference, repeats: Math.max(1, Math.min(MOST_REPEATS, Math.ceil(SAMPLE_MS / ms))), ms: [] } };
  } catch (error) {
    contender?.dispose();
    return { row: { name, how: contender?.how ?? '', error: errorMessage(error).slice(0, 300) } };
  }
}

/** Milliseconds of one run. */
async function timed(contender: Contender): Promise<number> {
  await contender.prepare?.();
  const start = performance.now();
  await contender.run();
  return performance.now() - start;
}

async function sample({ contender, repeats }: Entry): Promise<number> {
  let ms = 0;
  for (let i = 0; i < repeats; i++) ms += await timed(contender);
  return ms / repeats;
}

/**
 * Times contenders on one task. The first is the one that ratios are against.
 * @param want what every contender has to give
 */
export async function race(makers: readonly (readonly [string, () => Promise<Contender>])[], want: ArrayLike<number>, options: RaceOptions): Promise<Row[]> {
  const checked: Checked[] = [];
  for (const [name, make] of makers) checked.push(await check(name, make, want, options.tolerance));
  const entries = checked.flatMap((c) => ('entry' in c ? [c.entry] : []));
  const start = performance.now();
  try {
    for (let round = 0; round < options.rounds; round++) {
      if (round >= options.fewest && performance.now() - start > options.budgetMs) break;
      for (const entry of round % 2 === 0 ? entries : entries.toReversed()) entry.ms.push(await sample(entry));
    }
  } finally {
    for (const { contender } of entries) contender.dispose();
  }
  const base = entries.find(({ name }) => name === makers[0]?.[0]);
  return checked.map((c) => ('row' in c ? c.row : timedRow(c.entry, base)));
}

function timedRow({ name, contender, difference, ms }: Entry, base: Entry | undefined): Row {
  const row = { name, how: contender.how, difference, ms: ms.map(round), median: round(median(ms)), fastest: round(Math.min(...ms)), p95: round(quantile(ms, 0.95)) };
  return base === undefined || base.contender === contender ? row : { ...row, ratio: pairedRatio(ms, base.ms) };
}

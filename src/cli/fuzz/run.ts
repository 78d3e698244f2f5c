/** Runs the targets, with a thread beside it that ends the process when one input takes too long. */
import { Worker } from 'node:worker_threads';
import fc from 'fast-check';
import { fuzzTargets, type FuzzTarget } from './targets';

export interface TargetReport {
  readonly name: string;
  readonly inputs: number;
  readonly read: number;
  readonly refused: number;
  /** Of one input. */
  readonly slowestMs: number;
  /** Undefined where nothing failed; else what fast-check reports, with the seed and the smallest input that it found. */
  readonly failure?: string;
}

export interface FuzzOptions {
  /** Of all targets together. */
  readonly inputs: number;
  readonly seed: number;
  /** Most milliseconds that one input may take. */
  readonly limitMs: number;
  /** Only targets whose name contains this. */
  readonly only?: string | undefined;
  readonly onTarget?: (report: TargetReport) => void;
}

/** Words of the memory that the watching thread reads: the reader, the running number of its input, and when that began. */
const [TARGET, INPUT, BEGAN] = [0, 1, 2];

/** A reader that never ends would keep this thread forever, so another one looks at the time. */
const WATCH = `
const { workerData: { shared, limitMs, seed, names } } = require('node:worker_threads');
const words = new Int32Array(shared);
setInterval(() => {
  const began = Atomics.load(words, ${BEGAN});
  if (began === 0 || performance.timeOrigin + performance.now() - limitMs - ${'BASE'} < began) return;
  require('node:fs').writeSync(2, names[Atomics.load(words, ${TARGET})] + ': input ' + Atomics.load(words, ${INPUT}) + ' with seed ' + seed + ' has taken more than ' + limitMs + ' ms: it hangs.\\n');
  process.kill(process.pid, 'SIGKILL');
}, Math.min(100, limitMs / 4));
`;

/** Every input is read or refused in words, within the limit. @throws RangeError where no target has the name */
export async function fuzz({ inputs, seed, limitMs, only, onTarget }: FuzzOptions): Promise<readonly TargetReport[]> {
  const targets = fuzzTargets().filter(({ name }) => only === undefined || name.includes(only));
  if (targets.length === 0) throw new RangeError(`There is no target ${String(only)}; there are ${fuzzTargets().map(({ name }) => name).join('; ')}.`);
  const words = new Int32Array(new SharedArrayBuffer(12));
  const base = Math.floor(performance.timeOrigin + performance.now());
  const watch = new Worker(WATCH.replace('BASE', String(base)), { eval: true, workerData: { shared: words.buffer, limitMs, seed, names: targets.map(({ name }) => name) } });
  const reports: TargetReport[] = [];
  try {
    for (const [i, target] of targets.entries()) {
      Atomics.store(words, TARGET, i);
      const report = await fuzzTarget(target, Math.ceil(inputs / targets.length), seed, limitMs, (input) => {
        Atomics.store(words, INPUT, input);
        Atomics.store(words, BEGAN, input === 0 ? 0 : Math.max(1, Math.floor(performance.timeOrigin + performance.now()) - base));
      });
      reports.push(report);
      onTarget?.(report);
    }
  } finally {
    await watch.terminate();
  }
  return reports;
}

async function fuzzTarget({ name, inputs, check }: FuzzTarget, numRuns: number, seed: number, limitMs: number, begins: (input: number) => void): Promise<TargetReport> {
  const counts = { read: 0, refused: 0 };
  let slowestMs = 0;
  let input = 0;
  const property = fc.asyncProperty(inputs, async (value) => {
    begins(++input);
    const start = performance.now();
    counts[await check(value)]++;
    const ms = performance.now() - start;
    begins(0);
    slowestMs = Math.max(slowestMs, ms);
    if (ms > limitMs) throw new Error(`It took ${ms.toFixed(0)} ms.`);
    if (Reflect.get({}, 'polluted') !== undefined) throw new Error('Object.prototype was changed.');
  });
  const result = await fc.check(property, { numRuns, seed });
  begins(0);
  return { name, inputs: result.numRuns, ...counts, slowestMs, ...(result.failed ? { failure: fc.defaultReportMessage(result) ?? 'failed' } : {}) };
}

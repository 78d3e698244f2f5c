/**
 * Kernel times as Chrome trace events, which Perfetto and chrome://tracing open: complete events (`ph` X) with `ts` and `dur` in
 * microseconds. Format: https://docs.google.com/document/d/1CvAClvFfyA5R-PhYUmn5OOQtYMH4h6I0nSsKchNAySU.
 */
import type { KernelTimes, SubmitTimes } from './kernel-times';

export interface CompleteEvent {
  readonly ph: 'X';
  readonly name: string;
  readonly cat: 'kernel' | 'submit';
  readonly pid: number;
  readonly tid: number;
  /** Microseconds. */
  readonly ts: number;
  readonly dur: number;
  readonly args: Readonly<Record<string, unknown>>;
}

/** Names a process or a thread. */
export interface MetadataEvent {
  readonly ph: 'M';
  readonly name: 'process_name' | 'thread_name';
  readonly pid: number;
  readonly tid: number;
  readonly args: { readonly name: string };
}

export interface ChromeTrace {
  readonly traceEvents: readonly (CompleteEvent | MetadataEvent)[];
  readonly displayTimeUnit: 'ms';
  readonly otherData: Readonly<Record<string, string | number>>;
}

export interface ChromeTraceHeader {
  readonly model: string;
  /** Backend with its adapter. */
  readonly backend: string;
  readonly exporter: string;
}

const CPU = 1;
const DEVICE = 2;
const CLOCKS = {
  device: "Kernels by the device's timestamp queries, each dispatch in a pass of its own, which makes the whole slower than it is unmeasured; browsers may round to 100 microseconds. The two processes have clocks of their own: each begins at 0.",
  cpu: "This device has no timestamp queries, so single kernels were not timed: a submit is timed by the CPU's clock, from the call to the arrival of its results.",
} as const;

/** Thousandths of a microsecond are as fine as any clock; more digits only make the file longer. */
const rounded = (us: number): number => Math.round(us * 1000) / 1000;

function metadata(pid: number, tid: number, name: MetadataEvent['name'], text: string): MetadataEvent {
  return { ph: 'M', name, pid, tid, args: { name: text } };
}

function submitName({ start, tokens }: SubmitTimes): string {
  return tokens === 1 ? `token ${start + 1}` : `tokens ${start + 1} to ${start + tokens}`;
}

/** How often each kernel ran. */
function kernelCounts(kernels: readonly string[]): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const name of kernels) counts[name] = (counts[name] ?? 0) + 1;
  return counts;
}

/**
 * Events that begin before another one of their thread has ended go to a further thread: a device may run two passes at once, and
 * events of one thread must not cross.
 */
class Lanes {
  readonly #ends: number[] = [];

  /** The lane, from 0, that is free at `begin`, and is taken until `end`. */
  take(begin: number, end: number): number {
    const free = this.#ends.findIndex((until) => until <= begin);
    const lane = free < 0 ? this.#ends.length : free;
    this.#ends[lane] = end;
    return lane;
  }

  get count(): number {
    return this.#ends.length;
  }
}

/** One event for each dispatch where the device was asked, and one for each submit in any case. */
export function chromeTrace({ clock, submits }: KernelTimes, header: ChromeTraceHeader): ChromeTrace {
  const events: CompleteEvent[] = [];
  const lanes = new Lanes();
  let unmeasured = 0;
  for (const submit of submits) {
    const [begin, end] = submit.cpuUs;
    const args = { tokens: submit.tokens, dispatches: submit.kernels.length, kernels: kernelCounts(submit.kernels) };
    events.push({ ph: 'X', name: submitName(submit), cat: 'submit', pid: CPU, tid: 1, ts: rounded(begin), dur: rounded(end) - rounded(begin), args });
    submit.kernels.forEach((name, i) => {
      const from = submit.deviceUs?.[2 * i];
      const to = submit.deviceUs?.[2 * i + 1];
      if (from === undefined || to === undefined) return;
      // A clock that was set back between the two: the dispatch ran, and its time is not known.
      const known = to >= from;
      if (!known) unmeasured++;
      const ts = rounded(from);
      const until = known ? rounded(to) : ts;
      events.push({ ph: 'X', name, cat: 'kernel', pid: DEVICE, tid: 1 + lanes.take(ts, until), ts, dur: rounded(until - ts), args: { dispatch: i, of: submitName(submit), ...(known ? {} : { unmeasured: true }) } });
    });
  }
  return {
    traceEvents: [
      metadata(CPU, 0, 'process_name', `${header.model}: from submit to results (CPU clock)`),
      metadata(CPU, 1, 'thread_name', 'submits'),
      ...(clock === 'cpu' ? [] : [metadata(DEVICE, 0, 'process_name', `${header.backend}: kernels (timestamp queries)`)]),
      ...Array.from({ length: lanes.count }, (_, lane) => metadata(DEVICE, 1 + lane, 'thread_name', lane === 0 ? 'queue' : `queue, at the same time (${lane + 1})`)),
      ...events,
    ],
    displayTimeUnit: 'ms',
    otherData: { ...header, clock, note: CLOCKS[clock], submits: submits.length, dispatches: submits.reduce((sum, { kernels }) => sum + kernels.length, 0), unmeasured },
  };
}

/** Microseconds that the kernels took by the device's clock, all together; undefined where they were not timed one by one. */
export function deviceTime({ clock, submits }: KernelTimes): number | undefined {
  if (clock === 'cpu') return undefined;
  let sum = 0;
  for (const { deviceUs } of submits) for (let i = 0; i < (deviceUs?.length ?? 0); i += 2) sum += Math.max(0, (deviceUs?.[i + 1] ?? 0) - (deviceUs?.[i] ?? 0));
  return sum;
}

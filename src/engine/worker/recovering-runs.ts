/** Runs that are made again after a loss, and the run that the engine holds, which is made again when it is asked for. */
import { PlaygroundError } from '../../base/errors';
import type { Backend, Counters } from '../engine';
import type { EngineClient, RunCall, RunResult } from './client';
import { Delivery } from './delivery';
import type { RunRequest, WorkerRerun } from './protocol';
import type { Running } from './recovering-client';

/** Does work on the engine that runs, and again on the next one where it is lost. */
export type Attempt = <T>(signal: AbortSignal | undefined, work: (running: Running) => Promise<T>) => Promise<T>;

type Pairs = readonly (readonly [position: number, id: number])[];

/** What is needed to make a run again. */
interface HeldRun {
  readonly request: RunRequest;
  readonly promptLength: number;
  /** All of its tokens, from position 0 on. */
  readonly ids: readonly number[];
  readonly backend: Backend;
  /** The engine that holds its cache. */
  readonly generation: number;
}

/** The run that was run again last. */
interface HeldRerun {
  /** First token that differs from the run that is held. */
  readonly from: number;
  /** Its tokens from `from` on. */
  readonly pairs: Pairs;
  readonly backend: Backend;
  readonly generation: number;
}

/** What one try of a run said, beside its result. */
interface Tried {
  readonly result: RunResult;
  /** It wrote another token than a try before it. */
  readonly differs: boolean;
}

const cancelled = (): PlaygroundError => new PlaygroundError('cancelled', 'Stopped on request.');

export class RecoveringRuns {
  #kept: HeldRun | undefined;
  #again: HeldRerun | undefined;

  constructor(
    private readonly inner: EngineClient,
    private readonly attempt: Attempt,
  ) {}

  forget(): void {
    this.#kept = undefined;
    this.#again = undefined;
  }

  async run(request: RunRequest, call: RunCall = {}): Promise<RunResult> {
    const keep = request.keep !== false;
    const delivery = new Delivery(0, request.record.logits);
    let promptLength = 0;
    const onStarted: RunCall['onStarted'] = (promptIds, room) => {
      // The worker has given the run before back.
      if (keep) this.forget();
      promptLength = promptIds.length;
      call.onStarted?.(promptIds, room);
    };
    return await this.#lasting({ ...call, onStarted }, delivery, async (running, forced, onceMore) => {
      const told = forced === undefined ? {} : { forced: forced(promptLength) };
      const tried = await this.#try(delivery, onceMore, async (now) => await this.inner.run({ ...request, ...told }, now));
      if (keep && !tried.differs) this.#kept = { request, promptLength, ids: [...delivery.ids], backend: running.info.engine.backend, generation: running.generation };
      return tried;
    });
  }

  async rerun(request: WorkerRerun, call: RunCall = {}): Promise<RunResult> {
    const delivery = new Delivery(request.from, request.record.logits);
    const source = request.source === 'rerun' ? this.#again : undefined;
    const from = Math.min(source?.from ?? request.from, request.from);
    return await this.#lasting(call, delivery, async (running, forced, onceMore) => {
      await this.#hold(running, call.signal);
      // What the engine does not hold any more is run again from the run before it: its plan changes nothing earlier.
      const gone = request.source === 'rerun' && this.#again?.generation !== running.generation;
      const before = gone && source !== undefined && source.backend !== running.info.engine.backend ? source.pairs.filter(([position]) => position > from && position < request.from) : [];
      const told: WorkerRerun = {
        ...request,
        ...(gone ? { source: 'run' as const, from } : {}),
        ...(forced === undefined && before.length === 0 ? {} : { forced: [...before, ...request.forced, ...(forced?.(from + 1) ?? [])] }),
      };
      const tried = await this.#try(delivery, onceMore, async (now) => await this.inner.rerun(told, now));
      if (!tried.differs) this.#again = { from, pairs: [...(source?.pairs.filter(([position]) => position < request.from) ?? []), ...delivery.pairs(request.from)], backend: running.info.engine.backend, generation: running.generation };
      return tried;
    });
  }

  /**
   * Makes a run until one came through. The same engine writes the same text; another one is told what has been written,
   * so that the text stays.
   * @param once one try; `forced` gives the tokens written so far, where they are to be told
   */
  async #lasting(call: RunCall, delivery: Delivery, once: (running: Running, forced: ((from: number) => Pairs) | undefined, call: RunCall) => Promise<Tried>): Promise<RunResult> {
    const { signal } = call;
    if (signal?.aborted) throw cancelled();
    const begun = performance.now();
    let backend: Backend | undefined;
    let tries = 0;
    let isForced = false;
    let started = false;
    const onceMore: RunCall = {
      ...call,
      onStarted: (promptIds, room) => {
        if (!started) call.onStarted?.(promptIds, room);
        started = true;
      },
    };
    const forced = (from: number): Pairs => delivery.pairs(from);
    try {
      const result = await this.attempt(signal, async (running) => {
        isForced ||= backend !== undefined && backend !== running.info.engine.backend;
        backend ??= running.info.engine.backend;
        tries += 1;
        const first = await once(running, isForced && delivery.ids.length > 0 ? forced : undefined, onceMore);
        if (!first.differs) return first.result;
        isForced = true;
        return (await once(running, forced, onceMore)).result;
      });
      return tries === 1 ? result : { ...result, latencyMs: performance.now() - begun };
    } catch (error) {
      // A stop while the engine is being started again is a stop like others.
      if (!started || signal?.aborted !== true) throw error;
      return { reason: 'cancelled', counters: countersOf(delivery.ids.length), latencyMs: performance.now() - begun };
    }
  }

  /** One try, which hands on what is new and is stopped where it says something else than before. */
  async #try(delivery: Delivery, call: RunCall, work: (call: RunCall) => Promise<RunResult>): Promise<Tried> {
    const stop = new AbortController();
    const cancel = (): void => stop.abort();
    let differs = false;
    call.signal?.addEventListener('abort', cancel, { once: true });
    if (call.signal?.aborted) cancel();
    try {
      const result = await work({
        ...call,
        signal: stop.signal,
        onSteps: (batch, text, names) => {
          if (differs) return;
          const fresh = delivery.take(batch, text);
          if (fresh === 'differs') {
            differs = true;
            cancel();
          } else if (fresh !== 'nothing') call.onSteps?.(fresh.batch, fresh.text, names);
        },
      });
      return { result, differs };
    } finally {
      call.signal?.removeEventListener('abort', cancel);
    }
  }

  /** Makes sure that the engine holds the run that it is asked to change. */
  async #hold(running: Running, signal: AbortSignal | undefined): Promise<void> {
    const kept = this.#kept;
    if (kept === undefined || kept.generation === running.generation || kept.ids.length < kept.promptLength) return;
    const { backend } = running.info.engine;
    const all = new Delivery(0, 'none');
    all.take(idsOnly(kept.ids), []);
    const make = async (forced: Pairs | undefined): Promise<boolean> => {
      const tried = await this.#try(all, signal ? { signal } : {}, async (call) =>
        await this.inner.run({ ...kept.request, record: { routing: false, logits: 'none' }, most: kept.ids.length, ...(forced === undefined ? {} : { forced }) }, call),
      );
      return !tried.differs;
    };
    const told = all.pairs(kept.promptLength);
    if (!(await make(backend === kept.backend ? undefined : told)) && !signal?.aborted) await make(told);
    if (signal?.aborted) throw cancelled();
    this.#kept = { ...kept, backend, generation: running.generation };
  }
}

/** A batch of nothing but ids, to compare with. */
function idsOnly(ids: readonly number[]): Parameters<Delivery['take']>[0] {
  const none = new Float32Array(ids.length);
  return { start: 0, ids: Uint32Array.from(ids), logProb: none, entropy: none, chosen: new Uint32Array(ids.length), topIds: new Uint32Array(0), topProb: new Float32Array(0) };
}

/** Of a run that was stopped while no engine ran: the tokens that came, and no device to count on. */
function countersOf(tokens: number): Counters {
  return { tokens, dispatches: 0, submits: 0, readbacks: 0, bytesRead: 0 };
}

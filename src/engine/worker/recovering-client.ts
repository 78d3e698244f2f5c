/**
 * An EngineClient that nothing is lost with: when the GPU or the worker goes away, the engine is started anew, and what
 * was going on is done again with the same seed. The caller gets each step once, and the same tokens.
 */
import { errorCode, PlaygroundError } from '../../base/errors';
import type { ModelAccess } from '../access';
import type { BesideModel, EngineClient, LoadCall } from './client';
import type { EngineWish, LoadedInfo } from './protocol';
import { createRecoveringAccess, type OnPresent, type Present } from './recovering-access';
import { RecoveringRuns } from './recovering-runs';
import { isLoss, type Loss, triesAfter, WINDOW_MS } from './recovery-policy';

export type RecoveryEvent =
  /** The engine is gone; what comes next is tried. */
  | { readonly kind: 'lost'; readonly error: PlaygroundError }
  /** `switched`: it runs on the processor from now on. */
  | { readonly kind: 'recovered'; readonly model: LoadedInfo; readonly switched: boolean }
  /** Nothing more is tried; calls reject with the error. */
  | { readonly kind: 'failed'; readonly error: PlaygroundError };

export interface RecoveringClient extends EngineClient {
  /** One listener, told of each loss and its end. */
  follow(listener: (event: RecoveryEvent) => void): void;
}

/** The engine that runs now. */
export interface Running {
  readonly generation: number;
  readonly info: LoadedInfo;
}

export interface RecoveryClock {
  /** Milliseconds that only go forward. */
  readonly now: () => number;
  readonly wait: (milliseconds: number) => Promise<void>;
}

const REAL_CLOCK: RecoveryClock = {
  now: () => performance.now(),
  wait: async (milliseconds) => await new Promise((resolve) => setTimeout(resolve, milliseconds)),
};

/** What has to be loaded again. */
interface Recipe {
  readonly model: string;
  readonly call: LoadCall;
}

function asOurs(error: unknown): PlaygroundError {
  return error instanceof PlaygroundError ? error : new PlaygroundError(errorCode(error), error instanceof Error ? error.message : String(error));
}

/** Rejects with `cancelled` once the signal fires, whatever `work` does. */
async function orStopped<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return await work;
  return await new Promise<T>((resolve, reject) => {
    const stop = (): void => reject(new PlaygroundError('cancelled', 'Stopped on request.'));
    if (signal.aborted) stop();
    signal.addEventListener('abort', stop, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', stop));
  });
}

/** @param inner starts a new worker at the first load after its `restart` */
export function createRecoveringClient(inner: EngineClient, clock: RecoveryClock = REAL_CLOCK): RecoveringClient {
  let listener: (event: RecoveryEvent) => void = () => undefined;
  /** Counts what the visitor started anew; work from before it is void. */
  let epoch = 0;
  let generation = 0;
  let current: Running | undefined;
  /** The engine that runs, or the one that is being started again. */
  let known: LoadedInfo | undefined;
  let recipe: Recipe | undefined;
  let recovery: Promise<Running> | undefined;
  let losses: readonly Loss[] = [];
  /** What `access` gives for the model that was loaded last, whichever engines it has run on since. */
  let lasting: ModelAccess | undefined;
  let access: { readonly generation: number; readonly access: ModelAccess } | undefined;

  const install = (info: LoadedInfo): Running => {
    generation += 1;
    current = { generation, info };
    known = info;
    return current;
  };

  /** Starts the engine anew, as often and on what the policy says. Rejects when that is over, or the visitor was faster. */
  const startAnew = async (cause: PlaygroundError, before: Running | undefined): Promise<Running> => {
    const at = epoch;
    const now = clock.now();
    losses = [...losses.filter((loss) => now - loss.at < WINDOW_MS), { at: now, backend: before?.info.engine.backend }];
    current = undefined;
    inner.restart();
    listener({ kind: 'lost', error: cause });
    const wanted = recipe;
    let last = cause;
    for (const { engine, waitMs } of wanted === undefined ? [] : triesAfter(losses, now)) {
      if (waitMs > 0) await clock.wait(waitMs);
      if (epoch !== at || wanted === undefined) throw new PlaygroundError('cancelled', 'The engine was restarted.');
      try {
        const info = await inner.load(wanted.model, { modelsUrl: wanted.call.modelsUrl, engine: wishFor(engine, before, wanted.call) });
        const same = info.engine.backend === before?.info.engine.backend;
        // The same object where it is the same engine: what the page keeps by it stays.
        const running = install(same ? before.info : engine === 'processor' ? { ...info, reason: { kind: 'lost' } } : info);
        listener({ kind: 'recovered', model: running.info, switched: !same && engine === 'processor' });
        return running;
      } catch (error) {
        if (epoch !== at) throw error;
        last = asOurs(error);
        inner.restart();
      }
    }
    listener({ kind: 'failed', error: last });
    throw last;
  };

  /** The engine after the one of `from`, which was lost; begun once, whoever asks. */
  const recover = async (from: number, cause: PlaygroundError): Promise<Running> => {
    if (recovery !== undefined) return await recovery;
    if (generation !== from && current !== undefined) return current;
    const started = startAnew(cause, current);
    recovery = started;
    try {
      return await started;
    } finally {
      if (recovery === started) recovery = undefined;
    }
  };

  const present = async (signal: AbortSignal | undefined): Promise<Running> => {
    if (recovery !== undefined) return await orStopped(recovery, signal);
    if (current === undefined) throw new PlaygroundError('bad-input', 'No model is loaded yet: wait until it is.');
    return current;
  };

  /** Work on the engine that runs; done again on the next one where it is lost. */
  const attempt = async <T>(signal: AbortSignal | undefined, work: (running: Running) => Promise<T>): Promise<T> => {
    const at = epoch;
    for (;;) {
      const running = await present(signal);
      try {
        return await work(running);
      } catch (error) {
        if (epoch !== at || signal?.aborted === true) throw error;
        if (isLoss(error)) await orStopped(recover(running.generation, asOurs(error)), signal);
        // A call that ended because another one's loss restarted the worker is done again; all else is the answer.
        else if (recovery === undefined && generation === running.generation) throw error;
      }
    }
  };

  const accessNow = ({ generation: now }: Running): ModelAccess => {
    if (access?.generation !== now) access = { generation: now, access: inner.access() };
    return access.access;
  };

  const onMain: OnPresent = async (signal, work) => await attempt(signal, async (running) => await work({ generation: running.generation, access: accessNow(running) }));

  const runs = new RecoveringRuns(inner, attempt);

  /** A second model: loaded again where it is asked for after a loss. */
  const besideModel = (model: string, call: LoadCall, first: BesideModel): BesideModel => {
    let there = { generation, model: Promise.resolve(first) };
    const onBeside: OnPresent = async (signal, work) =>
      await attempt(signal, async (running): Promise<Awaited<ReturnType<typeof work>>> => {
        if (there.generation !== running.generation) there = { generation: running.generation, model: inner.loadBeside(model, { modelsUrl: call.modelsUrl }) };
        const now: Present = { generation: running.generation, access: (await there.model).access };
        return await work(now);
      });
    return {
      info: first.info,
      access: createRecoveringAccess(first.info, onBeside),
      dispose: async () => {
        if (there.generation === generation) await (await there.model).dispose();
      },
    };
  };

  const forget = (): void => {
    epoch += 1;
    current = undefined;
    known = undefined;
    lasting = undefined;
    recovery = undefined;
    runs.forget();
  };

  return {
    follow: (next) => {
      listener = next;
    },
    load: async (model, call) => {
      recipe = { model, call };
      const from = generation;
      const at = epoch;
      try {
        const info = await inner.load(model, call);
        runs.forget();
        lasting = undefined;
        return install(info).info;
      } catch (error) {
        if (!isLoss(error) || epoch !== at || call.signal?.aborted === true) throw error;
        return (await orStopped(recover(from, asOurs(error)), call.signal)).info;
      }
    },
    loadBeside: async (model, call) => besideModel(model, call, await attempt(call.signal, async () => await inner.loadBeside(model, call))),
    run: async (request, call) => await runs.run(request, call),
    rerun: async (request, call) => await runs.rerun(request, call),
    access: () => {
      if (known === undefined || (current === undefined && recovery === undefined)) return inner.access();
      lasting ??= createRecoveringAccess(known, onMain);
      return lasting;
    },
    memory: async () => await inner.memory(),
    restart: () => {
      forget();
      inner.restart();
    },
    dispose: () => {
      forget();
      inner.dispose();
    },
  };
}

/** The engine that was lost is asked for by name and kernel form, so that nothing is measured again and the same numbers come out. */
function wishFor(engine: 'same' | 'processor', before: Running | undefined, call: LoadCall): EngineWish {
  if (engine === 'processor') return { choice: 'onnx', measured: {} };
  const lost = before?.info.engine;
  if (lost === undefined) return call.engine ?? { choice: 'auto', measured: {} };
  return { choice: lost.backend === 'onnx' ? 'onnx' : 'webgpu', measured: {}, ...(lost.form === undefined ? {} : { form: lost.form }) };
}

/** The page's side of the worker: typed calls that settle when the worker answers, fails or dies. */
import { PlaygroundError } from '../../base/errors';
import type { ModelAccess } from '../access';
import type { Counters, DeviceMemory, StepBatch } from '../engine';
import type { KernelTimes } from '../kernel-times';
import { callOf, createRemoteAccess } from './access-client';
import type { AccessCalls } from './access-protocol';
import { watchLife } from './worker-life';
import type { EngineWish, LoadCommand, LoadedInfo, LoadStage, Room, RunRequest, StopReason, WorkerCommand, WorkerEvent, WorkerRerun } from './protocol';

/** What the client needs of a `Worker`. */
export interface WorkerPort {
  onmessage: ((event: MessageEvent<WorkerEvent>) => void) | null;
  onerror: ((event: ErrorEvent) => void) | null;
  onmessageerror: ((event: MessageEvent) => void) | null;
  postMessage(command: WorkerCommand): void;
  terminate(): void;
}

export interface LoadProgress {
  readonly stage: LoadStage;
  /** Bytes while downloading, else a part of `total`. */
  readonly done: number;
  readonly total: number;
}

export interface LoadCall {
  /** Folder that holds `<model>/`, absolute URL ending in a slash. */
  readonly modelsUrl: string;
  /** Automatic where absent; heard by the first load of a worker. */
  readonly engine?: EngineWish;
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: LoadProgress) => void;
}

export interface RunCall {
  readonly signal?: AbortSignal;
  /** `room` where the whole context has none on the device. */
  readonly onStarted?: (promptIds: readonly number[], room?: Room) => void;
  /** `names` are texts of candidate ids that this run had not named before. */
  readonly onSteps?: (batch: StepBatch, text: readonly string[], names: readonly (readonly [number, string])[]) => void;
}

export interface RunResult {
  readonly reason: StopReason;
  readonly counters: Counters;
  readonly latencyMs: number;
  /** Where the request asked for them and the backend has them. */
  readonly kernelTimes?: KernelTimes;
}

/** A model beside the one that runs texts, for methods that need two. */
export interface BesideModel {
  readonly info: LoadedInfo;
  readonly access: ModelAccess;
  /** Ends its calls and frees its memory on the device; settles when that is done. Calls after it reject with `bad-input`. */
  dispose(): Promise<void>;
}

export interface EngineClient {
  /** Loads a model, which replaces the one before. Rejects with a PlaygroundError, `cancelled` when the signal fired. */
  load(model: string, call: LoadCall): Promise<LoadedInfo>;
  /** Loads a second model, which replaces the second one before; the model of `load` stays as it is. Rejects like `load`. */
  loadBeside(model: string, call: LoadCall): Promise<BesideModel>;
  /** Runs a prompt. A stop by the signal resolves with the reason `cancelled`. */
  run(request: RunRequest, call?: RunCall): Promise<RunResult>;
  /** Runs the kept text again from a token on. `counters` of the result are of this call alone. */
  rerun(request: WorkerRerun, call?: RunCall): Promise<RunResult>;
  /**
   * The model that was loaded last, as methods see it. Throws `bad-input` before a model is loaded; once another one is,
   * the calls of an access from before reject with `bad-input`.
   */
  access(): ModelAccess;
  /** What the engine holds on its device; undefined where it has none, or there is no engine. */
  memory(): Promise<DeviceMemory | undefined>;
  /** Ends the worker, e.g. after `device-lost`; the next `load` starts a new one. Pending calls reject. */
  restart(): void;
  dispose(): void;
}

interface Loaded {
  /** Id of the load. */
  readonly load: number;
  readonly info: LoadedInfo;
  readonly port: WorkerPort;
}

interface PendingCall {
  readonly onEvent: (event: WorkerEvent) => void;
  readonly reject: (error: PlaygroundError) => void;
}

const AUTOMATIC: EngineWish = { choice: 'auto', measured: {} };

function spawnWorker(): WorkerPort {
  return new Worker(new URL('./worker.ts', import.meta.url), { type: 'module', name: 'engine' });
}

/**
 * @param spawn makes the worker at the first load, and again after a restart
 * @param watch calls once the worker that holds this lock is gone
 */
export function createEngineClient(spawn: () => WorkerPort = spawnWorker, watch: typeof watchLife = watchLife): EngineClient {
  let worker: WorkerPort | undefined;
  let nextId = 1;
  let loaded: Loaded | undefined;
  const pending = new Map<number, PendingCall>();

  let stopWatching = (): void => undefined;

  const end = (error: PlaygroundError): void => {
    stopWatching();
    worker?.terminate();
    worker = undefined;
    loaded = undefined;
    const calls = [...pending.values()];
    pending.clear();
    for (const call of calls) call.reject(error);
  };

  const start = (): WorkerPort => {
    const port = spawn();
    const died = (why: string): void => {
      // A late event of a worker that was replaced is no news about the new one.
      if (worker === port) end(new PlaygroundError('engine-died', `The engine stopped unexpectedly${why}.`));
    };
    port.onmessage = ({ data }) => {
      if (data.type === 'alive' && worker === port) stopWatching = watch(data.lock, () => died(' (it was ended from outside)'));
      else pending.get(data.id)?.onEvent(data);
    };
    port.onerror = (event) => died(event.message ? ` (${event.message})` : '');
    port.onmessageerror = () => died(' (a message could not be read)');
    return port;
  };

  /** Sends a command and settles with the event that ends it. */
  const call = <T>(
    port: WorkerPort,
    command: (id: number) => WorkerCommand,
    signal: AbortSignal | undefined,
    onEvent: (event: WorkerEvent, resolve: (value: T) => void) => void,
  ): Promise<T> => {
    const id = nextId++;
    const cancel = (): void => port.postMessage({ type: 'cancel', id });
    const settled = new Promise<T>((resolve, reject) => {
      const finish = (value: T): void => {
        pending.delete(id);
        resolve(value);
      };
      pending.set(id, {
        reject,
        onEvent: (event) => {
          if (event.type === 'error') {
            pending.delete(id);
            reject(new PlaygroundError(event.code, event.message, event.details));
          } else onEvent(event, finish);
        },
      });
    });
    signal?.addEventListener('abort', cancel, { once: true });
    port.postMessage(command(id));
    return settled.finally(() => signal?.removeEventListener('abort', cancel));
  };

  const stopped = (): Promise<never> => Promise.reject(new PlaygroundError('cancelled', 'Stopped on request.'));

  const stream = ({ signal, onStarted, onSteps }: RunCall, command: (id: number) => WorkerCommand): Promise<RunResult> => {
    if (signal?.aborted) return stopped();
    if (worker === undefined) return Promise.reject(new PlaygroundError('bad-input', 'No model is loaded yet: wait until it is.'));
    return call<RunResult>(worker, command, signal, (event, resolve) => {
      if (event.type === 'started') onStarted?.(event.promptIds, event.room);
      if (event.type === 'steps') onSteps?.(event.batch, event.text, event.names);
      if (event.type === 'done') resolve({ reason: event.reason, counters: event.counters, latencyMs: event.latencyMs, ...(event.kernelTimes && { kernelTimes: event.kernelTimes }) });
    });
  };

  /** Loads a model into a place of the worker. */
  const loadAt = async (place: LoadCommand['place'], model: string, { modelsUrl, engine = AUTOMATIC, signal, onProgress }: LoadCall): Promise<Loaded> => {
    if (signal?.aborted) return await stopped();
    worker ??= start();
    const port = worker;
    return await call<Loaded>(port, (id) => ({ type: 'load', id, model, modelsUrl, place, engine }), signal, (event, resolve) => {
      if (event.type === 'progress') onProgress?.({ stage: event.stage, done: event.done, total: event.total });
      if (event.type !== 'loaded') return;
      const done: Loaded = { load: event.id, info: event.model, port };
      if (place === 'main') loaded = done;
      resolve(done);
    });
  };

  const accessTo = ({ load, info, port }: Loaded): ModelAccess =>
    createRemoteAccess(info, async (name, request, signal) => {
      if (signal?.aborted) return await stopped();
      if (worker !== port) throw new PlaygroundError('bad-input', 'The engine was started anew since: load the model again.');
      return await call(port, (id) => ({ type: 'access', id, load, call: callOf(name, request) }), signal, (event, resolve) => {
        // The host answers each call with the type that access-protocol.ts gives it.
        if (event.type === 'answer') resolve(event.answer as AccessCalls[typeof name]['answer']);
      });
    });

  return {
    load: async (model, settings) => (await loadAt('main', model, settings)).info,
    loadBeside: async (model, settings) => {
      const done = await loadAt('beside', model, settings);
      const { load, info, port } = done;
      return {
        info,
        access: accessTo(done),
        // With a worker that was ended, the model is gone already.
        dispose: async () => {
          if (worker === port) await call<undefined>(port, (id) => ({ type: 'unload', id, load }), undefined, (event, resolve) => event.type === 'answer' && resolve(undefined));
        },
      };
    },
    run: (request, settings = {}) => stream(settings, (id) => ({ type: 'run', id, request })),
    rerun: (request, settings = {}) => stream(settings, (id) => ({ type: 'rerun', id, request })),
    access: () => {
      if (loaded === undefined) throw new PlaygroundError('bad-input', 'No model is loaded yet: wait until it is.');
      return accessTo(loaded);
    },
    memory: async () => {
      if (worker === undefined) return undefined;
      return await call<DeviceMemory | undefined>(worker, (id) => ({ type: 'memory', id }), undefined, (event, resolve) => event.type === 'memory' && resolve(event.memory));
    },
    restart: () => end(new PlaygroundError('cancelled', 'The engine was restarted.')),
    dispose: () => end(new PlaygroundError('cancelled', 'The engine was closed.')),
  };
}

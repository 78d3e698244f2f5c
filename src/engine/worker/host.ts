/** What the worker does with commands, without anything of a worker in it: one model, one beside it, one run at a time. */
import { errorCode, errorMessage, PlaygroundError } from '../../base/errors';
import type { Checkpoint, Tokenizer } from '../../model/checkpoint';
import type { DownloadOptions, LoadedCheckpoint } from '../../model/load';
import { parsePlan } from '../../routing/parse';
import type { Counters, Engine, LoadedModel, Sequence, StepBatch } from '../engine';
import { type CreateEngine, type Opened, openEngine, pickFaster } from './choose';
import { checkPrompt, generate, type StopReason } from '../generate';
import type { KernelTimes } from '../kernel-times';
import { nameTokens } from '../record';
import { rerun } from '../rerun';
import { type AccessHost, createAccessHost } from './access-host';
import type { AccessCall } from './access-protocol';
import { routerShape } from './router-shape';
import type { LoadCommand, LoadStage, Room, RunRequest, WorkerCommand, WorkerEvent, WorkerRerun } from './protocol';

export interface HostServices {
  /** Called at the first load, and again after the device was lost. Rejects with `no-webgpu`, `adapter-refused`, `no-wasm`, `network`. */
  readonly createEngine: CreateEngine;
  readonly loadCheckpoint: (modelsUrl: string, model: string, options: DownloadOptions) => Promise<LoadedCheckpoint>;
  /** Addresses that were fetched until now. */
  readonly fetched?: () => readonly string[];
  /** Buffers to transfer are those that nothing in the worker needs any more. */
  readonly post: (event: WorkerEvent, transfer?: readonly ArrayBufferLike[]) => void;
}

export interface EngineHost {
  handle(command: WorkerCommand): void;
}

interface Ready {
  /** Id of the command that loaded it. */
  readonly load: number;
  readonly checkpoint: Checkpoint;
  readonly model: LoadedModel;
  readonly access: AccessHost;
}

/** A run whose sequence is still there, so that it can be run again from any token. */
interface KeptRun {
  readonly sequence: Sequence;
  readonly promptIds: readonly number[];
  readonly request: RunRequest;
  /** All tokens of the sequence. */
  ids: number[];
}

function tokenizerOf({ tokenizer, name }: Checkpoint): Tokenizer {
  if (tokenizer === undefined) throw new PlaygroundError('bad-file', `The model "${name}" has no tokenizer, so it cannot read text.`);
  return tokenizer;
}

/** What was counted between two readings. */
function counted(before: Counters, after: Counters): Counters {
  return {
    tokens: after.tokens - before.tokens,
    dispatches: after.dispatches - before.dispatches,
    submits: after.submits - before.submits,
    readbacks: after.readbacks - before.readbacks,
    bytesRead: after.bytesRead - before.bytesRead,
  };
}

/** A sequence for the whole context, or, where the device has no room for that, for this text alone. */
async function roomFor(model: LoadedModel, tokens: number): Promise<{ readonly sequence: Sequence; readonly room?: Room }> {
  try {
    return { sequence: await model.createSequence() };
  } catch (error) {
    if (!['out-of-memory', 'no-room'].includes(errorCode(error)) || tokens >= model.config.context) throw error;
    return { sequence: await model.createSequence(tokens), room: { tokens, why: errorMessage(error) } };
  }
}

function checkForced(forced: ReadonlyMap<number, number>, vocabulary: number): void {
  for (const [position, id] of forced) {
    if (Number.isInteger(id) && id >= 0 && id < vocabulary && Number.isInteger(position) && position >= 0) continue;
    throw new PlaygroundError('bad-input', `Token id ${id} cannot stand at position ${position}: this model has ${vocabulary} tokens.`);
  }
}

export function createEngineHost({ createEngine, loadCheckpoint, fetched = () => [], post }: HostServices): EngineHost {
  let engine: Engine | undefined;
  let reason: Opened['reason'] = { kind: 'usual' };
  /** The model that runs texts, and one that methods may use beside it. */
  let ready: Ready | undefined;
  let beside: Ready | undefined;
  let running = false;
  /** The last run, and the last one that was run again from it. */
  let kept: KeptRun | undefined;
  let again: KeptRun | undefined;
  /** A load waits for the one before, so that two never fill the device at once. */
  let loading: Promise<void> = Promise.resolve();
  const jobs = new Map<number, AbortController>();
  /** Access calls under way, by id: unlike runs there may be several. */
  const calls = new Map<number, { readonly load: number; readonly done: Promise<void> }>();

  const forgetRuns = (): void => {
    kept?.sequence.dispose();
    again?.sequence.dispose();
    kept = undefined;
    again = undefined;
  };

  const free = (held: Ready | undefined): void => {
    held?.access.release();
    held?.model.dispose();
  };

  const forgetModel = (): void => {
    forgetRuns();
    free(ready);
    ready = undefined;
  };

  const forgetBeside = (): void => {
    free(beside);
    beside = undefined;
  };

  /** Ends the calls under way on a model, so that it can be freed. */
  const endCalls = async (held: Ready | undefined): Promise<void> => {
    for (;;) {
      const open = [...calls].filter(([, { load }]) => load === held?.load);
      if (open.length === 0) return;
      for (const [id] of open) jobs.get(id)?.abort();
      await Promise.all(open.map(([, { done }]) => done));
    }
  };

  const forgetDevice = (): void => {
    forgetModel();
    forgetBeside();
    engine?.dispose();
    engine = undefined;
  };

  /** Loads a checkpoint on the engine that is open, or on the one that turns out to be faster where none has worked yet. */
  const loadOn = async (open: Engine, isNew: boolean, checkpoint: Checkpoint, command: LoadCommand, signal: AbortSignal, progress: (stage: LoadStage, done: number, total: number) => void): Promise<LoadedModel> => {
    const options = { signal, onProgress: (stage: LoadStage, fraction: number) => progress(stage, fraction, 1) };
    if (!isNew || command.place === 'beside') return await open.load(checkpoint, options);
    const picked = await pickFaster({ engine: open, reason }, createEngine, checkpoint, command.engine, options);
    ({ engine, reason } = picked);
    return picked.model;
  };

  const load = async (command: LoadCommand, signal: AbortSignal): Promise<void> => {
    const { id, model: name, modelsUrl, place } = command;
    const progress = (stage: LoadStage, done: number, total: number): void => post({ type: 'progress', id, stage, done, total });
    const isNew = engine === undefined;
    // Before the download: who has no engine should not wait for weights that cannot run.
    progress('adapter', 0, 1);
    if (engine === undefined) ({ engine, reason } = await openEngine((backend) => createEngine(backend, command.engine.form), command.engine.choice, () => progress('runtime', 0, 1)));
    progress('adapter', 1, 1);
    const { checkpoint, downloadedBytes, cacheNote } = await loadCheckpoint(modelsUrl, name, { signal, onProgress: progress, onConfig: (config) => void engine?.prepare?.(config) });
    // Freed before the new one is uploaded: a device may hold one model but not two.
    await endCalls(place === 'beside' ? beside : ready);
    if (place === 'beside') forgetBeside();
    else forgetModel();
    const model = await loadOn(engine, isNew, checkpoint, command, signal, progress);
    const held: Ready = { load: id, checkpoint, model, access: createAccessHost(checkpoint, model) };
    if (place === 'beside') beside = held;
    else ready = held;
    const { config, sha256 } = checkpoint;
    post({ type: 'loaded', id, model: { name, config, sha256, engine: engine.info, reason, gradients: model.gradients !== undefined, downloadedBytes, cacheNote, fetched: fetched() } });
  };

  /** Frees the model beside the main one; that it is gone already is no fault. */
  const unload = async (id: number, loadId: number): Promise<void> => {
    if (beside?.load === loadId) {
      await endCalls(beside);
      forgetBeside();
    }
    post({ type: 'answer', id, answer: undefined });
  };

  const run = async (id: number, request: RunRequest, signal: AbortSignal): Promise<void> => {
    if (ready === undefined) throw new PlaygroundError('bad-input', 'No model is loaded yet: wait until it is.');
    const { checkpoint, model } = ready;
    const { config } = checkpoint;
    const tokenizer = tokenizerOf(checkpoint);
    const plan = parsePlan(request.plan, routerShape(config));
    const promptIds = tokenizer.encode(request.prompt);
    checkPrompt(promptIds, config.context);
    const forced = new Map(request.forced ?? []);
    checkForced(forced, config.vocabulary);
    const keep = request.keep !== false;
    if (keep) forgetRuns();
    const { sequence, room } = await roomFor(model, promptIds.length + request.maxNewTokens);
    const run: KeptRun = { sequence, promptIds, request, ids: [] };
    post({ type: 'started', id, promptIds, ...(room && { room }) });
    const { sampling, record } = request;
    const maxNewTokens = Math.min(request.maxNewTokens, Math.max(0, (request.most ?? Infinity) - promptIds.length));
    const batches = generate(model, run.sequence, { promptIds, maxNewTokens, sampling, plan, record, signal, ...(forced.size > 0 ? { forced } : {}) });
    const profiler = request.profile === true ? model.profiler : undefined;
    profiler?.start();
    try {
      await stream(id, tokenizer, run, batches, () => profiler?.stop());
    } finally {
      await profiler?.stop().catch(() => undefined);
    }
    if (keep) kept = run;
    else run.sequence.dispose();
  };

  /** Sends each batch as it comes, and how it ended. A run that fails gives its cache back. */
  const stream = async (id: number, tokenizer: Tokenizer, { sequence, ids }: KeptRun, batches: AsyncGenerator<StepBatch, StopReason>, times?: () => Promise<KernelTimes | undefined> | undefined): Promise<void> => {
    const start = performance.now();
    const before = sequence.counters;
    const named = new Set<number>();
    try {
      let step = await batches.next();
      for (; !step.done; step = await batches.next()) {
        ids.push(...step.value.ids);
        post({ type: 'steps', id, batch: step.value, ...nameTokens(step.value, tokenizer, named) });
      }
      const latencyMs = performance.now() - start;
      const kernelTimes = await times?.();
      post({ type: 'done', id, reason: step.value, counters: counted(before, sequence.counters), latencyMs, ...(kernelTimes && { kernelTimes }) });
    } catch (error) {
      sequence.dispose();
      throw error;
    }
  };

  const runAgain = async (id: number, request: WorkerRerun, signal: AbortSignal): Promise<void> => {
    const source = request.source === 'run' ? kept : again;
    if (ready === undefined || kept === undefined || source === undefined) {
      throw new PlaygroundError('bad-input', 'The run that should be changed is no longer there: press Run first.');
    }
    const { checkpoint, model } = ready;
    const { from, record } = request;
    const plan = parsePlan(request.plan, routerShape(checkpoint.config));
    const forced = new Map(request.forced);
    const redrawn = new Map(request.redrawn ?? []);
    checkForced(forced, checkpoint.config.vocabulary);
    const { promptIds } = kept;
    const { sampling, maxNewTokens } = kept.request;
    const before = source.ids;
    if (source === kept) {
      again?.sequence.dispose();
      again = undefined;
    }
    const next: KeptRun = { sequence: source === kept ? await kept.sequence.fork() : source.sequence, promptIds, request: kept.request, ids: before.slice(0, from) };
    again = undefined;
    post({ type: 'started', id, promptIds });
    const length = Math.max(promptIds.length + maxNewTokens, before.length, ...[...forced.keys()].map((position) => position + 1));
    const ids = [...promptIds, ...before.slice(promptIds.length)];
    const batches = rerun(model, next.sequence, { from, ids, promptLength: promptIds.length, length, forced, redrawn, plan, sampling, record, signal });
    await stream(id, tokenizerOf(checkpoint), next, batches);
    // One that was stopped inside the prompt is nothing to go on from.
    if (next.ids.length < promptIds.length) next.sequence.dispose();
    else again = next;
  };

  /** Runs one command's work under its own abort controller and reports whatever it throws. */
  const job = async (id: number, work: (signal: AbortSignal) => Promise<void>): Promise<void> => {
    const controller = new AbortController();
    jobs.set(id, controller);
    try {
      await work(controller.signal);
    } catch (error) {
      const code = errorCode(error);
      if (code === 'device-lost') forgetDevice();
      const details = error instanceof PlaygroundError ? error.details : [];
      post({ type: 'error', id, code, message: errorMessage(error), details });
    } finally {
      jobs.delete(id);
    }
  };

  const startCall = (id: number, load: number, call: AccessCall): void => {
    const done = job(id, async (signal) => {
      const held = [ready, beside].find((one) => one?.load === load);
      if (held === undefined) throw new PlaygroundError('bad-input', 'The model that this call is about is no longer loaded.');
      const { answer, transfer } = await held.access.run(call, signal);
      post({ type: 'answer', id, answer }, transfer);
    });
    calls.set(id, { load, done });
    void done.finally(() => calls.delete(id));
  };

  /** Loads and unloads go one after the other. */
  const startLoad = (id: number, work: (signal: AbortSignal) => Promise<void>): void => {
    const before = loading;
    loading = job(id, async (signal) => {
      await before;
      await work(signal);
    });
  };

  const startRun = (id: number, work: (signal: AbortSignal) => Promise<void>): void => {
    void job(id, async (signal) => {
      if (running) throw new PlaygroundError('bad-input', 'The engine is already running: stop it first.');
      running = true;
      try {
        await work(signal);
      } finally {
        running = false;
      }
    });
  };

  return {
    handle: (command) => {
      switch (command.type) {
        case 'load':
          return startLoad(command.id, async (signal) => {
            if (running && command.place === 'main') throw new PlaygroundError('bad-input', 'The engine is running: stop it before another model is loaded.');
            await load(command, signal);
          });
        case 'unload':
          return startLoad(command.id, () => unload(command.id, command.load));
        case 'run':
          return startRun(command.id, (signal) => run(command.id, command.request, signal));
        case 'rerun':
          return startRun(command.id, (signal) => runAgain(command.id, command.request, signal));
        case 'access':
          return startCall(command.id, command.load, command.call);
        case 'memory':
          return post({ type: 'memory', id: command.id, memory: engine?.memory?.() });
        case 'cancel':
          return jobs.get(command.id)?.abort();
      }
    },
  };
}

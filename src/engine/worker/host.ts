/** What the worker does with commands, without anything of a worker in it: one model, one run at a time. */
import { errorCode, errorMessage, PlaygroundError } from '../../base/errors';
import type { Checkpoint, Tokenizer } from '../../model/checkpoint';
import { moeLayerCount, type ModelConfig } from '../../model/config';
import type { DownloadOptions, LoadedCheckpoint } from '../../model/load';
import { parsePlan } from '../../routing/parse';
import type { Engine, LoadedModel } from '../engine';
import { checkPrompt, generate } from '../generate';
import { nameTokens } from '../record';
import type { LoadStage, RunRequest, WorkerCommand, WorkerEvent } from './protocol';

export interface HostServices {
  /** Made at the first load, and again after the device was lost. */
  readonly createEngine: () => Promise<Engine>;
  readonly loadCheckpoint: (modelsUrl: string, model: string, options: DownloadOptions) => Promise<LoadedCheckpoint>;
  readonly post: (event: WorkerEvent) => void;
}

export interface EngineHost {
  handle(command: WorkerCommand): void;
}

interface Ready {
  readonly checkpoint: Checkpoint;
  readonly model: LoadedModel;
}

function tokenizerOf({ tokenizer, name }: Checkpoint): Tokenizer {
  if (tokenizer === undefined) throw new PlaygroundError('bad-file', `The model "${name}" has no tokenizer, so it cannot read text.`);
  return tokenizer;
}

/** L and E, which bound a plan. */
function routerShape(config: ModelConfig): { readonly layers: number; readonly experts: number } {
  return { layers: moeLayerCount(config), experts: config.feedForward.kind === 'moe' ? config.feedForward.experts : 0 };
}

export function createEngineHost({ createEngine, loadCheckpoint, post }: HostServices): EngineHost {
  let engine: Engine | undefined;
  let ready: Ready | undefined;
  let running = false;
  /** A load waits for the one before, so that two never fill the device at once. */
  let loading: Promise<void> = Promise.resolve();
  const jobs = new Map<number, AbortController>();

  const forgetDevice = (): void => {
    ready?.model.dispose();
    engine?.dispose();
    ready = undefined;
    engine = undefined;
  };

  const load = async (id: number, name: string, modelsUrl: string, signal: AbortSignal): Promise<void> => {
    const progress = (stage: LoadStage, done: number, total: number): void => post({ type: 'progress', id, stage, done, total });
    // Before the download: who has no adapter should not wait for weights that cannot run.
    progress('adapter', 0, 1);
    engine ??= await createEngine();
    progress('adapter', 1, 1);
    const { checkpoint, downloadedBytes, cacheNote } = await loadCheckpoint(modelsUrl, name, { signal, onProgress: progress });
    // Freed before the new one is uploaded: a device may hold one model but not two.
    ready?.model.dispose();
    ready = undefined;
    const model = await engine.load(checkpoint, { signal, onProgress: (stage, fraction) => progress(stage, fraction, 1) });
    ready = { checkpoint, model };
    const { config, sha256 } = checkpoint;
    post({ type: 'loaded', id, model: { name, config, sha256, engine: engine.info, downloadedBytes, cacheNote } });
  };

  const run = async (id: number, request: RunRequest, signal: AbortSignal): Promise<void> => {
    if (ready === undefined) throw new PlaygroundError('bad-input', 'No model is loaded yet: wait until it is.');
    const { checkpoint, model } = ready;
    const { config } = checkpoint;
    const tokenizer = tokenizerOf(checkpoint);
    const plan = parsePlan(request.plan, routerShape(config));
    const promptIds = tokenizer.encode(request.prompt);
    checkPrompt(promptIds, config.context);
    const sequence = await model.createSequence();
    try {
      post({ type: 'started', id, promptIds });
      const start = performance.now();
      const { maxNewTokens, sampling, record } = request;
      const named = new Set<number>();
      const batches = generate(model, sequence, { promptIds, maxNewTokens, sampling, plan, record, signal });
      let step = await batches.next();
      for (; !step.done; step = await batches.next()) post({ type: 'steps', id, batch: step.value, ...nameTokens(step.value, tokenizer, named) });
      post({ type: 'done', id, reason: step.value, counters: sequence.counters, latencyMs: performance.now() - start });
    } finally {
      sequence.dispose();
    }
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

  const startLoad = (id: number, name: string, modelsUrl: string): void => {
    const before = loading;
    loading = job(id, async (signal) => {
      await before;
      if (running) throw new PlaygroundError('bad-input', 'The engine is running: stop it before another model is loaded.');
      await load(id, name, modelsUrl, signal);
    });
  };

  const startRun = (id: number, request: RunRequest): void => {
    void job(id, async (signal) => {
      if (running) throw new PlaygroundError('bad-input', 'The engine is already running: stop it first.');
      running = true;
      try {
        await run(id, request, signal);
      } finally {
        running = false;
      }
    });
  };

  return {
    handle: (command) => {
      switch (command.type) {
        case 'load':
          return startLoad(command.id, command.model, command.modelsUrl);
        case 'run':
          return startRun(command.id, command.request);
        case 'cancel':
          return jobs.get(command.id)?.abort();
      }
    },
  };
}

/** One run of the model on a text: its batches go into a recorder, and what fails is told. */
import type { ErrorCode } from '../base/errors';
import type { EngineInfo, Recording, Sampling } from '../engine/engine';
import { TraceRecorder, traceModel, type TraceHeader } from '../engine/record';
import type { RunResult } from '../engine/worker/client';
import type { LoadedInfo } from '../engine/worker/protocol';
import type { RoutingPlan } from '../routing/plan';
import type { App } from './app';
import { notify, toFailure } from './notices';
import { failureNotice } from './session';
import { strings } from './strings';

const TITLE_LENGTH = 60;
/** Vocabulary logits of a whole context that are kept for sampling and exact divergences, bytes at most. */
const MOST_LOGITS = 64_000_000;

/** Failures after which the engine has to be started again. */
const ENDED: ReadonlySet<ErrorCode> = new Set(['device-lost', 'engine-died', 'internal']);

export interface TextRun {
  readonly prompt: string;
  readonly maxNewTokens: number;
  readonly sampling: Sampling;
  readonly plan: RoutingPlan;
  /** False leaves the run that the engine holds as it is, and does not hold this one. */
  readonly keep?: boolean;
}

/** What live runs keep: the routing, and the logits of every position where the model is small enough. */
export function recordingFor({ config }: LoadedInfo): Recording {
  return { routing: true, logits: 4 * config.vocabulary * config.context <= MOST_LOGITS ? 'all' : 'none' };
}

/** As a trace names an engine. */
function backendName({ backend, adapter }: EngineInfo): string {
  return adapter === '' ? backend : `${backend} (${adapter})`;
}

export function headerOf(app: App, model: LoadedInfo, run: TextRun, promptTokens: number): TraceHeader {
  const { engine } = model;
  const { seed, ...sampling } = run.sampling;
  return {
    title: run.prompt.replace(/\s+/g, ' ').trim().slice(0, TITLE_LENGTH),
    created: new Date().toISOString(),
    exporter: app.services.exporter,
    model: traceModel(model.name, model.sha256, model.config),
    run: {
      prompt: run.prompt,
      promptTokens,
      seed,
      sampling,
      backend: backendName(engine),
      engine: engine.backend,
      plan: run.plan,
    },
    special: model.config.endOfText,
  };
}

export interface TextRunResult extends RunResult {
  readonly recorder: TraceRecorder;
  /** Tokens that the model wrote. */
  readonly written: number;
}

/** The engine that runs now: it may have been replaced in the middle of a run. */
function engineNow({ store }: App): EngineInfo | undefined {
  const { session } = store.getState();
  return session.phase === 'ready' ? session.model.engine : undefined;
}

/**
 * Runs a text from its first token. Rejects with whatever the engine says.
 * @param onGrowth called after each batch
 */
export async function runText(app: App, model: LoadedInfo, run: TextRun, signal: AbortSignal, onGrowth: (recorder: TraceRecorder) => void): Promise<TextRunResult> {
  let recorder: TraceRecorder | undefined;
  let promptTokens = 0;
  let { engine } = model;
  const result = await app.services.client.run(
    { prompt: run.prompt, maxNewTokens: run.maxNewTokens, sampling: run.sampling, plan: run.plan, record: recordingFor(model), keep: run.keep ?? true },
    {
      signal,
      onStarted: (promptIds, room) => {
        if (room !== undefined) notify(app, { tone: 'note', message: room.why, details: [strings.recovery.room(room.tokens)] });
        promptTokens = promptIds.length;
        recorder = new TraceRecorder(headerOf(app, model, run, promptTokens));
      },
      onSteps: (batch, text, names) => {
        if (recorder === undefined) return;
        const now = engineNow(app) ?? engine;
        if (now.backend !== engine.backend) recorder.goOnWith(backendName(now));
        engine = now;
        recorder.append(batch, text, names);
        onGrowth(recorder);
      },
    },
  );
  const kept = recorder ?? new TraceRecorder(headerOf(app, model, run, promptTokens));
  return { ...result, recorder: kept, written: Math.max(0, kept.length - promptTokens) };
}

/** A failed run leaves what it wrote; a lost engine can be started again. */
export function tellFailure(app: App, error: unknown): void {
  const failure = toFailure(error);
  if (failure.code === 'cancelled') return;
  notify(app, failureNotice(failure));
  if (ENDED.has(failure.code)) app.store.setState({ session: { phase: 'failed', failure } });
}

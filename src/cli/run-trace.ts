/** One run of a model on a text, recorded: what `trace` and `record` share. */
import packageJson from '../../package.json';
import { PlaygroundError } from '../base/errors';
import type { EngineInfo, LoadedModel, Recording, Sampling, StepBatch } from '../engine/engine';
import { GREEDY } from '../engine/engine';
import { generate } from '../engine/generate';
import { nameTokens, TraceRecorder, traceModel } from '../engine/record';
import { scoreText } from '../engine/score';
import type { Checkpoint } from '../model/checkpoint';
import type { RoutingPlan } from '../routing/plan';
import type { Trace } from '../trace/trace';

export interface RunRequest {
  readonly title: string;
  readonly prompt: string;
  /** 0 scores the prompt, in windows when it is longer than the context. */
  readonly maxNewTokens: number;
  readonly sampling: Sampling;
  readonly plan: RoutingPlan;
  /** Records the logits of the whole vocabulary at every token. */
  readonly withLogits: boolean;
  readonly meta?: Readonly<Record<string, unknown>>;
}

export interface RunResult {
  readonly trace: Trace;
  /** Time of the run itself, without loading. */
  readonly latencyMs: number;
  /** Why it ended, in words. */
  readonly ending: string;
}

/**
 * Runs a text and records it.
 * @param model the checkpoint, loaded by the engine that `info` describes
 * @throws PlaygroundError `bad-input` for an empty prompt, or one that is too long to be continued
 */
export async function runTrace(model: LoadedModel, checkpoint: Checkpoint, info: EngineInfo, request: RunRequest): Promise<RunResult> {
  const { tokenizer } = checkpoint;
  if (tokenizer === undefined) throw new PlaygroundError('bad-file', `The model "${checkpoint.name}" has no tokenizer.json, so it cannot read text.`);
  const { prompt, plan, withLogits } = request;
  const promptIds = tokenizer.encode(prompt);
  const scoring = request.maxNewTokens === 0;
  const { seed, ...sampling } = scoring ? GREEDY : request.sampling;
  const recorder = new TraceRecorder({
    title: request.title,
    created: new Date().toISOString(),
    exporter: `${packageJson.name}@${packageJson.version}`,
    model: traceModel(checkpoint.name, checkpoint.sha256, checkpoint.config),
    run: {
      prompt,
      promptTokens: promptIds.length,
      seed,
      sampling,
      engine: info.backend,
      backend: info.adapter === '' ? info.backend : `${info.backend} (${info.adapter})`,
      ...(plan.entries.length > 0 && { plan }),
    },
    special: checkpoint.config.endOfText,
    ...(request.meta && { meta: request.meta }),
  });
  const named = new Set<number>();
  const take = (batch: StepBatch): void => {
    const { text, names } = nameTokens(batch, tokenizer, named);
    recorder.append(batch, text, names);
  };
  const record: Recording = { routing: true, logits: withLogits ? 'all' : 'none' };
  const start = performance.now();
  const ending = scoring ? await score() : await write();
  return { trace: recorder.snapshot(), latencyMs: performance.now() - start, ending };

  async function score(): Promise<string> {
    let windows = 0;
    for await (const { windowStart, batch } of scoreText(model, promptIds, { plan, record })) {
      if (windows++ > 0) recorder.mark({ token: batch.start, type: 'window-start', text: `The model read this part of the text from token ${windowStart} on.` });
      take(batch);
    }
    return windows === 1 ? 'scored the text' : `scored the text in ${windows} windows`;
  }

  async function write(): Promise<string> {
    const room = Math.min(model.config.context, promptIds.length + request.maxNewTokens);
    const sequence = await model.createSequence(Math.max(1, room));
    try {
      const steps = generate(model, sequence, { promptIds, maxNewTokens: request.maxNewTokens, sampling: request.sampling, plan, record });
      for (let step = await steps.next(); ; step = await steps.next()) {
        if (step.done === true) return ENDINGS[step.value];
        take(step.value);
      }
    } finally {
      sequence.dispose();
    }
  }
}

const ENDINGS = {
  length: 'wrote as many tokens as asked for',
  'end-of-text': 'ended the text',
  context: 'filled the context',
  cancelled: 'was stopped',
} as const;

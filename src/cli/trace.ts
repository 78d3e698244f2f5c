/** `npm run trace`: runs the model on a text and writes what happened as a trace. */
import { PlaygroundError } from '../base/errors';
import { chromeTrace } from '../engine/chrome-trace';
import type { EngineInfo, LoadedModel } from '../engine/engine';
import type { KernelProfiler, KernelTimes } from '../engine/kernel-times';
import { moeLayerCount, type ModelConfig } from '../model/config';
import { parsePlan } from '../routing/parse';
import { ROUTER_AS_TRAINED, type RoutingPlan } from '../routing/plan';
import { SETTINGS, type NumberSettingName } from '../state/settings';
import { EXACT, traceText } from '../trace/file';
import type { Trace } from '../trace/trace';
import { runCommand, type Command } from './args';
import { ENGINES, openEngine } from './engines';
import { readJson, readText, writeText } from './files';
import { readCheckpoint } from './read-checkpoint';
import { runTrace, type RunResult } from './run-trace';

/** A flag with the range and default of a setting of the page. */
function setting(name: NumberSettingName, help: string) {
  const { min, max, decimals, default: value } = SETTINGS[name];
  return { kind: 'number', min, max, whole: decimals === 0, default: value, help } as const;
}

export const TRACE = {
  name: 'trace',
  purpose: 'Runs a model on a text and writes tokens, routing and next-token distributions as a trace (docs/TRACE_FORMAT.md).',
  positionals: { usage: '', min: 0, max: 0 },
  flags: {
    prompt: { kind: 'text', placeholder: 'TEXT', help: 'The text to begin with.' },
    'prompt-file': { kind: 'text', placeholder: 'FILE', help: 'The same from a file.' },
    'max-new-tokens': { ...setting('maxNewTokens', 'Tokens to write. 0 scores the text only, in windows when it is longer than the context.'), min: 0, max: 100_000 },
    temperature: setting('temperature', '0 always takes the most likely token.'),
    'top-k': setting('topK', 'Draw from the k most likely tokens; 0 is no cut.'),
    'top-p': setting('topP', 'Draw from the most likely tokens that have this probability together; 1 is no cut.'),
    seed: setting('seed', 'Of the draws.'),
    plan: { kind: 'text', placeholder: 'FILE', help: 'A RoutingPlan: how routing deviates from the router. Examples: docs/plans/.' },
    'with-logits': { kind: 'switch', help: 'Record the logits of the whole vocabulary after every token.' },
    'kernel-times': { kind: 'text', placeholder: 'FILE', help: 'Time every kernel by timestamp queries and write Chrome trace events, for Perfetto or chrome://tracing. The run is slower.' },
    engine: { kind: 'choice', options: ENGINES, default: 'webgpu', help: 'Our WGSL kernels, ONNX Runtime on WebAssembly, or the float64 oracle in TypeScript.' },
    model: { kind: 'text', placeholder: 'DIR', default: 'public/models/moe', help: 'Folder with config.json, model.safetensors and tokenizer.json.' },
    title: { kind: 'text', placeholder: 'TEXT', help: 'Title of the trace; the beginning of the text when absent.' },
    out: { kind: 'text', placeholder: 'FILE', default: 'reports/trace.json', help: 'The trace, version 1 with float32 arrays.' },
  },
  notes: ['Writes the trace to --out and a short summary to stderr. VK_ICD_FILENAMES chooses the Vulkan driver; GPU=hardware takes the machine\'s own.'],
} as const satisfies Command;

/** Entry of `npm run trace`. */
export function run(argv: readonly string[]): Promise<number> {
  return runCommand(TRACE, argv, async ({ flags }) => {
    const prompt = readPrompt(flags.prompt, flags['prompt-file']);
    const checkpoint = await readCheckpoint(flags.model);
    const plan = flags.plan === undefined ? ROUTER_AS_TRAINED : readPlan(flags.plan, checkpoint.config);
    const engine = await openEngine(flags.engine);
    let model: LoadedModel | undefined;
    try {
      model = await engine.load(checkpoint);
      const profiler = flags['kernel-times'] === undefined ? undefined : profilerOf(model, engine.info);
      profiler?.start();
      const result = await runTrace(model, checkpoint, engine.info, {
        title: flags.title ?? titleOf(prompt),
        prompt,
        maxNewTokens: flags['max-new-tokens'],
        sampling: { temperature: flags.temperature, topK: flags['top-k'], topP: flags['top-p'], seed: flags.seed },
        plan,
        withLogits: flags['with-logits'],
      });
      const text = traceText(result.trace, EXACT);
      writeText(flags.out, text);
      process.stderr.write(summary(result, flags.out, text.length));
      const times = await profiler?.stop();
      if (times !== undefined && flags['kernel-times'] !== undefined) writeKernelTimes(flags['kernel-times'], times, result.trace);
      return 0;
    } finally {
      model?.dispose();
      engine.dispose();
    }
  });
}

function profilerOf(model: LoadedModel, { backend }: EngineInfo): KernelProfiler {
  if (model.profiler === undefined) throw new PlaygroundError('bad-input', `The ${backend} engine runs no kernels, so there are none to time: leave out --kernel-times, or take --engine webgpu.`);
  return model.profiler;
}

function writeKernelTimes(path: string, times: KernelTimes, { model, run, exporter }: Trace): void {
  const events = chromeTrace(times, { model: model.id, backend: run.backend ?? '', exporter });
  writeText(path, JSON.stringify(events));
  process.stderr.write(`  ${path}: ${times.submits.length} submits, ${String(events.otherData['dispatches'])} kernels, ${times.clock === 'device' ? 'each timed by the device' : 'timed by submit, since this device has no timestamp queries'}\n`);
}

function readPrompt(prompt: string | undefined, file: string | undefined): string {
  if ((prompt === undefined) === (file === undefined)) {
    throw new PlaygroundError('bad-input', `${prompt === undefined ? 'There is no text' : 'There are two texts'}: give either --prompt or --prompt-file. See npm run trace -- --help.`);
  }
  return prompt ?? readText(file ?? '');
}

/** Reads a plan file for a model. Throws `bad-input` with every fault. */
export function readPlan(path: string, config: ModelConfig): RoutingPlan {
  const experts = config.feedForward.kind === 'moe' ? config.feedForward.experts : 0;
  return parsePlan(readJson(path), { layers: moeLayerCount(config), experts });
}

const TITLE_LENGTH = 60;

/** The text itself on one line, cut off at a word where it is long. */
export function titleOf(text: string): string {
  const line = text.trim().replaceAll(/\s+/gu, ' ');
  if (line.length <= TITLE_LENGTH) return line;
  return `${line.slice(0, TITLE_LENGTH).replace(/ \S*$/u, '')} …`;
}

/** What happened, in a few lines for a person. */
export function summary({ trace, latencyMs, ending }: RunResult, out: string, bytes: number): string {
  const { tokens, run, output } = trace;
  const written = tokens.ids.length - run.promptTokens;
  const nats = meanNats(trace);
  return [
    `${trace.model.id} on ${run.backend ?? 'an unknown backend'}: ${ending}.`,
    `  ${run.promptTokens} prompt tokens, ${written} new ones, ${(latencyMs / 1000).toFixed(2)} s`,
    ...(nats === undefined ? [] : [`  mean log-probability of the text ${(-nats).toFixed(4)} nats per token (perplexity ${Math.exp(nats).toFixed(2)})`]),
    ...(output.entropy ? [`  mean next-token entropy ${(output.entropy.reduce((a, b) => a + b, 0) / tokens.ids.length).toFixed(4)} nats`] : []),
    ...(written > 0 ? [`  ${JSON.stringify(tokens.text.slice(run.promptTokens).join(''))}`] : []),
    `  ${out} (${(bytes / 1000).toFixed(0)} kB)`,
    '',
  ].join('\n');
}

/** Mean of -ln p over the tokens whose probability is known. */
function meanNats({ output }: Trace): number | undefined {
  const known = output.logProb?.filter((value) => !Number.isNaN(value)) ?? new Float32Array();
  return known.length === 0 ? undefined : -known.reduce((a, b) => a + b, 0) / known.length;
}

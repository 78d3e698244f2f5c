/**
 * Which engine runs: WebGPU where it is, ONNX Runtime on WebAssembly where it is not. On a software adapter, and for a
 * model so small that calls cost more than arithmetic, the faster one is found by a short measurement.
 */
import { errorCode, PlaygroundError } from '../../base/errors';
import type { Checkpoint } from '../../model/checkpoint';
import type { ModelConfig } from '../../model/config';
import { ROUTER_AS_TRAINED } from '../../routing/plan';
import { type Engine, GREEDY, type LoadedModel, type LoadOptions, RECORD_ROUTING } from '../engine';
import type { EngineChoice, EngineReason, EngineSpeeds, EngineWish, LoadStage } from './protocol';

/** @param form of the kernels, where it is not to be measured */
export type CreateEngine = (backend: 'webgpu' | 'onnx', form?: string) => Promise<Engine>;

export interface Opened {
  readonly engine: Engine;
  readonly reason: EngineReason;
}

export interface Picked extends Opened {
  readonly model: LoadedModel;
}

/** Parameters that one token meets, below which a processor can keep up with a GPU token by token. */
const SMALL_ACTIVE_PARAMETERS = 5e6;
/** Milliseconds a token that nobody would wish away: a GPU this fast is not asked to prove itself against a 14 MB download. */
const FAST_ENOUGH_MS = 10;
/** WebGPU stays where the other is not clearly faster: long prompts gain more from it than single tokens show. */
const CLEARLY_FASTER = 1.1;
/** One engine is measured for no longer than this, or for this many tokens. */
const MEASURE_MS = 250;
const MEASURE_TOKENS = 16;
const STEP_TOKENS = 4;

function isAbsent(error: unknown): boolean {
  return ['no-webgpu', 'adapter-refused'].includes(errorCode(error));
}

/**
 * Opens the engine that was asked for; automatic is WebGPU, else WebAssembly.
 * @param onRuntime called before the runtime for the processor is downloaded
 * @throws PlaygroundError `no-webgpu` or `adapter-refused` where there is neither, else what opening throws
 */
export async function openEngine(create: CreateEngine, choice: EngineChoice, onRuntime: () => void): Promise<Opened> {
  const onnx = (): Promise<Engine> => {
    onRuntime();
    return create('onnx');
  };
  if (choice !== 'auto') return { engine: await (choice === 'onnx' ? onnx() : create('webgpu')), reason: { kind: 'asked' } };
  try {
    return { engine: await create('webgpu'), reason: { kind: 'usual' } };
  } catch (error) {
    if (!isAbsent(error)) throw error;
    try {
      return { engine: await onnx(), reason: { kind: 'no-webgpu' } };
    } catch (second) {
      if (!(error instanceof PlaygroundError) || errorCode(second) !== 'no-wasm') throw second;
      throw new PlaygroundError(error.code, error.message, [second instanceof Error ? second.message : ''], { cause: second });
    }
  }
}

/** Parameters that one token meets, embedding once. */
export function activeParameters({ layers, width, heads, kvHeads, headDim, vocabulary, feedForward }: ModelConfig): number {
  const attention = width * headDim * (2 * heads + 2 * kvHeads);
  const block = (hidden: number): number => 3 * width * hidden;
  const fed = feedForward.kind === 'dense' ? block(feedForward.hidden) : width * feedForward.experts + feedForward.topK * block(feedForward.hidden) + block(feedForward.sharedHidden);
  return layers * (attention + fed) + vocabulary * width;
}

/** What a measurement holds for: this adapter with these weights. */
export function speedKey(engine: Engine, checkpoint: Checkpoint): string {
  return `${engine.info.adapter} ${checkpoint.sha256.slice(0, 16)}`;
}

const isOnnxFaster = ({ webgpu, onnx }: EngineSpeeds): boolean => onnx * CLEARLY_FASTER < webgpu;

/**
 * Milliseconds a token in decoding, after a short prompt and a first token that are not counted: of the fastest few tokens,
 * since whatever else the machine does only makes them slower. Undefined where the text ended before.
 */
export async function millisecondsPerToken(model: LoadedModel, signal: AbortSignal | undefined): Promise<number | undefined> {
  const { endOfText, vocabulary, context } = model.config;
  const ids = Array.from({ length: Math.min(8, vocabulary, context >> 1) }, (_, id) => id).filter((id) => !endOfText.includes(id));
  const sequence = await model.createSequence(Math.min(context, ids.length + 1 + MEASURE_TOKENS));
  try {
    const options = { plan: ROUTER_AS_TRAINED, promptLength: ids.length, sampling: GREEDY, record: RECORD_ROUTING, ...(signal && { signal }) };
    await sequence.append(ids, options);
    let last = await sequence.decode(1, options);
    const start = performance.now();
    let best: number | undefined;
    for (let tokens = 0; tokens < MEASURE_TOKENS && performance.now() - start < MEASURE_MS && !endOfText.includes(last.ids.at(-1) ?? -1); tokens += STEP_TOKENS) {
      const before = performance.now();
      last = await sequence.decode(STEP_TOKENS, options);
      best = Math.min(best ?? Infinity, (performance.now() - before) / last.ids.length);
    }
    return best;
  } finally {
    sequence.dispose();
  }
}

/** The other engine with the model on it; undefined where it cannot be had. */
async function openOther(create: CreateEngine, checkpoint: Checkpoint, options: LoadOptions): Promise<{ readonly engine: Engine; readonly model: LoadedModel } | undefined> {
  let engine: Engine | undefined;
  try {
    engine = await create('onnx');
    return { engine, model: await engine.load(checkpoint, options) };
  } catch (error) {
    engine?.dispose();
    if (errorCode(error) === 'cancelled') throw error;
    return undefined;
  }
}

export interface PickOptions {
  readonly signal?: AbortSignal;
  readonly onProgress?: (stage: LoadStage, fraction: number) => void;
}

/** Loads the model on the engine that was opened, or on ONNX Runtime where that is measured to be faster here. */
export async function pickFaster(opened: Opened, create: CreateEngine, checkpoint: Checkpoint, wish: EngineWish, options: PickOptions): Promise<Picked> {
  const { engine, reason } = opened;
  const stay = async (why: EngineReason = reason): Promise<Picked> => ({ engine, reason: why, model: await engine.load(checkpoint, options) });
  const { backend, software } = engine.info;
  if (reason.kind !== 'usual' || backend !== 'webgpu') return stay();
  if (!software && activeParameters(checkpoint.config) >= SMALL_ACTIVE_PARAMETERS) return stay();
  const key = speedKey(engine, checkpoint);
  const known = wish.measured[key];
  if (known !== undefined) {
    const other = isOnnxFaster(known) ? await openOther(create, checkpoint, options) : undefined;
    if (other === undefined) return stay(isOnnxFaster(known) ? reason : { kind: 'measured', key, speeds: known });
    engine.dispose();
    return { ...other, reason: { kind: 'measured', key, speeds: known } };
  }
  const first = await stay();
  options.onProgress?.('compare', 0);
  const webgpu = await millisecondsPerToken(first.model, options.signal);
  if (webgpu === undefined || (!software && webgpu <= FAST_ENOUGH_MS)) return first;
  options.onProgress?.('runtime', 0);
  const other = await openOther(create, checkpoint, options);
  if (other === undefined) return first;
  options.onProgress?.('compare', 0.5);
  const onnx = await millisecondsPerToken(other.model, options.signal);
  const speeds = onnx === undefined ? undefined : { webgpu, onnx };
  const [winner, loser] = speeds !== undefined && isOnnxFaster(speeds) ? [other, first] : [first, other];
  loser.engine.dispose();
  return { engine: winner.engine, model: winner.model, reason: speeds === undefined ? reason : { kind: 'measured', key, speeds } };
}

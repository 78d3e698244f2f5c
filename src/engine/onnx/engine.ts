/**
 * ONNX Runtime Web behind the Engine interface, for browsers without WebGPU and as an engine that shares no kernel with
 * ours. The model is built here from the checkpoint; there is no .onnx file to download.
 */
import { PlaygroundError, throwIfCancelled } from '../../base/errors';
import type { Checkpoint } from '../../model/checkpoint';
import { checkWeights } from '../../model/weights';
import { ROUTER_AS_TRAINED } from '../../routing/plan';
import { type Engine, type EngineInfo, GREEDY, type LoadedModel, type LoadOptions, RECORD_ROUTING } from '../engine';
import { onnxModel } from './graph';
import { checkModelSize } from './memory';
import { OnnxModel } from './model';
import { hasWebAssembly, openSession, type RuntimeFile, runtimeName, type Threads } from './runtime';

export interface OnnxOptions {
  /** onnxruntime-web's `ort-wasm-simd-threaded.wasm` of the very version that is installed. */
  readonly runtime: RuntimeFile;
  /** Undefined: one thread. */
  readonly threads?: Threads;
}

/** @throws PlaygroundError `no-wasm` */
export function createOnnxEngine(options: OnnxOptions): Engine {
  if (!hasWebAssembly()) throw new PlaygroundError('no-wasm', 'This browser has no WebAssembly, so the model cannot run on its processor.');
  return new OnnxEngine(options);
}

/** Runs both branches of the graph once: WebAssembly is compiled at its first use, which would slow down the first run. */
async function warmUp(model: OnnxModel): Promise<void> {
  const sequence = await model.createSequence(3);
  const options = { plan: ROUTER_AS_TRAINED, promptLength: 3, sampling: GREEDY, record: RECORD_ROUTING };
  for (const ids of [[0, 0], [0]]) await sequence.append(ids, options);
  sequence.dispose();
}

class OnnxEngine implements Engine {
  readonly #models = new Set<OnnxModel>();

  constructor(private readonly options: OnnxOptions) {}

  get info(): EngineInfo {
    return { backend: 'onnx', adapter: runtimeName(), software: true, forms: '' };
  }

  async load(checkpoint: Checkpoint, { signal, onProgress }: LoadOptions = {}): Promise<LoadedModel> {
    checkWeights(checkpoint);
    checkModelSize(checkpoint);
    throwIfCancelled(signal);
    onProgress?.('compile', 0);
    const bytes = onnxModel(checkpoint);
    onProgress?.('compile', 0.5);
    const session = await openSession(bytes, this.options.runtime, this.options.threads);
    if (signal?.aborted) session.dispose();
    throwIfCancelled(signal);
    const model = new OnnxModel(checkpoint, session);
    await warmUp(model);
    onProgress?.('compile', 1);
    this.#models.add(model);
    return model;
  }

  dispose(): void {
    for (const model of this.#models) model.dispose();
    this.#models.clear();
  }
}

/**
 * ONNX Runtime Web behind the Engine interface, for browsers without WebGPU and as an engine that shares no kernel with
 * ours. The model is built here from the checkpoint; there is no .onnx file to download.
 */
import { PlaygroundError, throwIfCancelled } from '../../base/errors';
import type { Checkpoint } from '../../model/checkpoint';
import { checkWeights } from '../../model/weights';
import type { Engine, EngineInfo, LoadedModel, LoadOptions } from '../engine';
import { onnxModel } from './graph';
import { OnnxModel } from './model';
import { hasWebAssembly, openSession, type RuntimeFile, runtimeName } from './runtime';

export interface OnnxOptions {
  /** onnxruntime-web's `ort-wasm-simd-threaded.wasm` of the very version that is installed. */
  readonly runtime: RuntimeFile;
}

/** @throws PlaygroundError `no-wasm` */
export function createOnnxEngine(options: OnnxOptions): Engine {
  if (!hasWebAssembly()) throw new PlaygroundError('no-wasm', 'This browser has no WebAssembly, so the model cannot run on its processor.');
  return new OnnxEngine(options.runtime);
}

class OnnxEngine implements Engine {
  readonly #models = new Set<OnnxModel>();

  constructor(private readonly runtime: RuntimeFile) {}

  get info(): EngineInfo {
    return { backend: 'onnx', adapter: runtimeName(), software: true, forms: '' };
  }

  async load(checkpoint: Checkpoint, { signal, onProgress }: LoadOptions = {}): Promise<LoadedModel> {
    checkWeights(checkpoint);
    throwIfCancelled(signal);
    onProgress?.('compile', 0);
    const bytes = onnxModel(checkpoint);
    onProgress?.('compile', 0.5);
    const session = await openSession(bytes, this.runtime);
    if (signal?.aborted) session.dispose();
    throwIfCancelled(signal);
    onProgress?.('compile', 1);
    const model = new OnnxModel(checkpoint, session);
    this.#models.add(model);
    return model;
  }

  dispose(): void {
    for (const model of this.#models) model.dispose();
    this.#models.clear();
  }
}

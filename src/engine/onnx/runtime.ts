/** ONNX Runtime Web on WebAssembly: one runtime per thread of JavaScript, sessions on it. */
import { env, InferenceSession, Tensor } from 'onnxruntime-web/wasm';
import { errorMessage, PlaygroundError } from '../../base/errors';

/** The runtime's .wasm file: where it is, or its bytes. */
export type RuntimeFile = string | ArrayBuffer;

/** Named inputs, and names of the outputs that are wanted. */
export type Feeds = Readonly<Record<string, Tensor>>;
export type Results = Readonly<Record<string, Tensor>>;

export interface Session {
  run(feeds: Feeds, outputs: readonly string[]): Promise<Results>;
  dispose(): void;
}

/** The environment is one per thread of JavaScript and is read by the first session. */
function configure(file: RuntimeFile): void {
  env.logLevel = 'error';
  env.wasm.proxy = false;
  // A token of a model this small takes about 2 ms; several threads need a page that its host isolates.
  env.wasm.numThreads = 1;
  if (typeof file === 'string') env.wasm.wasmPaths = { wasm: file };
  else env.wasm.wasmBinary = file;
}

/** What runs, in names of all languages: version, instruction set, threads. */
export function runtimeName(): string {
  return `ONNX Runtime Web ${env.versions.web ?? ''}, WebAssembly SIMD, threads: ${env.wasm.numThreads ?? 1}`;
}

/** Whether WebAssembly is there at all. */
export function hasWebAssembly(): boolean {
  return typeof WebAssembly === 'object' && typeof WebAssembly.instantiate === 'function';
}

/** What the runtime throws, as an error of ours. */
function failure(error: unknown): PlaygroundError {
  const said = errorMessage(error);
  if (error instanceof RangeError || /bad_alloc|out of memory|failed to allocate/i.test(said)) {
    return new PlaygroundError('out-of-memory', `ONNX Runtime ran out of memory (${said}): close other tabs, or use the smaller model.`, [], { cause: error });
  }
  return new PlaygroundError('internal', `ONNX Runtime failed: ${said}`, [], { cause: error });
}

/**
 * Opens a model.
 * @param model bytes of an .onnx file
 * @throws PlaygroundError `out-of-memory`, `internal`
 */
export async function openSession(model: Uint8Array, file: RuntimeFile): Promise<Session> {
  configure(file);
  try {
    const session = await InferenceSession.create(model, { executionProviders: ['wasm'], graphOptimizationLevel: 'all', logSeverityLevel: 3 });
    return {
      run: async (feeds, outputs) => {
        try {
          return await session.run(feeds, outputs);
        } catch (error) {
          throw failure(error);
        }
      },
      dispose: () => void session.release(),
    };
  } catch (error) {
    throw failure(error);
  }
}

export { Tensor };

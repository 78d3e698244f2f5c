/** ONNX Runtime Web on WebAssembly: one runtime per thread of JavaScript, sessions on it. */
import { env, InferenceSession, Tensor } from 'onnxruntime-web/wasm';
import { errorMessage, PlaygroundError } from '../../base/errors';

/** The runtime's .wasm file: where it is, or its bytes. */
export type RuntimeFile = string | ArrayBuffer;

/** More than one thread: each runs a script of its own, on the same memory. */
export interface Threads {
  readonly count: number;
  /** Address of `ort-wasm-simd-threaded.mjs` of the very version that is installed. */
  readonly script: string;
}

/** More threads than this gain nothing at the sizes of these models. */
const MOST_THREADS = 4;

/**
 * How many threads compute: as many as there are processors, up to four, where a page may share memory between them.
 * @param isolated `crossOriginIsolated`: the page's host sends COOP and COEP
 * @param processors `navigator.hardwareConcurrency`
 */
export function threadCount(isolated: boolean, processors: number): number {
  return isolated ? Math.max(1, Math.min(MOST_THREADS, processors)) : 1;
}

/** Named inputs, and names of the outputs that are wanted. */
export type Feeds = Readonly<Record<string, Tensor>>;
export type Results = Readonly<Record<string, Tensor>>;

export interface Session {
  run(feeds: Feeds, outputs: readonly string[]): Promise<Results>;
  dispose(): void;
}

/** The environment is one per thread of JavaScript and is read by the first session. */
function configure(file: RuntimeFile, threads: Threads | undefined): void {
  env.logLevel = 'error';
  env.wasm.proxy = false;
  env.wasm.numThreads = threads?.count ?? 1;
  // Without an address of its own, a thread would run the script that ONNX Runtime was bundled into: all of our worker.
  const script = threads && { mjs: threads.script };
  if (typeof file === 'string') env.wasm.wasmPaths = { wasm: file, ...script };
  else {
    env.wasm.wasmBinary = file;
    if (script) env.wasm.wasmPaths = script;
  }
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
    return new PlaygroundError('no-room', `ONNX Runtime ran out of memory (${said}): close other tabs, or use the smaller model.`, [], { cause: error });
  }
  return new PlaygroundError('internal', `ONNX Runtime failed: ${said}`, [], { cause: error });
}

/**
 * Opens a model.
 * @param model bytes of an .onnx file
 * @param threads undefined: one
 * @throws PlaygroundError `no-room`, `internal`
 */
export async function openSession(model: Uint8Array, file: RuntimeFile, threads?: Threads): Promise<Session> {
  configure(file, threads);
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

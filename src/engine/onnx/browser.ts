/** The ONNX engine in a page's worker: its runtime's files are of the page's own origin, fetched only here. */
import scriptUrl from 'onnxruntime-web/ort-wasm-simd-threaded.mjs?url';
import wasmUrl from 'onnxruntime-web/ort-wasm-simd-threaded.wasm?url';
import { errorMessage, PlaygroundError } from '../../base/errors';
import type { Engine } from '../engine';
import { createOnnxEngine } from './engine';
import { hasWebAssembly, threadCount } from './runtime';

async function fetchRuntime(): Promise<ArrayBuffer> {
  const failed = (why: string, cause?: unknown): PlaygroundError =>
    new PlaygroundError('network', `The engine for the processor could not be downloaded (${why}): check the connection and try again.`, [], { cause });
  let response;
  try {
    response = await fetch(wasmUrl);
    if (response.ok) return await response.arrayBuffer();
  } catch (error) {
    throw failed(errorMessage(error), error);
  }
  throw failed(`status ${response.status}`);
}

/** @throws PlaygroundError `no-wasm`, `network` */
export async function openOnnxEngine(): Promise<Engine> {
  const count = threadCount(crossOriginIsolated, navigator.hardwareConcurrency);
  const runtime = hasWebAssembly() ? await fetchRuntime() : new ArrayBuffer(0);
  return createOnnxEngine({ runtime, ...(count > 1 && { threads: { count, script: scriptUrl } }) });
}

/** The ONNX engine in Node, with the runtime's file from node_modules. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Engine } from '../engine/engine';
import { createOnnxEngine } from '../engine/onnx/engine';

export function nodeOnnxEngine(): Engine {
  const path = createRequire(import.meta.url).resolve('onnxruntime-web/ort-wasm-simd-threaded.wasm');
  const bytes = readFileSync(path);
  return createOnnxEngine({ runtime: bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength) });
}

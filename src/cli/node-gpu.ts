/** WebGPU in Node: Dawn, from the npm package `webgpu`. The driver is chosen by scripts/run.mjs, before the process starts. */
import { create, globals } from 'webgpu';

declare global {
  // Dawn's instance has to outlive every device made from it.
  var dawnInstance: GPU | undefined;
}

/** Where adapters come from in this process; the same one on every call. */
export function nodeGpu(): GPU {
  if (globalThis.dawnInstance === undefined) {
    Object.assign(globalThis, globals);
    globalThis.dawnInstance = create([]);
  }
  return globalThis.dawnInstance;
}

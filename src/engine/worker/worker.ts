/** The dedicated worker that owns the engine: composition of the host with WebGPU, the network and the cache. */
import { errorMessage, PlaygroundError } from '../../base/errors';
import { openCache } from '../../model/cache';
import { loadCheckpoint } from '../../model/load';
import type { Engine } from '../engine';
import { createEngineHost } from './host';
import type { WorkerCommand, WorkerEvent } from './protocol';
import { holdLife } from './worker-life';

async function part<T>(load: Promise<T>): Promise<T> {
  try {
    return await load;
  } catch (error) {
    throw new PlaygroundError('network', `The engine could not be downloaded (${errorMessage(error)}): check the connection and reload the page.`, [], { cause: error });
  }
}

async function createEngine(backend: 'webgpu' | 'onnx', form?: string): Promise<Engine> {
  if (backend === 'webgpu') return (await part(import('../webgpu/engine'))).createWebgpuEngine(form === undefined ? {} : { form });
  return (await part(import('../onnx/browser'))).openOnnxEngine();
}

const post = (event: WorkerEvent, transfer: readonly ArrayBufferLike[] = []): void => {
  // What the engines make is never shared memory.
  postMessage(event, { transfer: transfer.filter((buffer) => buffer instanceof ArrayBuffer) });
};

const host = createEngineHost({
  createEngine,
  loadCheckpoint: async (modelsUrl, model, options) =>
    loadCheckpoint({ fetcher: (url, init) => fetch(url, init), modelsUrl, cache: await openCache() }, model, options),
  fetched: () => performance.getEntriesByType('resource').map(({ name }) => name),
  post,
});

holdLife((lock) => post({ type: 'alive', id: 0, lock }));

addEventListener('message', (event: MessageEvent<WorkerCommand>) => host.handle(event.data));

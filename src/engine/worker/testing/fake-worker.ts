/** The engine's worker in this thread, on the reference engine: messages are cloned and arrive later, as between real threads. */
import { PlaygroundError } from '../../../base/errors';
import type { Tokenizer } from '../../../model/checkpoint';
import type { ModelConfig } from '../../../model/config';
import type { LoadedCheckpoint } from '../../../model/load';
import { createReferenceEngine } from '../../reference/engine';
import { tinyCheckpoint } from '../../testing/tiny-model';
import type { WorkerPort } from '../client';
import { createEngineHost, type HostServices } from '../host';
import type { WorkerCommand, WorkerEvent } from '../protocol';

/** One token for each letter. */
export const LETTERS: Tokenizer = {
  encode: (text) => Array.from(text, (letter) => letter.charCodeAt(0) % 96),
  decode: (ids) => String.fromCharCode(...ids),
  tokenText: (id) => `<${id}>`,
  idOf: () => undefined,
};

/** Loads the random model `tiny`, and refuses any other name. */
export function loadTiny(config: Partial<ModelConfig> = {}): HostServices['loadCheckpoint'] {
  return async (_, model, { onProgress }): Promise<LoadedCheckpoint> => {
    if (model !== 'tiny') throw new PlaygroundError('bad-input', `There is no model "${model}"; there is tiny.`, ['a detail']);
    onProgress?.('download', 5, 10);
    return { checkpoint: { ...tinyCheckpoint({ endOfText: [], ...config }), tokenizer: LETTERS }, downloadedBytes: 10, cacheNote: 'not kept' };
  };
}

export class FakeWorker implements WorkerPort {
  onmessage: WorkerPort['onmessage'] = null;
  onerror: WorkerPort['onerror'] = null;
  onmessageerror: WorkerPort['onmessageerror'] = null;
  terminated = false;
  private readonly host;

  constructor(services: Partial<HostServices> = {}) {
    this.host = createEngineHost({
      createEngine: () => Promise.resolve(createReferenceEngine()),
      loadCheckpoint: loadTiny(),
      post: (event, transfer = []) => {
        // At once, as a real worker does: what is transferred is gone on this side.
        const data = structuredClone(event, { transfer: [...transfer] as ArrayBuffer[] });
        this.later(() => this.onmessage?.({ data } as MessageEvent<WorkerEvent>));
      },
      ...services,
    });
  }

  postMessage(command: WorkerCommand): void {
    const copy = structuredClone(command);
    this.later(() => this.host.handle(copy));
  }

  terminate(): void {
    this.terminated = true;
  }

  private later(action: () => void): void {
    queueMicrotask(() => {
      if (!this.terminated) action();
    });
  }
}

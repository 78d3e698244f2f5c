/** What lies below the first chosen layer: run once when a problem is prepared, and kept on the device. */
import { throwIfCancelled } from '../../../base/errors';
import { ROUTER_AS_TRAINED } from '../../../routing/plan';
import { GREEDY } from '../../engine';
import { PassEncoder } from '../forward';
import type { WebgpuModel } from '../model';
import { WebgpuSequence } from '../sequence';

/** Where to put the residual stream that enters the first layer. */
export interface StreamTarget {
  readonly buffer: GPUBuffer;
  /** Row of `buffer` for the first wanted token. */
  readonly row: number;
  /** First token that is wanted; the rest of the text follows it. */
  readonly from: number;
}

/** Where to put keys and values of the tokens before the last, by layer from the first one on. */
export interface CacheTarget {
  readonly buffers: readonly GPUBuffer[];
  readonly keys: number;
  readonly values: number;
}

/**
 * Runs a text as trained and copies what a problem keeps of it. To be called inside `model.exclusive` and `context.guarded`.
 * @param firstLayer the layer whose input is wanted; layers from there on are only run for a cache
 */
export async function keepText(model: WebgpuModel, ids: readonly number[], firstLayer: number, stream: StreamTarget, cache: CacheTarget | undefined, signal: AbortSignal | undefined): Promise<void> {
  const { context, sizes, forward, buffers } = model;
  const { device } = context;
  const rowBytes = 4 * sizes.config.width;
  const sequence = WebgpuSequence.make(model, ids.length);
  try {
    for (let from = 0; from < ids.length; from += sizes.maxRows) {
      throwIfCancelled(signal);
      const piece = ids.slice(from, from + sizes.maxRows);
      const slots = model.usePlan(ROUTER_AS_TRAINED, ids.length);
      model.writeRun(piece.length, slots, GREEDY, false, false);
      device.queue.writeBuffer(buffers.ids, 0, Uint32Array.from(piece));
      device.queue.writeBuffer(buffers.state, 0, new Uint32Array([0, 0, from, 0]));
      const encoder = device.createCommandEncoder();
      const run = (first: number, end: number): void => {
        const pass = encoder.beginComputePass();
        forward.prefillLayers(new PassEncoder(pass), sequence.steps, piece.length, slots, first, end);
        pass.end();
      };
      run(0, firstLayer);
      const wanted = Math.max(from, stream.from);
      if (wanted < from + piece.length) {
        const to = (stream.row + wanted - stream.from) * rowBytes;
        encoder.copyBufferToBuffer(buffers.x, (wanted - from) * rowBytes, stream.buffer, to, (from + piece.length - wanted) * rowBytes);
      }
      if (cache !== undefined) run(firstLayer, sizes.config.layers);
      device.queue.submit([encoder.finish()]);
      await context.settle(device.queue.onSubmittedWorkDone());
    }
    if (cache === undefined || ids.length === 1) return;
    const encoder = device.createCommandEncoder();
    const keyBytes = 4 * sizes.keyWidth;
    cache.buffers.forEach((buffer, i) => {
      const part = 2 * (firstLayer + i) * sequence.partBytes;
      encoder.copyBufferToBuffer(sequence.cache, part, buffer, cache.keys * keyBytes, (ids.length - 1) * keyBytes);
      encoder.copyBufferToBuffer(sequence.cache, part + sequence.partBytes, buffer, cache.values * keyBytes, (ids.length - 1) * keyBytes);
    });
    device.queue.submit([encoder.finish()]);
  } finally {
    sequence.dispose();
  }
}

/** What fits into the memory of a page, found out before anything is built, and told in numbers. */
import { PlaygroundError } from '../../base/errors';
import type { Checkpoint } from '../../model/checkpoint';
import { expectedTensors } from '../../model/weights';
import { megabytes } from '../megabytes';

/** The largest protobuf message: https://protobuf.dev/programming-guides/proto-limits/. */
const MOST_MODEL_BYTES = 2 ** 31 - 1;

/** @throws PlaygroundError `no-room` where weights and rotations by position are more than one .onnx file can hold */
export function checkModelSize({ name, config }: Checkpoint): void {
  const weights = expectedTensors(config).reduce((sum, { shape }) => sum + shape.reduce((product, size) => product * size, 1), 0);
  const bytes = 4 * (weights + 2 * config.context * config.headDim);
  if (bytes <= MOST_MODEL_BYTES) return;
  throw new PlaygroundError('no-room', `The model "${name}" does not fit into ONNX Runtime: it wanted ${megabytes(bytes)}, and a model there has at most ${megabytes(MOST_MODEL_BYTES)}. Use a smaller model.`);
}

/**
 * The key-value cache of a text.
 * @param tokens how many it has room for
 * @param width floats a token
 * @throws PlaygroundError `no-room`
 */
export function allocateCache(tokens: number, width: number): Float32Array {
  try {
    return new Float32Array(tokens * width);
  } catch (error) {
    const wanted = megabytes(4 * tokens * width);
    throw new PlaygroundError('no-room', `A text of ${tokens.toLocaleString('en-US')} tokens does not fit into the memory of this page: it wanted ${wanted} in one piece. Close other tabs, or use a smaller model.`, [], { cause: error });
  }
}

/** Checkpoint tensors as the graph multiplies them: [in, out], side by side and stacked. */
import type { Tensor } from '../../model/checkpoint';
import type { SwigluWeights } from '../../model/weights';

/** Writes the transpose of [out, in] into `target`, a matrix [in, stride] that begins at `base`, with its first column at `column`. */
function writeTransposed(target: Float32Array, base: number, stride: number, column: number, source: Tensor): void {
  const values = source.toFloat32();
  const [out = 0, width = 0] = source.shape;
  for (let n = 0; n < out; n++) {
    for (let k = 0; k < width; k++) target[base + k * stride + column + n] = values[n * width + k] ?? 0;
  }
}

/** Matrices [out, in] of one input as a single [in, sum of outs]. */
export function sideBySide(sources: readonly Tensor[]): Float32Array {
  const stride = sources.reduce((sum, { shape }) => sum + (shape[0] ?? 0), 0);
  const target = new Float32Array((sources[0]?.shape[1] ?? 0) * stride);
  let column = 0;
  for (const source of sources) {
    writeTransposed(target, 0, stride, column, source);
    column += source.shape[0] ?? 0;
  }
  return target;
}

/** [blocks, D, 2 F]: gate, then up. */
export function stackedGateUp(blocks: readonly SwigluWeights[]): Float32Array {
  const [hidden = 0, width = 0] = blocks[0]?.gate.shape ?? [];
  const target = new Float32Array(blocks.length * width * 2 * hidden);
  blocks.forEach(({ gate, up }, i) => {
    writeTransposed(target, i * width * 2 * hidden, 2 * hidden, 0, gate);
    writeTransposed(target, i * width * 2 * hidden, 2 * hidden, hidden, up);
  });
  return target;
}

/** [blocks, F, D] */
export function stackedDown(blocks: readonly SwigluWeights[]): Float32Array {
  const [width = 0, hidden = 0] = blocks[0]?.down.shape ?? [];
  const target = new Float32Array(blocks.length * hidden * width);
  blocks.forEach(({ down }, i) => writeTransposed(target, i * hidden * width, width, 0, down));
  return target;
}

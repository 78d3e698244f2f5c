/** Weights of a kernel test in each storage that the device can read, all with the same numbers. */
import { roundHalf, toHalf } from '../../../../base/half';
import type { WeightStorage } from '../../constants';
import type { GpuContext } from '../../context';
import type { Words } from './harness';
import { normals } from './oracle';

/** `f16` only where the device has the type: software adapters rarely do. */
export function readableStorages({ device }: GpuContext): WeightStorage[] {
  return device.features.has('shader-f16') ? ['f32', 'packed', 'f16'] : ['f32', 'packed'];
}

/** Standard normal numbers times `spread`, all exact in float16. */
export function halfNormals(seed: number, n: number, spread = 1): Float32Array<ArrayBuffer> {
  return normals(seed, n, spread).map(roundHalf);
}

/** A matrix as a kernel is given it. */
export function storedAs(storage: WeightStorage, w: Float32Array<ArrayBuffer>): Words {
  return storage === 'f32' ? w : new Uint32Array(Uint16Array.from(w, toHalf).buffer);
}

/** The gain of a norm over `width` numbers as a kernel is given it. Of float32 weights it is in the matrix already, so that whoever reads it here gets no number. */
export function gainFor(storage: WeightStorage, width: number): Float32Array<ArrayBuffer> {
  return storage === 'f32' ? new Float32Array(width).fill(NaN) : normals(77, width, 0.3).map((value) => 1 + value);
}

/** w [.., K, columns] with the gain of its K rows, as the oracle multiplies by it. */
export function withGain(storage: WeightStorage, w: Float32Array, gain: Float32Array, columns: number): Float32Array<ArrayBuffer> {
  return Float32Array.from(w, (value, i) => (storage === 'f32' ? value : value * gain[Math.floor(i / columns) % gain.length]!));
}

/** Gradients that PyTorch computed (training/golden_gradients.py), in Node from the disk and in a browser from the test server. */
import type { Checkpoint } from '../../model/checkpoint';
import { parseHfConfig } from '../../model/hf-config';
import { parseSafetensors } from '../../model/safetensors';

/** Texts that share their layers. B texts, C layers, E experts; row-major. */
interface Group {
  readonly layers: readonly number[];
  readonly texts: readonly (readonly number[])[];
  /** [B] */
  readonly loss: Float32Array;
}

export interface PathwayGroup extends Group {
  readonly kind: 'pathway';
  readonly targets: readonly number[];
  /** [B, C, E] */
  readonly omega: Float32Array;
  readonly hard: Float32Array;
  readonly straight: Float32Array;
}

export interface ContextGroup extends Group {
  readonly kind: 'context';
  readonly weights: readonly (readonly number[])[];
  /** [B, C, E] */
  readonly delta: Float32Array;
  readonly gradient: Float32Array;
}

async function readBytes(path: string): Promise<Uint8Array> {
  if (typeof window !== 'undefined') {
    const response = await fetch(`/${path}`);
    if (!response.ok) throw new Error(`the test server has no ${path}`);
    return new Uint8Array(await response.arrayBuffer());
  }
  const { readFileSync } = await import('node:fs');
  return readFileSync(path);
}

/** @param name `moe`, the shipped model, or a folder of training/golden */
export async function goldenGradients(name: string): Promise<(PathwayGroup | ContextGroup)[]> {
  const path = name === 'moe' ? 'training/golden/moe.gradients.safetensors' : `training/golden/${name}/gradients.safetensors`;
  const { tensors, metadata } = parseSafetensors(await readBytes(path));
  const kinds = JSON.parse(metadata.get('groups') ?? '[]') as string[];
  return kinds.map((kind, g) => {
    const values = (key: string): Float32Array => {
      const tensor = tensors.get(`g${g}.${key}`);
      if (tensor === undefined) throw new TypeError(`the golden file lacks g${g}.${key}`);
      return tensor.toFloat32();
    };
    const lengths = [...values('lengths')];
    const split = (all: Float32Array): number[][] => {
      let at = 0;
      return lengths.map((length) => [...all.subarray(at, (at += length))]);
    };
    const shared = { layers: [...values('layers')], texts: split(values('ids')), loss: values('loss') };
    return kind === 'pathway'
      ? { ...shared, kind, targets: [...values('targets')], omega: values('omega'), hard: values('hard'), straight: values('straight') }
      : { ...shared, kind: 'context', weights: split(values('weights')), delta: values('delta'), gradient: values('gradient') };
  });
}

/** A small random checkpoint of training/golden. */
export async function goldenCheckpoint(name: string): Promise<Checkpoint> {
  const config = parseHfConfig(JSON.parse(new TextDecoder().decode(await readBytes(`training/golden/${name}/config.json`))));
  const { tensors } = parseSafetensors(await readBytes(`training/golden/${name}/model.safetensors`));
  return { name, config, tensors, tokenizer: undefined, sha256: '' };
}

/** Norm of the difference over the norm of what is wanted, or 1e-4 where that is less: the measure of the gradient tests. */
export function relativeError(got: ArrayLike<number>, want: ArrayLike<number>): number {
  if (got.length !== want.length) return NaN;
  let difference = 0;
  let size = 0;
  for (let i = 0; i < want.length; i++) {
    difference += ((got[i] ?? NaN) - (want[i] ?? NaN)) ** 2;
    size += (want[i] ?? NaN) ** 2;
  }
  return Math.sqrt(difference) / Math.max(Math.sqrt(size), 1e-4);
}

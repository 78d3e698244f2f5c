/** The shipped checkpoint, in Node from the disk and in a browser from the test server. */
import { assembleCheckpoint, OPTIONAL_FILES, REQUIRED_FILES, type CheckpointFileName } from '../../model/assemble';
import type { Checkpoint } from '../../model/checkpoint';

export const SHIPPED = 'public/models/moe';

export async function shippedCheckpoint(): Promise<Checkpoint> {
  if (typeof window === 'undefined') {
    const { readCheckpoint } = await import('../read-checkpoint');
    return readCheckpoint(SHIPPED);
  }
  const files = new Map<CheckpointFileName, Uint8Array>();
  for (const name of [...REQUIRED_FILES, ...OPTIONAL_FILES]) {
    const response = await fetch(`/models/moe/${name}`);
    if (response.ok) files.set(name, new Uint8Array(await response.arrayBuffer()));
  }
  return assembleCheckpoint('moe', files, '');
}

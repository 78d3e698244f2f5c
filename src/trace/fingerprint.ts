/** What a trace is recognised by: the tokens and how they were routed, whatever its title or numbers. */
import { sha256 } from '../base/sha256';

/** Characters of a fingerprint. */
export const FINGERPRINT_LENGTH = 64;

/**
 * Lower-case hexadecimal SHA-256 of the token ids (uint32, little endian) followed by the chosen
 * experts (uint16, little endian).
 * @param ids [T]
 * @param experts [T, L, K], slots past `count` hold 0
 */
export function traceFingerprint(ids: Uint32Array, experts: Uint16Array): string {
  const view = new DataView(new ArrayBuffer(4 * ids.length + 2 * experts.length));
  ids.forEach((id, i) => view.setUint32(4 * i, id, true));
  experts.forEach((expert, i) => view.setUint16(4 * ids.length + 2 * i, expert, true));
  return sha256(new Uint8Array(view.buffer));
}

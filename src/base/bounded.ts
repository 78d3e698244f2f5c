/** Reading streams of unknown length: never more than asked for, against files that inflate to gigabytes. */

/** All bytes of a stream, or undefined once it is known to hold more than `most`; what is left is not read. */
export async function readBounded(stream: ReadableStream<Uint8Array>, most: number): Promise<Uint8Array<ArrayBuffer> | undefined> {
  const reader = stream.getReader();
  const parts: Uint8Array[] = [];
  let size = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    size += value.byteLength;
    if (size > most) {
      await reader.cancel();
      return undefined;
    }
    parts.push(value);
  }
  const all = new Uint8Array(size);
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.byteLength;
  }
  return all;
}

/** Whether the bytes begin like a gzip file (RFC 1952). */
export function isGzip(bytes: Uint8Array): boolean {
  return bytes[0] === 0x1f && bytes[1] === 0x8b;
}

/**
 * The content of a gzip file, or undefined when it is longer than `most` bytes.
 * @throws TypeError when the bytes are no gzip file, or one that is cut off or damaged
 */
export function gunzip(bytes: Uint8Array<ArrayBuffer>, most: number): Promise<Uint8Array<ArrayBuffer> | undefined> {
  return readBounded(new Blob([bytes]).stream().pipeThrough(new DecompressionStream('gzip')), most);
}

/** Text in a link: readable as far as an address allows it, or deflated, as base64url. */

/** Upper bound of an inflated text, against deflate bombs. */
const MAX_INFLATED = 1_048_576;

export async function deflate(text: string): Promise<string> {
  const stream = new Blob([text]).stream().pipeThrough(new CompressionStream('deflate-raw'));
  const bytes = new Uint8Array(await new Response(stream).arrayBuffer());
  let binary = '';
  for (const byte of bytes) binary += String.fromCharCode(byte);
  return btoa(binary).replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '');
}

/**
 * The text that `deflate` packed.
 * @param most longest result, bytes
 * @throws anything for what is not such a text, and RangeError for one that is too long
 */
export async function inflate(text: string, most = MAX_INFLATED): Promise<string> {
  const binary = atob(text.replaceAll('-', '+').replaceAll('_', '/'));
  const bytes = Uint8Array.from(binary, (character) => character.charCodeAt(0));
  const reader = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('deflate-raw')).getReader();
  const decoder = new TextDecoder();
  let size = 0;
  let out = '';
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return out + decoder.decode();
    size += value.byteLength;
    if (size > most) {
      await reader.cancel();
      throw new RangeError('The inflated text is too long.');
    }
    out += decoder.decode(value, { stream: true });
  }
}

/** A query as an address holds it, with the characters readable that an address may hold as they are. */
export function readable(query: URLSearchParams): string {
  return query.toString().replaceAll('%2C', ',').replaceAll('%3A', ':').replaceAll('%2F', '/');
}

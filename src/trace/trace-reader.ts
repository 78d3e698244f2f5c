/** The worker that reads one trace file and ends: parsing and checking keep no other thread waiting, and a file too large for memory takes nothing else with it. */
import { readTraces, type ReadResult } from './read';
import type { ReaderMessage } from './reader';

/** Memory that moves to the page instead of being copied. */
function buffersOf(result: ReadResult): readonly ArrayBuffer[] {
  if (!result.ok) return [];
  const arrays = result.traces.flatMap(({ tokens, routing, output }) => [
    tokens.ids, tokens.writer, routing.experts, routing.mix, routing.prob, routing.logits, routing.count, routing.outputNorm,
    output.entropy, output.chosen, output.logProb, output.top?.ids, output.top?.prob, output.logits,
  ]);
  return [...new Set(arrays.flatMap((array) => (array?.buffer instanceof ArrayBuffer ? [array.buffer] : [])))];
}

/** Bytes between two reports. */
const REPORT_EVERY = 1_048_576;

function say(message: ReaderMessage, transfer: readonly ArrayBuffer[] = []): void {
  postMessage(message, { transfer: [...transfer] });
}

/** The file's bytes, with reports on the way. */
async function bytesOf(file: Blob): Promise<Uint8Array<ArrayBuffer>> {
  const all = new Uint8Array(file.size);
  const reader = file.stream().getReader();
  let done = 0;
  let told = 0;
  for (let part = await reader.read(); !part.done; part = await reader.read()) {
    all.set(part.value, done);
    done += part.value.length;
    if (done - told < REPORT_EVERY && done < file.size) continue;
    told = done;
    say({ progress: { done, total: file.size } });
  }
  return all;
}

addEventListener('message', (event: MessageEvent<Blob>) => {
  void (async () => {
    const result = await readTraces(await bytesOf(event.data));
    say({ result }, buffersOf(result));
  })();
});

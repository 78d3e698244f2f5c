/** The worker that reads one trace file and ends: parsing and checking keep no other thread waiting, and a file too large for memory takes nothing else with it. */
import { readTraces, type ReadResult } from './read';

/** Memory that moves to the page instead of being copied. */
function buffersOf(result: ReadResult): readonly ArrayBuffer[] {
  if (!result.ok) return [];
  const arrays = result.traces.flatMap(({ tokens, routing, output }) => [
    tokens.ids, tokens.writer, routing.experts, routing.mix, routing.prob, routing.logits, routing.count, routing.outputNorm,
    output.entropy, output.chosen, output.logProb, output.top?.ids, output.top?.prob, output.logits,
  ]);
  return [...new Set(arrays.flatMap((array) => (array?.buffer instanceof ArrayBuffer ? [array.buffer] : [])))];
}

addEventListener('message', (event: MessageEvent<Blob>) => {
  void (async () => {
    const result = await readTraces(new Uint8Array(await event.data.arrayBuffer()));
    postMessage(result, { transfer: [...buffersOf(result)] });
  })();
});

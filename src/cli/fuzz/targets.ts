/** What is fuzzed: every reader of what comes from outside, with good files near which the damaged ones lie. */
import { readdirSync, readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { PlaygroundError, type ErrorCode } from '../../base/errors';
import { parseJsonFile } from '../../model/assemble';
import { parseHfConfig } from '../../model/hf-config';
import { parseSafetensors } from '../../model/safetensors';
import { createTokenizer } from '../../model/tokenizer';
import { parsePlan } from '../../routing/parse';
import { decodeEdits } from '../../state/editUrl';
import { readLink } from '../../state/link';
import { traceText } from '../../trace/file';
import { readTraces, readTraceText, type ReadResult } from '../../trace/read';
import { draws, mutateBytes, mutatedJson, mutatedText } from './mutate';
import { CONFIGS, HEADERS, LINKS, PLANS, TOKENIZER } from './seeds';

/** Whether an input was read, or refused as it should be. Anything else is thrown. */
export type Verdict = 'read' | 'refused';

export interface FuzzTarget {
  readonly name: string;
  /** Inputs with the check that they are for. */
  readonly inputs: fc.Arbitrary<unknown>;
  readonly check: (input: unknown) => Verdict | Promise<Verdict>;
}

function target<T>(name: string, inputs: fc.Arbitrary<T>, check: (input: T) => Verdict | Promise<Verdict>): FuzzTarget {
  // Sound: the only inputs that the check sees are those of the arbitrary beside it.
  return { name, inputs, check: (input) => check(input as T) };
}

/** Runs a reader that throws: only its documented error may come, as a sentence. */
function refusedBy(code: ErrorCode, read: () => unknown): Verdict {
  try {
    read();
    return 'read';
  } catch (error) {
    if (!(error instanceof PlaygroundError) || error.code !== code) throw error;
    if (!/^\S.{8,}[.:)]?$/su.test(error.message)) throw new Error(`The refusal is no sentence: ${error.message}`, { cause: error });
    return 'refused';
  }
}

/** Without the warnings of the tokenizer's library. */
function quietly<T>(work: () => T): T {
  const { warn } = console;
  console.warn = (): void => undefined;
  try {
    return work();
  } finally {
    console.warn = warn;
  }
}

/** A trace that was read is whole: it goes out and comes back as the same text. A refusal says why. */
function judged(result: ReadResult): Verdict {
  if (!result.ok) {
    if (result.errors.length === 0) throw new Error('Refused without a reason.');
    for (const { message } of result.errors) if (!/^[^\n].+[.]$/su.test(message)) throw new Error(`The refusal is no sentence: ${message}`);
    return 'refused';
  }
  for (const trace of result.traces) {
    const text = traceText(trace);
    const again = readTraceText(text);
    if (!again.ok || again.traces.length !== 1 || again.traces.some((one) => traceText(one) !== text)) throw new Error('The trace does not come back as it went out.');
  }
  return 'read';
}

const TRACES = 'src/trace/testing/';
const file = (path: string): string => readFileSync(TRACES + path, 'utf8');
const files = (folder: string, beginning: string): readonly string[] => readdirSync(TRACES + folder).filter((name) => name.startsWith(beginning)).map((name) => file(`${folder}/${name}`));

function tracesOf(text: string): string {
  const result = readTraceText(text);
  if (!result.ok || result.traces[0] === undefined) throw new Error('The seed is no trace.');
  return traceText(result.traces[0], { arrays: 'plain', float: 'f16' });
}

function importers(): readonly FuzzTarget[] {
  return (['moe-atlas', 'vllm', 'sglang', 'c3po', 'llama'] as const).map((name) => {
    const seeds = files('foreign', name);
    return target(`importer ${name}`, mutatedText(seeds), (text) => judged(readTraceText(text)));
  });
}

function header(json: string, data: number): Uint8Array<ArrayBuffer> {
  const text = new TextEncoder().encode(json);
  const bytes = new Uint8Array(8 + text.length + data);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(text.length), true);
  bytes.set(text, 8);
  return bytes;
}

/** All targets. Run in the root of the repository: seeds are read from there. */
export function fuzzTargets(): readonly FuzzTarget[] {
  const own = files('hf', '').slice(0, 3);
  const plain = own.map(tracesOf);
  const lines = fc.tuple(fc.constantFrom(...plain), fc.array(mutatedText(plain), { minLength: 1, maxLength: 2 })).map(([good, others]) => [good, ...others].join('\n'));
  const zipped = fc.oneof(
    fc.tuple(fc.constantFrom(...own.map((text) => gzipSync(text))), draws(3)).map(([bytes, changes]) => changes.reduce(mutateBytes, new Uint8Array(bytes))),
    mutatedText([...own, ...plain]).map((text) => new Uint8Array(gzipSync(text, { level: 1 }))),
  );
  const headers = fc.oneof(
    mutatedText(HEADERS.map(({ json }) => json)).chain((json) => fc.nat({ max: 40 }).map((data) => header(json, data))),
    fc.tuple(fc.constantFrom(...HEADERS.map(({ json, data }) => header(json, data))), draws(3)).map(([bytes, changes]) => changes.reduce(mutateBytes, bytes)),
  );
  const shape = { layers: 8, experts: 16 };
  return [
    target('safetensors header', headers, (bytes) => refusedBy('bad-file', () => [...parseSafetensors(bytes).tensors.values()].map((tensor) => tensor.toFloat32()))),
    target('config.json', mutatedText(CONFIGS), (text) => refusedBy('bad-file', () => parseHfConfig(parseJsonFile(new TextEncoder().encode(text), 'config.json')))),
    target('tokenizer.json', mutatedJson([TOKENIZER]), (json) =>
      quietly(() =>
        refusedBy('bad-file', () => {
          const tokenizer = createTokenizer(json);
          const ids = tokenizer.encode('low lower newest');
          tokenizer.decode(ids);
          ids.forEach(tokenizer.tokenText);
        }),
      ),
    ),
    target('trace, JSON', mutatedText([...own, ...plain]), (text) => judged(readTraceText(text))),
    target('trace, JSON lines', lines, (text) => judged(readTraceText(text))),
    target('trace, gzip', zipped, async (bytes) => judged(await readTraces(bytes))),
    ...importers(),
    target('plan JSON', mutatedJson(PLANS), (json) => refusedBy('bad-input', () => parsePlan(json, shape))),
    target('link', mutatedText(LINKS), async (hash) => {
      const { notices, edits } = await readLink(hash);
      const decoded = await decodeEdits(edits, { layers: [0, 1, 2, 3, 4, 5, 6, 7], experts: 16, vocabulary: 4096 });
      return notices.length + decoded.notices.length > 0 ? 'refused' : 'read';
    }),
  ];
}

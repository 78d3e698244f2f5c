import { readdirSync, readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { traceText } from './file';
import { readTraces, readTraceText, type ReadResult } from './read';
import { smallTrace } from './testing/small';

const FOREIGN = new URL('./testing/foreign/', import.meta.url);
const MIB = 1024 * 1024;

function bytes(content: string | Uint8Array): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(typeof content === 'string' ? new TextEncoder().encode(content) : content);
}

function messages(result: ReadResult): readonly string[] {
  return result.ok ? [] : result.errors.map((fault) => fault.message);
}

describe('a file of our own format', () => {
  const text = traceText(smallTrace);

  test('is read as JSON, and gzipped', async () => {
    for (const file of [bytes(text), bytes(`\uFEFF${text}`), bytes(gzipSync(text))]) expect(await readTraces(file)).toEqual({ ok: true, traces: [smallTrace], notes: [] });
  });

  test('is read as JSON lines, one trace a line, and all of them or none', async () => {
    const other = { ...smallTrace, title: 'another' };
    const lines = `${text}\n${traceText(other)}\n\n`;
    expect(await readTraces(bytes(gzipSync(lines)))).toEqual({ ok: true, traces: [smallTrace, other], notes: [] });
    expect(messages(readTraceText(`${text}\n${text.replace('"layers":2', '"layers":-2')}`))).toEqual(['Trace 2: model.layers is the number -2, but a number of at least 0 is wanted: correct it.']);
    expect(messages(readTraceText(`${text}\n{"format":`))).toEqual(['Line 2: The file is not JSON: Unexpected end of JSON input. Choose a trace, a .json file that this page or its command line wrote.']);
  });

  test('of more traces than the page holds is opened as far as it goes, and says so', () => {
    const result = readTraceText(Array.from({ length: 15 }, (_, i) => traceText({ ...smallTrace, title: String(i) })).join('\n'));
    expect(result.ok && result.traces.length).toBe(12);
    expect(result.ok && result.notes).toEqual(['The file holds more than 12 traces; the first 12 were opened.']);
  });
});

describe('a file that cannot be read is refused with a sentence', () => {
  test('larger than 64 MiB', async () => {
    expect(messages(await readTraces(new Uint8Array(65 * MIB)))).toEqual(['The file is too large: 65 MiB, and at most 64 MiB are read. Export fewer tokens, leave out the logits, or choose packed arrays.']);
  });

  test('inflating to more than 64 MiB, without inflating it all', async () => {
    const bomb = gzipSync(new Uint8Array(200 * MIB));
    expect(bomb.length).toBeLessThan(MIB);
    expect(messages(await readTraces(bytes(bomb)))).toEqual(['The file is too large: it inflates to more than 64 MiB, and at most 64 MiB are read. Export fewer tokens, leave out the logits, or choose packed arrays.']);
  });

  test('cut off, in another encoding, or of another kind', async () => {
    expect(messages(await readTraces(bytes(gzipSync('{}').subarray(0, 15))))).toEqual(['The file begins like a gzip file, but it is damaged or cut off: save it again.']);
    expect(messages(await readTraces(bytes(Uint8Array.of(0x50, 0x4b, 3, 4, 0xff, 0xfe))))[0]).toMatch(/^The file is not text in UTF-8\. It looks like an archive: unpack it first\. The page reads our own traces, and files of moe-atlas; routed_experts of vLLM or SGLang; C3PO; llama\.cpp/);
    expect(messages(readTraceText('{"messages":[]}'))).toEqual([
      'The file is not a trace: its format is nothing, but the text "moe-trace" is wanted. Choose another file; docs/TRACE_FORMAT.md describes the format.',
      'The page reads our own traces, and files of moe-atlas; routed_experts of vLLM or SGLang; C3PO; llama.cpp layer,expert CSV (experimental).',
    ]);
  });

  test('with keys, nesting or sizes that could do harm', () => {
    const atlas = readFileSync(new URL('moe-atlas.jsonl', FOREIGN), 'utf8').split('\n')[0] ?? '';
    expect(messages(readTraceText(atlas.replace('"model_name"', '"__proto__":{"polluted":1},"model_name"')))).toEqual(['The file has a key named __proto__, which no trace needs and which can do harm. Remove it.']);
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
    expect(messages(readTraceText(`{"routed_experts":${'['.repeat(50_000)}${']'.repeat(50_000)}}`))[0]).toMatch(/nests lists and objects more than 32 deep/);
    const wide = `{"last_token_routing":{"layers":[{"layer":0,"routing_weights":{${Array.from({ length: 200_000 }, (_, i) => `"expert_${i % 65_536}${i > 65_535 ? 'x' : ''}":0`).join(',')}}}]}}`;
    expect(messages(readTraceText(wide)).length).toBeGreaterThan(0);
    const rows = `layer,expert,token\n${Array.from({ length: 300 }, (_, i) => `${i},${i},${i * 3000}`).join('\n')}`;
    expect(readTraceText(rows).ok).toBe(true);
    const sparse = JSON.stringify({ num_experts: 8, token_strs: Array.from({ length: 9_000 }, () => 'a'), activations: Array.from({ length: 9_000 }, (_, i) => ({ layer: i, token_idx: i, expert_idx: 0, gate_weight: 1 })) });
    expect(messages(readTraceText(sparse))[0]).toMatch(/more than 16777216 numbers: export fewer tokens/);
  });
});

const REPLACEMENTS: readonly unknown[] = [null, -1, 0.5, 1e300, '', 'x', '<img src=x onerror=alert(1)>', '\u202Eabc', [], [[]], {}, true, [1, 2, 3], [['a']], { __proto__: null, a: 1 }, Number.MAX_SAFE_INTEGER];

type Json = Record<string, unknown>;

function places(value: unknown, out: { parent: Json; key: string }[] = []): { parent: Json; key: string }[] {
  if (typeof value !== 'object' || value === null) return out;
  for (const key of Object.keys(value)) {
    out.push({ parent: value as Json, key });
    places((value as Json)[key], out);
  }
  return out;
}

test('500 mutated foreign files are read as valid traces or refused in words, and never crash', () => {
  const files = readdirSync(FOREIGN).filter((name) => name !== 'c3po.json').map((name) => readFileSync(new URL(name, FOREIGN), 'utf8'));
  let refused = 0;
  const check = (result: ReadResult): void => {
    if (!result.ok) {
      refused++;
      expect(result.errors.length).toBeGreaterThan(0);
      for (const { message } of result.errors) expect(message).toMatch(/^[^\n].+[.]$/su);
      return;
    }
    for (const trace of result.traces) {
      const text = traceText(trace);
      const again = readTraceText(text);
      expect(again.ok && again.traces.map((one) => traceText(one))).toEqual([text]);
    }
  };
  fc.assert(
    fc.property(fc.constantFrom(...files.filter((text) => text.startsWith('{\n'))), fc.array(fc.tuple(fc.nat(), fc.nat()), { minLength: 1, maxLength: 3 }), (text, mutations) => {
      const file = JSON.parse(text) as Json;
      for (const [where, what] of mutations) {
        const all = places(file);
        const { parent, key } = all[where % Math.max(1, all.length)] ?? { parent: file, key: 'x' };
        if (what % 5 === 0) delete parent[key];
        else parent[key] = structuredClone(REPLACEMENTS[what % REPLACEMENTS.length]);
      }
      check(readTraceText(JSON.stringify(file)));
    }),
    { numRuns: 350 },
  );
  fc.assert(
    fc.property(fc.constantFrom(...files), fc.array(fc.tuple(fc.nat(), fc.nat({ max: 127 })), { minLength: 1, maxLength: 4 }), (text, edits) => {
      let damaged = text;
      for (const [where, code] of edits) {
        const at = where % damaged.length;
        damaged = damaged.slice(0, at) + String.fromCharCode(code) + damaged.slice(at + 1);
      }
      check(readTraceText(damaged));
    }),
    { numRuns: 150 },
  );
  expect(refused).toBeGreaterThan(150);
});

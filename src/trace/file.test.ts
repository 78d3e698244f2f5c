import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { EXACT, exportTrace, importTrace, traceText, traceTextBytes, type ExportOptions } from './file';
import { arbitraryTrace } from './testing/arbitrary';
import { smallTrace } from './testing/small';
import type { Trace } from './trace';

const FORMS: readonly ExportOptions[] = [
  { arrays: 'base64', float: 'f32' },
  { arrays: 'plain', float: 'f32' },
  { arrays: 'base64', float: 'f16' },
  { arrays: 'plain', float: 'f16' },
];

function imported(input: unknown): Trace {
  const result = importTrace(input);
  if (!result.ok) throw new Error(result.errors.map((fault) => fault.message).join('\n'));
  return result.trace;
}

describe('a trace file', () => {
  test('reads back as the trace that was written', () => {
    for (const arrays of ['base64', 'plain'] as const) expect(imported(traceText(smallTrace, { arrays, float: 'f32' }))).toEqual(smallTrace);
  });

  test('is the same text after export, import, export, for 200 generated traces in each form', () => {
    fc.assert(
      fc.property(arbitraryTrace, (trace) => {
        for (const form of FORMS) {
          const text = traceText(trace, form);
          expect(traceText(imported(text), form)).toBe(text);
          if (form.arrays === 'base64' && form.float === 'f32') expect(traceTextBytes(trace)).toBe(new TextEncoder().encode(text).byteLength);
        }
      }),
      { numRuns: 200 },
    );
  });

  test('is as long as it was measured to be, also with keys that the schema leaves out', () => {
    const odd = { ...smallTrace, meta: { prototype: 1, constructor: 2, kept: 3 } };
    expect(traceTextBytes(odd)).toBe(new TextEncoder().encode(traceText(odd)).byteLength);
  });

  test('keeps every float32 exactly in both forms', () => {
    fc.assert(
      fc.property(arbitraryTrace, (trace) => {
        const packed = imported(traceText(trace, { arrays: 'base64', float: 'f32' }));
        const plain = imported(traceText(trace, { arrays: 'plain', float: 'f32' }));
        expect(packed.routing.mix).toEqual(trace.routing.mix);
        // -0 is 0 in JSON.
        expect(plain.routing.mix).toEqual(trace.routing.mix.map((x) => x + 0));
        expect(packed.output.logProb).toEqual(trace.output.logProb?.map((x) => x + 0));
      }),
      { numRuns: 50 },
    );
  });

  test('has the fields and forms of version 1', () => {
    expect(exportTrace(smallTrace, { arrays: 'plain', float: 'f32' })).toMatchObject({
      $schema: 'moe-trace-1',
      format: 'moe-trace',
      version: '1.0',
      tokens: { ids: [5, 7], names: { ids: [3, 4], text: [' x', ' y'] } },
      routing: { shape: [2, 2, 2], experts: [[[2, 1], [0, 0]], [[1, 0], [2, 0]]], count: [[2, 0], [2, 1]] },
      output: { logProb: [null, -0.25], entropy: [1.5, 0.1], top: { ids: [[3, 7], [4, 5]], p: [[0.5, 0.25], [0.75, 0.125]] } },
    });
    // 0.75 0.25 0 0 | 0.6 0.4 1 0 as little-endian float32, encoded by Python's struct and base64.
    expect(exportTrace(smallTrace, EXACT).routing.mix).toEqual({ dtype: 'f32', shape: [2, 2, 2], b64: 'AABAPwAAgD4AAAAAAAAAAJqZGT/NzMw+AACAPwAAAAA=' });
    expect(exportTrace(smallTrace, { arrays: 'base64', float: 'f16' }).routing.mix).toEqual({ dtype: 'f16', shape: [2, 2, 2], b64: 'ADoANAAAAADNOGY2ADwAAA==' });
    expect(exportTrace(smallTrace, EXACT).routing.experts).toEqual({ dtype: 'u8', shape: [2, 2, 2], b64: 'AgEAAAEAAgA=' });
  });

  test('is recognised by tokens and experts alone', () => {
    // SHA-256 of 05000000 07000000 | 0200 0100 0000 0000 0100 0000 0200 0000, computed with Python's hashlib.
    const fingerprint = 'f89e096cdcac805dfe2018249323d94260404f1f0442cefd81003cd22fb1a43b';
    expect(exportTrace(smallTrace).fingerprint).toBe(fingerprint);
    expect(exportTrace({ ...smallTrace, title: 'another' }, { arrays: 'plain', float: 'f16' }).fingerprint).toBe(fingerprint);
    expect(importTrace({ ...exportTrace(smallTrace), fingerprint: '0'.repeat(64) })).toMatchObject({
      ok: true,
      notes: ["The trace's fingerprint does not belong to its tokens and experts: they were changed after it was written."],
    });
  });

  test('falls back to float32 where a half would overflow', () => {
    const loud = { ...smallTrace, routing: { ...smallTrace.routing, outputNorm: Float32Array.of(70000, 1, 0, 0, 1, 1, 1, 0) } };
    expect(exportTrace(loud, { arrays: 'base64', float: 'f16' }).routing).toMatchObject({ mix: { dtype: 'f16' }, outputNorm: { dtype: 'f32' } });
  });
});

describe('a trace file from elsewhere', () => {
  const minimal = {
    format: 'moe-trace',
    version: '1.7',
    exporter: 'other@2',
    created: '2026-01-31T12:00:00.123456+00:00',
    title: '',
    model: { id: 'm', layers: 2, moeLayers: [1], experts: 3, topK: 1, sharedExperts: 0, scoring: 'softmax', normTopk: true },
    tokens: { ids: [9, 1, 2], text: ['a', 'b', 'c'], kind: ['special', 'prompt', 'generated'] },
    routing: { shape: [3, 1, 1], experts: [2, 0, 1], mix: [1, 1, 1] },
  };

  test('may leave out everything that is optional, and lists may be flat', () => {
    const trace = imported(minimal);
    expect(trace.routing).toEqual({ slots: 1, experts: Uint16Array.of(2, 0, 1), mix: Float32Array.of(1, 1, 1) });
    expect(trace.run).toEqual({ promptTokens: 2 });
    expect(trace.output).toEqual({});
  });

  test('may add fields of a later 1.x, which are ignored', () => {
    const trace = imported({ ...minimal, future: { a: 1 }, routing: { ...minimal.routing, future: [1] } });
    expect(trace).toEqual(imported(minimal));
  });

  test('may say null where it knows nothing', () => {
    expect(imported({ ...minimal, run: null, output: { entropy: null, logProb: [null, -1, null] }, model: { ...minimal.model, revision: null } })).toEqual({
      ...imported(minimal),
      output: { logProb: Float32Array.of(NaN, -1, NaN) },
    });
  });

  test('may pack a column and mark unknown log-probabilities by NaN', () => {
    const logProb = { dtype: 'f32', shape: [3], b64: 'AADAfwAAgL8AAIC/' };
    expect(imported({ ...minimal, output: { logProb } }).output.logProb).toEqual(Float32Array.of(NaN, -1, -1));
  });

  test('shares nothing with the input', () => {
    const source = { ...minimal, meta: { list: [{ a: 1 }] } };
    const trace = imported(source);
    source.meta.list[0]!.a = 2;
    source.tokens.text[0] = 'changed';
    expect(trace.meta).toEqual({ list: [{ a: 1 }] });
    expect(trace.tokens.text[0]).toBe('a');
    source.tokens.text[0] = 'a';
  });
});

describe('a trace without its prompt', () => {
  const text = traceText(
    { ...smallTrace, title: 'Once', run: { ...smallTrace.run, prompt: 'Once' }, view: { p: 'Once', pz: 'x', t: '1' } },
    { arrays: 'plain', float: 'f32', withoutPrompt: true },
  );

  test('spells it nowhere, neither as text nor as ids', () => {
    expect(text).not.toContain('Once');
    expect(imported(text)).toMatchObject({
      title: 'Trace without its prompt',
      tokens: { ids: Uint32Array.of(0, 7), text: ['', ' upon'] },
      output: { chosen: smallTrace.output.chosen },
      view: { t: '1' },
      meta: { withoutPrompt: true },
    });
    expect(imported(text).run.prompt).toBeUndefined();
  });

  test('also hides ids of the prompt among the chosen tokens', () => {
    const longer = { ...smallTrace, run: { ...smallTrace.run, promptTokens: 2 } };
    expect(exportTrace(longer, { arrays: 'plain', float: 'f32', withoutPrompt: true }).output?.chosen).toEqual([0, 3]);
  });
});

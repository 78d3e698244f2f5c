import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { traceText } from './file';
import { readTraces, readTraceText, type ReadResult } from './read';
import { smallTrace } from './testing/small';

const foreign = (name: string): string => readFileSync(new URL(`./testing/foreign/${name}`, import.meta.url), 'utf8');
const OWN = traceText(smallTrace);
const BAD = OWN.replace('"layers":2', '"layers":-2');
const READS = 'The page reads our own traces, and files of moe-atlas; routed_experts of vLLM or SGLang; C3PO; llama.cpp layer,expert CSV (experimental).';
const NO_TRACE = 'but a trace is an object with "format": "moe-trace". Choose another file; docs/TRACE_FORMAT.md describes the format.';
const LAYERS = 'model.layers is the number -2, but a number of at least 0 is wanted: correct it.';

const titles = (result: ReadResult): unknown => (result.ok ? result.traces.map(({ title }) => title) : result.errors);
const faults = (text: string): unknown => {
  const result = readTraceText(text);
  return result.ok ? [] : [result.errors, result.missing.length];
};

describe('forms of one file', () => {
  test('a list of our own traces opens like lines of them', () => {
    const other = traceText({ ...smallTrace, title: 'b' });
    expect(titles(readTraceText(`[${OWN},${other}]`))).toEqual(['small', 'b']);
    expect(titles(readTraceText(`  ${OWN}\n\uFEFF${other}`))).toEqual(['small', 'b']);
    expect(titles(readTraceText(`[${OWN}]`))).toEqual(['small']);
    expect(titles(readTraceText(`${OWN}\n \t\n${other}\r\n`))).toEqual(['small', 'b']);
  });

  test('a list whose first element is no trace is none of ours', () => {
    expect(faults(`[1,${OWN}]`)).toEqual([[{ path: '', message: `The file holds a list of 2, ${NO_TRACE}` }, { path: '', message: READS }], 0]);
    expect(faults('[]')).toEqual([[{ path: '', message: `The file holds a list of 0, ${NO_TRACE}` }, { path: '', message: READS }], 0]);
    expect(faults('5')).toEqual([[{ path: '', message: `The file holds the number 5, ${NO_TRACE}` }, { path: '', message: READS }], 0]);
  });

  test('lines have to be objects, and two of them; else it is a broken file', () => {
    const broken = (text: string): unknown => expect(faults(text)).toMatchObject([[{ path: '', message: expect.stringMatching(/^The file is not JSON: /) as string }], 0]);
    broken(`${OWN}\n1`);
    broken('{"a":1');
    broken('{"a":1\n');
    broken(`${OWN}\nx{`);
    expect(faults(`${OWN}\n{"a"\n{"b"`)).toMatchObject([[{ path: 'line 2', message: expect.stringMatching(/^Line 2: The file is not JSON: /) as string }, { path: 'line 3' }], 0]);
  });

  test('no more lines are parsed than traces are held, and one more to say so', () => {
    const lines = (broken: number): string => Array.from({ length: 20 }, (_, i) => (i + 1 === broken ? '{"x"' : OWN)).join('\n');
    const result = readTraceText(lines(14));
    expect(result).toMatchObject({ ok: true, notes: ['The file holds more than 12 traces; the first 12 were opened.'] });
    expect(result.ok && result.traces).toHaveLength(12);
    expect(faults(lines(13))).toMatchObject([[{ path: 'line 13' }], 0]);
    expect(readTraceText(Array.from({ length: 12 }, () => OWN).join('\n'))).toMatchObject({ ok: true, notes: [] });
  });
});

describe('faults', () => {
  test('of one file keep their places, and it says what it leaves out', () => {
    expect(faults(BAD)).toEqual([[{ path: 'model.layers', message: LAYERS }], 2]);
    expect(faults(`[${BAD}]`)).toEqual([[{ path: 'model.layers', message: LAYERS }], 0]);
  });

  test('of several name the trace, and refuse all', () => {
    expect(faults(`[${OWN},${BAD},${BAD}]`)).toEqual([[{ path: 'model.layers', message: `Trace 2: ${LAYERS}` }, { path: 'model.layers', message: `Trace 3: ${LAYERS}` }], 0]);
  });

  test('that do harm are told before anything is asked of the format', () => {
    expect(faults('{"activations":[],"num_experts":1,"__proto__":1}')).toEqual([[{ path: '', message: 'The file has a key named __proto__, which no trace needs and which can do harm. Remove it.' }], 0]);
  });

  test('of a foreign file are those of its importer', () => {
    expect(faults('{"activations":[],"num_experts":1,"token_strs":["a"]}')).toEqual([[{ path: 'activations', message: 'activations is empty: there is no routing in this trace.' }], 0]);
    expect(faults('layer,expert\nx,1')).toMatchObject([[{ path: 'line 2' }], 0]);
    // What is good beside it does not open alone.
    expect(faults('[{"routed_experts":[[[1]]]},{}]')).toEqual([[{ path: '[1]', message: '[1] holds no routed_experts: ask the server for them (--enable-return-routed-experts).' }], 0]);
  });

  test('of both formats at once: a file that looks like ours is ours', () => {
    expect(titles(readTraceText(OWN.replace('{', '{"activations":[],"num_experts":1,')))).toEqual(['small']);
  });
});

describe('several traces of one foreign file', () => {
  test('open together; more than are held are counted by the list', () => {
    const [line = ''] = foreign('moe-atlas.jsonl').split('\n');
    expect(readTraceText(`{"traces":[${Array.from({ length: 13 }, () => line).join(',')}]}`)).toMatchObject({ ok: true, notes: ['The file holds more than 12 traces; the first 12 were opened.'] });
    expect(readTraceText(`[${Array.from({ length: 13 }, () => line).join(',')}]`)).toMatchObject({ ok: true, notes: ['The file holds more than 12 traces; the first 12 were opened.'] });
    expect(readTraceText(`[${line},${line}]`)).toMatchObject({ ok: true, notes: [] });
    expect(readTraceText(foreign('c3po.json'))).toMatchObject({ ok: true, notes: [] });
  });

  test('notes that are the same are said once', () => {
    const changed = OWN.replace(/"fingerprint":"[0-9a-f]{4}/, '"fingerprint":"0000');
    expect(readTraceText(`[${changed},${changed}]`)).toMatchObject({ ok: true, notes: ["The trace's fingerprint does not belong to its tokens and experts: they were changed after it was written."] });
  });
});

describe('bytes', () => {
  const of = (...numbers: readonly number[]): Promise<ReadResult> => readTraces(Uint8Array.from(numbers));

  test('that are no text say so, and an archive what to do', async () => {
    expect(titles(await of(0xff, 0xfe))).toEqual([{ path: '', message: `The file is not text in UTF-8. ${READS.replace(/\.$/, '; each may be gzipped.')}` }]);
    expect(titles(await of(0x50, 0x4b, 3, 4, 0xff))).toEqual([{ path: '', message: `The file is not text in UTF-8. It looks like an archive: unpack it first. ${READS.replace(/\.$/, '; each may be gzipped.')}` }]);
    expect(titles(await of(0x50, 0xff))).toMatchObject([{ message: expect.not.stringContaining('archive') as string }]);
    expect(titles(await of(0xff, 0x4b))).toMatchObject([{ message: expect.not.stringContaining('archive') as string }]);
  });

  test('that begin like gzip and are none are damaged', async () => {
    expect(await of(0x1f, 0x8b)).toEqual({ ok: false, errors: [{ path: '', message: 'The file begins like a gzip file, but it is damaged or cut off: save it again.' }], missing: [] });
    expect(titles(await of())).toMatchObject([{ message: expect.stringMatching(/^The file is not JSON/) as string }]);
  });
});

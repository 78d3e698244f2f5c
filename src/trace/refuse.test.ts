import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { exportTrace, importTrace, MAX_FAULTS, traceText, type TraceFault } from './file';
import { arbitraryTrace } from './testing/arbitrary';
import { smallTrace } from './testing/small';

type Json = Record<string, unknown>;

/** The small trace as data that may be damaged. */
function fresh(arrays: 'plain' | 'base64' = 'plain'): Json {
  return JSON.parse(traceText(smallTrace, { arrays, float: 'f32' })) as Json;
}

/** The small trace with the value at a dotted path replaced; undefined removes it. */
function damaged(path: string, value: unknown, arrays: 'plain' | 'base64' = 'plain'): Json {
  const file = fresh(arrays);
  const keys = path.split('.');
  let parent: Json = file;
  for (const key of keys.slice(0, -1)) parent = parent[key] as Json;
  const last = keys.at(-1)!;
  if (value === undefined) delete parent[last];
  else parent[last] = value;
  return file;
}

function errorsOf(input: unknown): readonly TraceFault[] {
  const result = importTrace(input);
  return result.ok ? [] : result.errors;
}

const packed = (dtype: string, shape: number[], b64: string): Json => ({ dtype, shape, b64 });

/** What is wrong, the file, and the whole sentence that must be said. */
const CORPUS: readonly [string, unknown, string][] = [
  ['empty text', '', 'The file is not JSON: Unexpected end of JSON input. Choose a trace, a .json file that this page or its command line wrote.'],
  ['a list', '[]', 'The file holds a list of 0, but a trace is an object with "format": "moe-trace". Choose another file; docs/TRACE_FORMAT.md describes the format.'],
  ['a number', 12, 'The file holds the number 12, but a trace is an object with "format": "moe-trace". Choose another file; docs/TRACE_FORMAT.md describes the format.'],
  ['another format', { format: 'chat' }, 'The file is not a trace: its format is the text "chat", but the text "moe-trace" is wanted. Choose another file; docs/TRACE_FORMAT.md describes the format.'],
  ['a plan', { format: 'moe-plan', version: '1.0', entries: [] }, 'The file is not a trace: its format is the text "moe-plan", but the text "moe-trace" is wanted. Choose another file; docs/TRACE_FORMAT.md describes the format.'],
  ['no version', damaged('version', undefined), 'The trace\'s version is nothing, but a text such as "1.0" is wanted. Export it again; docs/TRACE_FORMAT.md describes the format.'],
  ['a later major version', damaged('version', '2.0'), 'The trace has version 2.0, but only versions 1.x are read here. Export it again in version 1, or open it with the program that wrote it; docs/TRACE_FORMAT.md describes the format.'],
  ['an unknown earlier version', damaged('version', '0.9'), 'The trace has version 0.9, but only versions 1.x are read here. Export it again in version 1, or open it with the program that wrote it; docs/TRACE_FORMAT.md describes the format.'],
  ['version as a number', damaged('version', 1), 'The trace\'s version is the number 1, but a text such as "1.0" is wanted. Export it again; docs/TRACE_FORMAT.md describes the format.'],
  ['no model', damaged('model', undefined), 'model is missing: put a value there.'],
  ['a text for a number', damaged('model.layers', 'two'), 'model.layers is the text "two", but a finite number is wanted: correct it.'],
  ['a fraction', damaged('model.experts', 2.5), 'model.experts is the number 2.5, but a whole number is wanted: correct it.'],
  ['a negative size', damaged('model.topK', -1), 'model.topK is the number -1, but a number of at least 0 is wanted: correct it.'],
  ['an unknown scoring', damaged('model.scoring', 'tanh'), 'model.scoring is the text "tanh", but one of "softmax", "sigmoid", "softmax-after-topk" is wanted: correct it.'],
  ['layers that do not ascend', damaged('model.moeLayers', [1, 0]), 'model.moeLayers[1] is 0, but layer numbers must ascend and stay below model.layers, which is 2.'],
  ['a layer that does not exist', damaged('model.moeLayers', [0, 2]), 'model.moeLayers[1] is 2, but layer numbers must ascend and stay below model.layers, which is 2.'],
  ['more chosen than there are', damaged('model.topK', 4), 'model.topK is 4, but model.experts is 3: correct one of them.'],
  ['a bad hash', damaged('model.sha256', 'abc'), 'model.sha256 is the text "abc", but a SHA-256 as 64 lower-case hexadecimal digits is wanted: correct it.'],
  ['a date in words', damaged('created', 'yesterday'), 'created is the text "yesterday", but an ISO 8601 time such as 2026-01-31T12:00:00Z is wanted: correct it.'],
  ['no tokens', { ...fresh(), tokens: { ids: [], text: [], kind: [] } }, 'tokens.text is empty: a trace needs at least one token.'],
  ['a short kind', damaged('tokens.kind', ['prompt']), 'tokens.kind has 1 elements, but tokens.text has 2: each token needs both.'],
  ['an unknown kind', damaged('tokens.kind', ['prompt', 'x']), 'tokens.kind[1] is the text "x", but one of "prompt", "generated", "special" is wanted: correct it.'],
  ['text that is no text', damaged('tokens.text', ['a', 1]), 'tokens.text[1] is the number 1, but a text is wanted: correct it.'],
  ['a long ids', damaged('tokens.ids', [5, 7, 1]), 'tokens.ids has 3 elements, but 2 are wanted: the numbers must fill the shape [T] = [2], 2 in all.'],
  ['an id outside the vocabulary', damaged('tokens.ids', [5, 10]), 'tokens.ids[1] is the number 10, but a whole number from 0 to 9 is wanted.'],
  ['a negative id', damaged('tokens.ids', [-1, 7]), 'tokens.ids[0] is the number -1, but a whole number from 0 to 9 is wanted.'],
  ['a shape of two numbers', damaged('routing.shape', [2, 2]), 'routing.shape is a list of 2, but a list of 3 is wanted: correct it.'],
  ['a shape of other tokens', damaged('routing.shape', [3, 2, 2]), 'routing.shape begins with [3, 2], but there are 2 tokens and 2 layers in model.moeLayers: write [2, 2, K].'],
  ['a shape with too many slots', damaged('routing.shape', [2, 2, 4]), 'routing.shape allows 4 experts per token and layer, but model.experts is 3: correct one of them.'],
  ['a huge shape', damaged('routing.shape', [2, 2, 9007199254740991]), 'routing.shape allows 9007199254740991 experts per token and layer, but model.experts is 3: correct one of them.'],
  ['a packed array of huge shape', damaged('routing.mix', packed('f32', [1e9, 1e9, 1e9], 'AAAA')), 'routing.mix says its shape is [1000000000, 1000000000, 1000000000], but [T, L, K] = [2, 2, 2] is wanted.'],
  ['a packed vocabulary of huge shape', { ...damaged('model.vocabulary', undefined), output: { logits: packed('f32', [2, 2 ** 40], 'AAAA') } }, 'output.logits.b64 has 4 characters, but 2199023255552 numbers of dtype f32 take 8796093022208 bytes, which are 11728124029612 characters of base64.'],
  ['an expert that does not exist', damaged('routing.experts', [[[3, 1], [0, 0]], [[1, 0], [2, 0]]]), 'routing.experts[0][0][0] is the number 3, but a whole number from 0 to 2 is wanted.'],
  ['an expert chosen twice', damaged('routing.experts', [[[1, 1], [0, 0]], [[1, 0], [2, 0]]]), 'routing.experts[0][0] names an expert twice among its 2: a layer chooses each expert at most once.'],
  ['a slot past count', damaged('routing.experts', [[[2, 1], [0, 0]], [[1, 0], [2, 1]]]), 'routing.experts[1][1][1] is 1, but slots past count (1 here) must hold 0.'],
  ['a weight past count', damaged('routing.mix', [1, 0, 0, 0.5, 1, 0, 1, 0]), 'routing.mix[0][1][1] is 0.5, but slots past count (0 here) must hold 0.'],
  ['a count above the slots', damaged('routing.count', [[3, 0], [2, 1]]), 'routing.count[0][0] is the number 3, but a whole number from 0 to 2 is wanted.'],
  ['a ragged array', damaged('routing.mix', [[[1, 0], [0, 0]], [[1, 0], [1]]]), 'routing.mix[1][1] has 1 elements, but 2 are wanted: the numbers must fill the shape [T, L, K] = [2, 2, 2], 8 in all.'],
  ['an array of other depth', damaged('routing.mix', [[1, 0, 0, 0], [1, 0, 1, 0]]), 'routing.mix[0] has 4 elements, but 2 are wanted: the numbers must fill the shape [T, L, K] = [2, 2, 2], 8 in all.'],
  ['null among numbers', damaged('routing.prob', [1, 0, 0, 0, null, 0, 1, 0]), 'routing.prob[1][0][0] is null, but a finite number is wanted. null stands for NaN in many programs: leave the field out if it is not known.'],
  ['NaN as a text', damaged('output.entropy', [1, 'NaN']), 'output.entropy[1] is the text "NaN", but a finite number is wanted.'],
  ['NaN as a number', damaged('output.entropy', [NaN, NaN]), 'output.entropy[0] is NaN, but a finite number of at least 0 is wanted. 1 more of its elements are out of bounds.'],
  ['NaN in the text of the file', traceText(smallTrace).replace('"entropy":[1.5', '"entropy":[NaN'), 'The file is not JSON'],
  ['infinity in float32', damaged('routing.logits', [1e39, ...Array<number>(11).fill(0)]), 'routing.logits[0][0][0] is the number 1e+39, but a finite number is wanted.'],
  ['an array that is a text', damaged('routing.mix', 'AAAA'), 'routing.mix is the text "AAAA", but a list of numbers, or an object with dtype, shape and b64 is wanted: correct it.'],
  ['an array without dtype', damaged('routing.mix', { shape: [2, 2, 2], b64: '' }), 'routing.mix is an object, but a list of numbers or an object with dtype, shape and b64 is wanted.'],
  ['an unknown dtype', damaged('routing.mix', packed('f64', [2, 2, 2], '')), 'routing.mix is an object, but a list of numbers or an object with dtype, shape and b64 is wanted.'],
  ['weights as whole numbers', damaged('routing.mix', packed('u8', [2, 2, 2], 'AgEAAAEAAgA=')), 'routing.mix has dtype u8, but f16 or f32 are wanted for real numbers.'],
  ['experts as reals', damaged('routing.experts', packed('f16', [2, 2, 2], '')), 'routing.experts has dtype f16, but u8, u16, u32 or i32 are wanted for whole numbers.'],
  ['base64 that is cut off', damaged('routing.mix', packed('f32', [2, 2, 2], 'AABAPwAAgD4=')), 'routing.mix.b64 has 12 characters, but 8 numbers of dtype f32 take 32 bytes, which are 44 characters of base64.'],
  ['base64 garbage', damaged('routing.experts', packed('u8', [2, 2, 2], 'Ag?AAAEAAgA=')), 'routing.experts.b64 is not base64: use the letters A-Z a-z 0-9 + / and = at the end, without white space.'],
  ['NaN in packed bytes', damaged('output.entropy', packed('f32', [2], 'AADAfwAAgD8=')), 'output.entropy[0] is NaN, but a finite number of at least 0 is wanted.'],
  ['a negative probability', damaged('output.top.p', [[-0.5, 0], [0, 0]]), 'output.top.p[0][0] is the number -0.5, but a finite number from 0 to 1 is wanted.'],
  ['a positive log-probability', damaged('output.logProb', [null, 1]), 'output.logProb[1] is the number 1, but a finite number of at most 0 is wanted.'],
  ['candidates that do not match', damaged('output.top.p', [[0.5], [0.5]]), 'output.top.p[0] has 1 elements, but 2 are wanted: the numbers must fill the shape [T, N] = [2, 2], 4 in all.'],
  ['names without text', damaged('tokens.names', { ids: [1, 2], text: ['a'] }), 'tokens.names.ids has 2 elements, but 1 are wanted: the numbers must fill the shape [names] = [1], 1 in all.'],
  ['a mark outside', damaged('marks', [{ token: 2, type: 'note' }]), 'marks[0].token is 2, but the last of the 2 tokens is 1: positions count from 0.'],
  ['a mark of unknown type', damaged('marks', [{ token: 1, type: 'alert' }]), 'marks[0].type is the text "alert", but one of "step-start", "window-start", "note" is wanted: correct it.'],
  ['more prompt than tokens', damaged('run.promptTokens', 3), 'run.promptTokens is 3, but the trace has only 2 tokens: correct it.'],
  ['a misspelt plan', damaged('run.plan', { format: 'moe-plan', version: '1.0', entries: [{ layers: 'all', tokens: 'all', topk: 1 }] }), 'run.plan.entries[0].topk is not a field of this format: check its spelling, or remove it.'],
  ['view state that is no text', damaged('view', { t: 1 }), 'view.t is the number 1, but a text is wanted: correct it.'],
  ['a __proto__ key', traceText(smallTrace).replace('"meta":{}', '"meta":{"a":{"__proto__":{"polluted":1}}}'), 'meta.a has a key named __proto__, which no trace needs and which can do harm. Remove it.'],
  ['a __proto__ key in an unknown field', traceText(smallTrace).replace('"meta":{}', '"__proto__":{"polluted":1}'), 'The file has a key named __proto__, which no trace needs and which can do harm. Remove it.'],
  ['deep nesting', traceText(smallTrace).replace('"meta":{}', `"meta":{"a":${'['.repeat(100_000)}${']'.repeat(100_000)}}`), 'The file nests lists and objects more than 32 deep, which no trace does. Choose a file that this page or its command line wrote.'],
];

describe('a damaged trace file is refused with a sentence', () => {
  test.each(CORPUS)('%s', (_, file, sentence) => {
    const messages = errorsOf(file).map((fault) => fault.message);
    expect(messages.some((message) => message === sentence || (sentence === 'The file is not JSON' && message.startsWith(sentence))), messages.join('\n')).toBe(true);
    expect(({} as Json).polluted).toBeUndefined();
  });

  test('with every fault listed, and where it is', () => {
    const errors = errorsOf({ ...damaged('tokens.ids', [5, -7]), routing: { ...(fresh().routing as Json), mix: [1], prob: 'x' } });
    expect(errors.map((fault) => fault.path)).toEqual(['routing.prob']);
    const deeper = errorsOf({ ...damaged('tokens.ids', [5, -7]), routing: { ...(fresh().routing as Json), mix: [1], prob: [null] } });
    expect(deeper.map((fault) => fault.path)).toEqual(['tokens.ids', 'routing.mix', 'routing.prob']);
  });

  test('and beyond 50 faults with the number of the others', () => {
    const errors = errorsOf(damaged('tokens.text', Array.from({ length: 120 }, () => 1)));
    expect(errors).toHaveLength(MAX_FAULTS + 1);
    expect(errors.at(-1)?.message).toBe('There are 70 more faults in this file: mend the 50 listed here first.');
  });

  test('when it is larger than 64 MiB, by its bytes and before anything is read', () => {
    expect(errorsOf('x'.repeat(64 * 1024 * 1024 + 1))[0]?.message).toContain('The file is too large: 64.0 MiB, and at most 64 MiB are read.');
    expect(errorsOf('é'.repeat(33 * 1024 * 1024))[0]?.message).toContain('The file is too large: 66 MiB, and at most 64 MiB are read.');
  });

  test('but a byte order mark is no damage', () => {
    expect(importTrace(`\uFEFF${traceText(smallTrace)}`).ok).toBe(true);
  });
});

/** Ways to damage one value. */
const REPLACEMENTS: readonly unknown[] = [null, -1, 0.5, 1e300, NaN, '', 'x', [], [[]], {}, true, [1, 2, 3], { dtype: 'f32', shape: [1], b64: 'AAAA' }, Number.MAX_SAFE_INTEGER];

/** All objects and lists inside a value with one of their keys. */
function places(value: unknown, out: { parent: Json; key: string }[] = []): { parent: Json; key: string }[] {
  if (typeof value === 'object' && value !== null) {
    for (const key of Object.keys(value)) {
      out.push({ parent: value as Json, key });
      places((value as Json)[key], out);
    }
  }
  return out;
}

test('500 mutated files are read as valid traces or refused in words, and never crash', () => {
  let refused = 0;
  fc.assert(
    fc.property(arbitraryTrace, fc.constantFrom('plain', 'base64'), fc.array(fc.tuple(fc.nat(), fc.nat()), { minLength: 1, maxLength: 3 }), (trace, arrays, mutations) => {
      const file = JSON.parse(JSON.stringify(exportTrace(trace, { arrays, float: 'f32' }))) as Json;
      for (const [where, what] of mutations) {
        const all = places(file);
        const { parent, key } = all[where % all.length]!;
        if (what % 5 === 0) delete parent[key];
        // A copy: one object put in at two places could come to hold itself.
        else parent[key] = structuredClone(REPLACEMENTS[what % REPLACEMENTS.length]);
      }
      checkVerdict(importTrace(file));
    }),
    { numRuns: 400 },
  );
  fc.assert(
    fc.property(arbitraryTrace, fc.array(fc.tuple(fc.nat(), fc.nat({ max: 127 })), { minLength: 1, maxLength: 4 }), (trace, edits) => {
      let text = traceText(trace);
      for (const [where, code] of edits) {
        const at = where % text.length;
        text = text.slice(0, at) + String.fromCharCode(code) + text.slice(at + 1);
      }
      checkVerdict(importTrace(text));
    }),
    { numRuns: 100 },
  );
  expect(refused).toBeGreaterThan(250);

  function checkVerdict(result: ReturnType<typeof importTrace>): void {
    if (!result.ok) {
      refused++;
      expect(result.errors.length).toBeGreaterThan(0);
      for (const fault of result.errors) expect(fault.message).toMatch(/^[^\n].+[.]$/su);
      return;
    }
    const again = traceText(result.trace);
    const second = importTrace(again);
    expect(second.ok && traceText(second.trace)).toBe(again);
  }
});

import { expect, test } from 'vitest';
import { errorCode } from '../base/errors';
import { benchmarksDocument } from './bench-docs';
import { sectionNames } from './bench-peers';

const machine = { adapter: 'swiftshader', software: true, form: 'register', platform: 'Chrome', cores: 2, threads: 1, model: 'e072270afd3d', versions: { 'onnxruntime-web': '1.30.0' }, quick: false };
const rows = [
  { name: 'ours', how: 'chosen experts alone', ms: [12], median: 12 },
  { name: 'ort-webgpu', how: 'all | experts', ms: [240], median: 240, ratio: { ratio: 20.04, low: 18.2, high: 22, n: 9 } },
  { name: 'jax-js-webgpu', how: '', error: 'no adapter' },
];
const report = {
  summary: { ffnT64VsOrtWebgpu: 20.04 },
  sections: {
    engine: { measured: '2026-01-01T00:00:00Z', details: {} },
    ffn: { measured: '2026-11-25T12:00:00Z', details: { machine, results: [{ tokens: 64, rows }] } },
    'step-aaa-bbb': { measured: '2026-11-25T12:00:00Z', details: { before: 'aaa', now: 'bbb', tasks: { decode: { beforeMs: 90, nowMs: 60, ratio: 1.5, low: 1.4, high: 1.6, n: 10 } } } },
  },
};

test('the document has date, adapter, each row, each step, and the sentence about WebAssembly', () => {
  const text = benchmarksDocument(report);
  for (const line of [
    'Measured 2026-11-25 on swiftshader (a software adapter: it computes on the CPU), register kernels, 2 cores, WebAssembly on 1 thread. Chrome.',
    '| `ffnT64VsOrtWebgpu` | feed-forward block, T = 64, against ONNX Runtime Web on WebGPU | 20 | 18.2 to 22 | 9 | at least 10 |',
    '| `decodeVsOrtWebgpu` | decode of the whole model against ONNX Runtime Web on WebGPU | – | – | – | at least 3 |',
    '| T = 64 | ours | chosen experts alone | 12 | – | – | – |',
    '|  | ort-webgpu | all \\| experts | 240 | 20 | 18.2 to 22 | 9 |',
    '|  | jax-js-webgpu |  | no adapter | – | – | – |',
    '| `aaa` to `bbb` | decode | 90 | 60 | 1.5 | 1.4 to 1.6 | 10 |',
  ]) expect(text.split('\n')).toContain(line);
  expect(text).toContain('WASM wins because it runs native SIMD while SwiftShader emulates a GPU on the same cores.');
  expect(text).toContain('No GPU was at hand');
});

test('measured on a GPU, it does not say that none was at hand', () => {
  const onGpu = { ...report, sections: { ...report.sections, 'node-ffn': { measured: '2026-11-25T12:00:00Z', details: { machine: { ...machine, adapter: 'a GPU', software: false }, results: [{ tokens: 64, rows }] } } } };
  const text = benchmarksDocument(onGpu);
  expect(text).toContain('## Node and Dawn: Feed-forward block of one layer');
  expect(text).not.toContain('No GPU was at hand');
});

test('what is no report is refused', () => {
  for (const bad of [null, 3, { summary: {} }]) expect(() => benchmarksDocument(bad)).toThrow(/holds no sections/);
});

test('sections are chosen by name', () => {
  expect(sectionNames('ffn, decode')).toEqual(['ffn', 'decode']);
  expect(sectionNames('')).toHaveLength(7);
  try {
    sectionNames('ffn,speed');
    expect.unreachable();
  } catch (error) {
    expect(errorCode(error)).toBe('bad-input');
  }
});

import { expect, test } from 'vitest';
import type { Row } from './race';
import { bestRow, ratios, type Sections, summarise } from './report';

const row = (name: string, median: number, ratio?: number): Row => ({ name, how: '', median, ms: [median], ...(ratio === undefined ? {} : { ratio: { ratio, low: ratio / 2, high: ratio * 2, n: 5 } }) });
const wrong: Row = { name: 'ort-webgpu', how: 'fused', error: 'wrong: differs by 7.9e-2 of the largest number', difference: 0.079 };
const counters = { tokens: 8, dispatches: 416, submits: 1, readbacks: 1, bytesRead: 7808 };

test('an engine is judged by its fastest way that is right', () => {
  const rows = [row('ours', 2), wrong, row('ort-webgpu', 30, 15), row('ort-webgpu', 20, 10)];
  expect(bestRow(rows, 'ort-webgpu')?.median).toBe(20);
  expect(bestRow([row('ours', 2), wrong], 'ort-webgpu')).toBeUndefined();
  expect(summarise({ ffn: [{ tokens: 64, rows }] })).toEqual({ ffnT64VsOrtWebgpu: 10 });
});

test('products are combined over all sizes of a kind, or not at all', () => {
  const size = (label: string, ...rows: Row[]): Sections['products'][number] => ({ kind: 'gemm', label, flops: 1, rows: [row('ours', 1), ...rows] });
  const found = ratios({ products: [size('128', row('jax-js-webgpu', 2, 2), row('tfjs-webgpu', 3, 3)), size('256', row('jax-js-webgpu', 8, 8))] });
  expect(found['gemmVsJaxJs']?.ratio).toBe(4);
  expect(found['gemmVsTfjs']).toBeUndefined();
});

test('whole models give ratios, and what ours does in a second', () => {
  const decode = [{ kind: 'decode' as const, prompt: 32, tokens: 8, counters, rows: [row('ours', 80), row('ort-webgpu', 1600, 20), row('ort-wasm', 12, 0.15)] }];
  expect(summarise({ decode })).toEqual({ decodeVsOrtWebgpu: 20, decodeVsOrtWasm: 0.15, pageDecodeTokensPerSecond: 100, pageDecodeDispatchesPerToken: 52 });
});

import { expect, test } from 'vitest';
import type { LoadedInfo } from '../engine/worker/protocol';
import { deviceReport, memoryFacts } from './deviceReport';
import type { Session } from './state';

const bytes = (size: number): string => `${size} B`;
const model = {
  name: 'moe',
  config: { context: 512 },
  sha256: 'e072',
  engine: { backend: 'webgpu', adapter: 'SwiftShader', software: true, forms: 'rows of four, measured faster' },
  reason: { kind: 'asked' },
  gradients: true,
  downloadedBytes: 0,
  cacheNote: '',
} as unknown as LoadedInfo;

test('a loaded model is reported with its device, its speed and its limits', () => {
  const facts = new Map(deviceReport({ phase: 'ready', model }, { reason: 'length', tokens: 14, latencyMs: 700 }, bytes));
  expect(facts.get('computes on')).toBe('WebGPU on the processor (software adapter): right numbers, slow');
  expect(facts.get('adapter')).toBe('SwiftShader');
  expect(facts.get('kernels')).toBe('rows of four, measured faster');
  expect(facts.get('weights came')).toBe('from this browser\u2019s own store');
  expect(facts.get('last run')).toBe('14 tokens written in 0.7 s, 20 a second');
  expect(facts.get('longest text')).toMatch(/^512 tokens/);
  expect(facts.get('largest trace')).toMatch(/^67108864 B/);
});

test('what a run cost and what the device holds are counted, and errors that nobody waited for are told', () => {
  const counters = { tokens: 14, dispatches: 700, submits: 9, readbacks: 8, bytesRead: 5000 };
  const facts = new Map(deviceReport({ phase: 'ready', model }, { reason: 'length', tokens: 14, latencyMs: 700, counters }, bytes));
  expect(facts.get('its work')).toBe('700 kernel calls in 9 submits, 8 readbacks of 5000 B');
  expect(memoryFacts({ buffers: 140, bytes: 9e7, errors: [] }, bytes)).toEqual([['held on the GPU', '90000000 B in 140 buffers']]);
  expect(memoryFacts({ buffers: 1, bytes: 16, errors: ['a', 'b'] }, bytes)[1]).toEqual(['GPU errors', 'a b']);
});

test('without a model it says why, and what works all the same', () => {
  const failed: Session = { phase: 'failed', failure: { code: 'no-webgpu', message: 'This browser offers no WebGPU.', details: ['In Safari, from 26.'] } };
  expect(deviceReport(failed, undefined, bytes).slice(0, 3).map(([, value]) => value)).toEqual(['This browser offers no WebGPU.', 'In Safari, from 26.', 'Recorded runs and opened trace files still work here in full.']);
  expect(deviceReport({ phase: 'waiting', bytes: 5 }, undefined, bytes)[0]).toEqual(['state', 'The model waits, because your browser asks for little data. Recorded runs work in full.']);
});

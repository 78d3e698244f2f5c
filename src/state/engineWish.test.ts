import { expect, test } from 'vitest';
import { longReason, shortReason, timesFaster } from './engineReason';
import { readSpeeds } from './engineWish';

test('measurements that were stored are read, and what is none is left out', () => {
  expect(readSpeeds('{"a":{"webgpu":40,"onnx":4},"b":{"webgpu":0,"onnx":4},"c":3,"d":null,"e":{"webgpu":"1","onnx":2}}')).toEqual({ a: { webgpu: 40, onnx: 4 } });
  for (const text of [null, '', '[', '3', 'null', '[]']) expect(readSpeeds(text)).toEqual({});
});

test('a ratio is said with two digits, and not at all where it says nothing', () => {
  expect([timesFaster({ webgpu: 40, onnx: 4 }), timesFaster({ webgpu: 4, onnx: 10 }), timesFaster({ webgpu: 41.2, onnx: 3 }), timesFaster({ webgpu: 4, onnx: 4.1 })]).toEqual(['10', '2.5', '14', undefined]);
});

test('the reason, short and long', () => {
  const measured = { kind: 'measured', key: 'k', speeds: { webgpu: 40, onnx: 4.04 } } as const;
  expect([shortReason(measured), longReason(measured)]).toEqual(['9.9\u00d7 faster here', 'measured here: WebGPU 40.0 ms a token, the processor 4.0 ms']);
  expect([shortReason({ kind: 'no-webgpu' }), shortReason({ kind: 'asked' }), shortReason({ kind: 'usual' })]).toEqual(['no WebGPU here', 'chosen by you', '']);
  expect(shortReason({ ...measured, speeds: { webgpu: 4, onnx: 4 } })).toBe('as fast here');
  expect(longReason({ kind: 'usual' })).toBe('WebGPU is there');
});

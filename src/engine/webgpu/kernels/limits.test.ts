import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { parseHfConfig } from '../../../model/hf-config';
import { kernelsOfText, sizesOf } from '../constants';
import { KERNEL_SOURCES, type KernelName, kernelText } from '../kernels';
import { demandOf } from './testing/wgsl-text';

const shaders: Record<string, string> = import.meta.glob('../../../../shaders/*.wgsl', { query: '?raw', import: 'default', eager: true });
const tests: Record<string, string> = import.meta.glob('./*.gpu.test.ts', { query: '?raw', import: 'default', eager: true });

/** The file that runs each kernel alone. A new kernel needs a test and a line here. */
const TESTED_BY: Record<KernelName, string> = {
  attention: 'attention',
  combine: 'plan',
  decode_attention: 'attention',
  decode_down: 'experts',
  decode_qkv: 'attention',
  decode_qkv_register: 'attention',
  decode_up: 'experts',
  embed: 'ends',
  experts_down_register: 'experts',
  experts_down_tiled: 'experts',
  experts_up_naive: 'experts',
  experts_up_register: 'experts',
  experts_up_tiled: 'experts',
  gemm_register: 'products',
  gemm_tiled: 'products',
  gemv_register: 'products',
  gemv_tiled: 'products',
  grad_attention: 'grad-attention',
  grad_attention_key: 'grad-attention',
  grad_attention_query: 'grad-attention',
  grad_core: 'grad',
  grad_experts_hidden: 'grad',
  grad_experts_input: 'grad',
  grad_experts_keep: 'grad',
  grad_gather: 'grad',
  grad_loss: 'grad',
  grad_norm: 'grad',
  grad_product: 'grad',
  grad_rope: 'grad-attention',
  grad_rope_back: 'grad-attention',
  grad_route: 'grad',
  head: 'head',
  norms: 'ends',
  plan: 'plan',
  pool: 'ends',
  rope: 'attention',
  route: 'route',
};

const names = Object.keys(KERNEL_SOURCES) as KernelName[];

test('every file in shaders/ is a kernel in the table, but for the shared declarations', () => {
  const files = Object.keys(shaders).map((path) => path.replace(/^.*\/(\w+)\.wgsl$/, '$1'));
  expect(files.filter((file) => file !== 'common' && !/^(weight|lanes)_/.test(file)).sort()).toEqual([...names].sort());
  for (const name of names) expect(KERNEL_SOURCES[name]).toBe(shaders[`../../../../shaders/${name}.wgsl`]);
});

test.each(Object.entries(TESTED_BY))('%s is run alone by the tests of %s', (name, file) => {
  expect(names).toContain(name);
  const text = tests[`./${file}.gpu.test.ts`] ?? '';
  expect(text).toContain('runKernel(');
  expect(text, `a test of ${file} names it`).toContain(`'${name}'`);
});

describe('what every device gives is enough for the shipped model', () => {
  const config = parseHfConfig(JSON.parse(readFileSync('public/models/moe/config.json', 'utf8')));
  const own = { K4: 1, N4: 1, NORM: true, ADD: false, C_OFFSET: 0, FIRST_ROW: 0, BACK: true };

  test.each(names)('%s binds at most 8 storage buffers and 16 KiB of workgroup memory', (name) => {
    for (const kernels of ['register', 'tiled', 'register packed', 'tiled f16 subgroups']) {
      const { storageBuffers, workgroupBytes } = demandOf(kernelText(name, sizesOf(config, kernelsOfText(kernels)!), own));
      expect(storageBuffers).toBeGreaterThan(0);
      expect(storageBuffers).toBeLessThanOrEqual(8);
      expect(workgroupBytes).toBeLessThanOrEqual(16384);
    }
  });

  test('demands are read off the text', () => {
    const { storageBuffers, workgroupBytes } = demandOf(kernelText('decode_attention', sizesOf(config, 'tiled')));
    // 32 lanes: a maximum and a mass each, and a head of 32 numbers each.
    expect({ storageBuffers, workgroupBytes }).toEqual({ storageBuffers: 5, workgroupBytes: 32 * 4 + 32 * 4 + 32 * 32 * 4 });
    expect(demandOf(kernelText('gemm_tiled', sizesOf(config, 'tiled'), own)).workgroupBytes).toBe((64 + 256) * 16);
  });
});

import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { findViolations, readSources } from '../scripts/check-architecture.mjs';

const check = (files: Readonly<Record<string, string>>): readonly string[] => findViolations(new Map(Object.entries(files)));

test('this repository keeps its own rules', () => {
  const sources = readSources(fileURLToPath(new URL('..', import.meta.url)));
  expect(sources.size).toBeGreaterThan(10);
  expect(findViolations(sources)).toEqual([]);
});

describe('the import allowlist', () => {
  test('refuses an engine in analysis, and says why', () => {
    const [violation, ...rest] = check({ 'src/analysis/load.ts': "import { forward } from '../engine/webgpu/forward';" });
    expect(rest).toEqual([]);
    expect(violation).toContain('src/analysis/load.ts:1 imports engine/webgpu.');
    expect(violation).toContain('analysis may import base, trace, routing.');
    expect(violation).toContain('no model and no GPU');
  });

  test('counts type imports, re-exports, dynamic imports, type queries and globs', () => {
    const statements = [
      "import type { Engine } from '../engine/engine';",
      "import { type Engine } from '../engine/engine';",
      "export * from '../engine/engine';",
      "export { run } from '../engine/engine';",
      "const engine = await import('../engine/engine');",
      "type Engine = import('../engine/engine').Engine;",
      "const all = import.meta.glob('../engine/*.ts');",
    ];
    for (const statement of statements) expect(check({ 'src/viz/bars.ts': statement }), statement).toHaveLength(1);
  });

  test('lets ui import types of trace but no values', () => {
    expect(check({ 'src/ui/Strip.tsx': "import type { Trace } from '../trace/trace';" })).toEqual([]);
    expect(check({ 'src/ui/Strip.tsx': "import { type Trace } from '../trace/trace';" })).toEqual([]);
    expect(check({ 'src/ui/Strip.tsx': "import { emptyTrace } from '../trace/trace';" })).toHaveLength(1);
    expect(check({ 'src/ui/Strip.tsx': "import { emptyTrace, type Trace } from '../trace/trace';" })).toHaveLength(1);
  });

  test('knows packages by name, scope and prefix', () => {
    expect(check({ 'src/viz/bars.ts': "import { scaleLinear } from 'd3-scale';" })).toEqual([]);
    expect(check({ 'src/analysis/load.ts': "import { mean } from 'd3';" })).toHaveLength(1);
    expect(check({ 'src/model/tokenizer.ts': "import { Tokenizer } from '@huggingface/tokenizers';" })).toEqual([]);
    expect(check({ 'src/base/text.ts': "import { Tokenizer } from '@huggingface/tokenizers';" })).toHaveLength(1);
    expect(check({ 'src/engine/generate.ts': "import { readFileSync } from 'node:fs';" })).toHaveLength(1);
  });

  test('gives shaders to the WebGPU engine only', () => {
    const statement = "import source from '../../../shaders/route.wgsl?raw';";
    expect(check({ 'src/engine/webgpu/kernels.ts': statement })).toEqual([]);
    expect(check({ 'src/engine/reference/route.ts': statement })).toHaveLength(1);
  });

  test('lets the two composition roots and tests import anything', () => {
    const statement = "import { engine } from '../src/engine/webgpu/engine'; import 'react-dom';";
    expect(check({ 'src/main.tsx': statement, 'src/cli/trace.ts': statement, 'src/base/sum.test.ts': statement })).toEqual([]);
  });

  test('keeps what lies in testing/ out of the page', () => {
    expect(check({ 'src/trace/testing/arbitrary.ts': "import fc from 'fast-check';" })).toEqual([]);
    expect(check({ 'src/trace/file.test.ts': "import { trace } from './testing/arbitrary';" })).toEqual([]);
    expect(check({ 'src/trace/file.ts': "import { trace } from './testing/arbitrary';" })).toHaveLength(1);
  });

  test('asks for a line for a new folder', () => {
    expect(check({ 'src/utils/misc.ts': 'export const one = 1;' })[0]).toContain('the folder utils has no line');
  });
});

describe('import cycles', () => {
  test('are reported with the whole way round', () => {
    const violations = check({
      'src/base/a.ts': "import { b } from './b';",
      'src/base/b.ts': "import { c } from './c';",
      'src/base/c.ts': "import { a } from './a';",
    });
    expect(violations).toHaveLength(1);
    expect(violations[0]).toContain('src/base/a.ts -> src/base/b.ts -> src/base/c.ts -> src/base/a.ts');
  });

  test('do not arise from types, which are gone at run time', () => {
    expect(check({ 'src/base/a.ts': "import type { B } from './b';", 'src/base/b.ts': "import { a } from './a';" })).toEqual([]);
  });
});

describe('forbidden words', () => {
  test('are found in code and not in comments or strings', () => {
    expect(check({ 'src/base/draw.ts': 'export const draw = () => Math.random();' })).toHaveLength(1);
    expect(check({ 'src/base/draw.ts': "// Math.random()\nexport const text = 'Math.random() innerHTML .html(';" })).toEqual([]);
  });

  test('cover every way to read text as HTML', () => {
    expect(check({ 'src/viz/bars.ts': "node.innerHTML = text;" })).toHaveLength(1);
    expect(check({ 'src/viz/bars.ts': "node.insertAdjacentHTML('beforeend', text);" })).toHaveLength(1);
    expect(check({ 'src/viz/bars.ts': "select(node).html(text);" })).toHaveLength(1);
    expect(check({ 'src/ui/Token.tsx': 'export const Token = () => <b dangerouslySetInnerHTML={{ __html: text }} />;' })).toHaveLength(1);
  });

  test('cover tests that do not run', () => {
    expect(check({ 'src/base/sum.test.ts': "test.only('adds', () => {});" })).toHaveLength(1);
    expect(check({ 'src/base/sum.test.ts': "describe.skip('sums', () => {});" })).toHaveLength(1);
    expect(check({ 'e2e/run.spec.ts': "test.describe.only('run', () => {});" })).toHaveLength(1);
    expect(check({ 'src/base/sum.test.ts': "test.each([1])('adds', () => {});" })).toEqual([]);
  });
});

test('a file may have 400 lines and not 401', () => {
  expect(check({ 'src/base/long.ts': '\n'.repeat(400) })).toEqual([]);
  expect(check({ 'src/base/long.ts': '\n'.repeat(401) })).toHaveLength(1);
});

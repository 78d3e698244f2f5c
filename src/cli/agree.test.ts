import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { traceText } from '../trace/file';
import { smallTrace } from '../trace/testing/small';
import { run } from './agree';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'agree-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

/** Runs the command on two files with the given texts. */
async function agree(first: string, second: string): Promise<{ code: number; text: string; report: () => Record<string, unknown> }> {
  const paths = ['a.json', 'b.json', 'report.json'].map((name) => join(folder, name));
  writeFileSync(paths[0]!, first);
  writeFileSync(paths[1]!, second);
  const out = vi.spyOn(process.stdout, 'write').mockReturnValue(true);
  const err = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
  try {
    const code = await run([paths[0]!, paths[1]!, '--report', paths[2]!]);
    const text = [...out.mock.calls, ...err.mock.calls].join('');
    return { code, text, report: () => JSON.parse(readFileSync(paths[2]!, 'utf8')) as Record<string, unknown> };
  } finally {
    out.mockRestore();
    err.mockRestore();
  }
}

test('equal traces agree: exit code 0, a table and a flat summary', async () => {
  const { code, text, report } = await agree(traceText(smallTrace), traceText(smallTrace));
  expect(code).toBe(0);
  expect(text).toContain('next-token logits');
  expect(text).toContain('not recorded');
  expect(text).toContain('The traces agree.');
  expect(report().summary).toMatchObject({ pass: true, tokens: 2, expertChoices: 4, expertChoicesThatDiffer: 0, mixingWeights: 0, routerLogits: 0, shareOfChoicesTurnedByRounding: 0 });
});

test('traces that differ: exit code 1, and the line that failed', async () => {
  const changed = { ...smallTrace, routing: { ...smallTrace.routing, mix: smallTrace.routing.mix.map((w, i) => (i === 0 ? w + 0.01 : w)) } };
  const { code, text, report } = await agree(traceText(smallTrace), traceText(changed));
  expect(code).toBe(1);
  expect(text).toMatch(/mixing weights +0\.0100 +0\.000100 +5 +FAILED/);
  expect(report().summary).toMatchObject({ pass: false });
});

test('what is no trace is refused with its faults', async () => {
  const { code, text } = await agree(traceText(smallTrace), '{"format":"moe-trace","version":"3.0"}');
  expect(code).toBe(1);
  expect(text).toContain('is no trace that can be read. The trace has version 3.0, but only versions 1.x are read here.');
});

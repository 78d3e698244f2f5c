import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { readTraceFile } from './files';
import { readExamples } from './record';
import { run, titleOf } from './trace';

const ROOT = new URL('../../', import.meta.url).pathname;
let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'trace-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

const file = (name: string, text: string): string => {
  writeFileSync(join(folder, name), text);
  return join(folder, name);
};

async function trace(...flags: string[]): Promise<{ code: number; err: string }> {
  const err = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
  try {
    const code = await run(['--engine', 'reference', '--model', `${ROOT}public/models/moe`, '--out', join(folder, 't.json'), ...flags]);
    return { code, err: err.mock.calls.join('') };
  } finally {
    err.mockRestore();
  }
}

describe('npm run trace', () => {
  test('writes a trace of the shipped checkpoint and says what happened', async () => {
    const { code, err } = await trace('--prompt-file', file('p.txt', 'Once upon'), '--max-new-tokens', '2', '--temperature', '0', '--plan', `${ROOT}docs/plans/one-expert.json`, '--title', 'T');
    expect(err).toMatch(/^moe on reference: .+\n {2}\d+ prompt tokens, [12] new ones, \d/);
    expect(code).toBe(0);
    const written = readTraceFile(join(folder, 't.json'));
    expect(written).toMatchObject({ title: 'T', run: { prompt: 'Once upon', engine: 'reference', plan: { entries: [{ k: 1 }] } } });
    expect(written.routing.count?.every((count) => count === 1)).toBe(true);
    const raw = JSON.parse(readFileSync(join(folder, 't.json'), 'utf8')) as { routing: { mix: { dtype: string } } };
    expect(raw.routing.mix.dtype).toBe('f32');
  });

  test.each([
    [[], 2, 'There is no text: give either --prompt or --prompt-file.'],
    [['--prompt', 'a', '--prompt-file', 'b'], 2, 'There are two texts: give either --prompt or --prompt-file.'],
    [['--prompt', ''], 2, 'The prompt is empty: type at least one character.'],
    [['--prompt', 'a', '--model', 'nowhere'], 1, 'The model folder nowhere lacks config.json and model.safetensors and tokenizer.json.'],
    [['--prompt', 'a', '--plan', 'nowhere.json'], 2, 'The file nowhere.json cannot be read: '],
    [['--prompt-file', 'nowhere.txt'], 2, 'The file nowhere.txt cannot be read: '],
    [['--prompt', 'a', '--temperature', '9'], 2, '--temperature is "9", but a number from 0 to 2 is wanted.'],
  ])('refuses %j with exit code %i and a sentence', async (flags, code, sentence) => {
    const result = await trace(...flags);
    expect(result.err).toContain(sentence);
    expect(result.code).toBe(code);
  });

  test('refuses a plan for another model with every fault', async () => {
    const plan = file('plan.json', JSON.stringify({ format: 'moe-plan', version: '1.0', entries: [{ layers: 'all', tokens: 'all', mask: [999], k: 0 }] }));
    const { code, err } = await trace('--prompt', 'a', '--plan', plan);
    expect(code).toBe(2);
    expect(err).toContain('entries[0].k: wanted an integer');
    expect(err).toContain('entries[0].mask[0]: wanted an integer');
  });
});

test('a title is the text on one line, cut at a word', () => {
  expect(titleOf(' a\n b ')).toBe('a b');
  expect(titleOf('word '.repeat(20))).toBe(`${'word '.repeat(12).trim()} …`);
});

describe('the list of examples', () => {
  const list = readExamples(JSON.parse(readFileSync(`${ROOT}public/traces/examples.json`, 'utf8')));

  test('has at least eight, of different domains and of tasks', () => {
    expect(list.length).toBeGreaterThanOrEqual(8);
    expect(new Set(list.map(({ domain }) => domain)).size).toBeGreaterThanOrEqual(6);
    expect(list.some(({ domain }) => domain === 'task')).toBe(true);
    expect(new Set(list.map(({ id }) => id)).size).toBe(list.length);
  });

  test('is refused when an entry is wrong, saying where', () => {
    expect(() => readExamples({ examples: [{ ...list[0], seed: 'one' }] })).toThrow('The list of examples is wrong at examples.0.seed');
    expect(() => readExamples({ examples: [{ ...list[0], trace: '../x.json' }] })).toThrow('wrong at examples.0.trace');
  });
});

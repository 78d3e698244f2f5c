import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { readTraceFile } from './files';
import { FIRST_EXAMPLE_BYTES, readExamples } from './record';

const path = (name: string): string => new URL(`../../public/${name}`, import.meta.url).pathname;
const examples = readExamples(JSON.parse(readFileSync(path('traces/examples.json'), 'utf8')));
const manifest = JSON.parse(readFileSync(path('models/manifest.json'), 'utf8')) as { models: { moe: { files: Record<string, { sha256: string }> } } };

test.each(examples.map((example) => [example.id, example] as const))('the recorded example %s is a run of the shipped checkpoint (else: npm run record)', (_, example) => {
  const trace = readTraceFile(path(`traces/${example.trace}`));
  expect(trace.model.sha256).toBe(manifest.models.moe.files['model.safetensors']?.sha256);
  expect(trace.run.prompt).toBe(example.prompt);
  expect(trace.tokens.ids.length - trace.run.promptTokens).toBeLessThanOrEqual(example.maxNewTokens);
});

test('the first example is light enough to be drawn before anything else', () => {
  expect(readFileSync(path(`traces/${examples[0]?.trace}`)).length).toBeLessThan(FIRST_EXAMPLE_BYTES);
});

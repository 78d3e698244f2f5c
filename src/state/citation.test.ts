/** The citation on the page, in the README and in CITATION.cff name the same thing. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { bibtex, modelRevision } from './citation';

const read = (path: string): string => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');
const { version } = JSON.parse(read('package.json')) as { version: string };
const weights = (JSON.parse(read('public/models/manifest.json')) as { models: { moe: { files: Record<string, { sha256: string }> } } }).models.moe.files['model.safetensors']!.sha256;

test('an entry names version, page and model', () => {
  expect(bibtex({ version: '1.2.3', revision: '0123abcd', weights: 'e072270afd3d' })).toBe(`@software{moe_playground,
  author  = {{the MoE Playground contributors}},
  title   = {{MoE Playground}},
  version = {1.2.3},
  year    = {2026},
  note    = {Page revision 0123abcd, model revision e072270a}
}`);
});

test('what is not known is left out', () => {
  expect(bibtex({ version: '1', revision: undefined, weights: 'e072270afd3d' })).toContain('note    = {Model revision e072270a}');
  expect(bibtex({ version: '1', revision: undefined, weights: undefined })).not.toContain('note');
});

test('the README and CITATION.cff give the version and the weights that ship', () => {
  expect(read('README.md')).toContain(bibtex({ version, revision: undefined, weights }));
  const cff = read('CITATION.cff');
  expect(cff).toContain(`\nversion: ${version}\n`);
  expect(cff).toContain(`value: sha256:${weights}`);
  expect(cff).toContain(`Model revision ${modelRevision(weights)}`);
});

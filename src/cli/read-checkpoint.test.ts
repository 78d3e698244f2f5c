import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { errorCode, errorMessage } from '../base/errors';
import { readCheckpoint } from './read-checkpoint';

const ROOT = join(import.meta.dirname, '../..');
const MODEL = join(ROOT, 'public/models/moe');
const TINY = join(ROOT, 'training/golden/tiny-qwen3');
const folders: string[] = [];

afterEach(() => folders.splice(0).forEach((folder) => rmSync(folder, { recursive: true })));

/** A folder with a small checkpoint that is whole until a test changes it. */
function tinyFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'checkpoint-'));
  folders.push(folder);
  for (const file of ['config.json', 'model.safetensors']) copyFileSync(join(TINY, file), join(folder, file));
  copyFileSync(join(MODEL, 'tokenizer.json'), join(folder, 'tokenizer.json'));
  return folder;
}

async function failure(folder: string): Promise<string> {
  try {
    await readCheckpoint(folder);
  } catch (error) {
    expect(errorCode(error)).toBe('bad-file');
    return errorMessage(error);
  }
  return '';
}

it('the shipped model has the hash that the list of models names', async () => {
  const manifest = JSON.parse(readFileSync(join(ROOT, 'public/models/manifest.json'), 'utf8')) as { models: { moe: { files: Record<string, { sha256: string }> } } };
  const checkpoint = await readCheckpoint(MODEL);
  expect(checkpoint.name).toBe('moe');
  expect(checkpoint.sha256).toBe(manifest.models.moe.files['model.safetensors']!.sha256);
  expect(checkpoint.config.endOfText.map((id) => checkpoint.tokenizer?.tokenText(id))).toEqual(['<|endoftext|>']);
});

it('a whole folder is read, under its own name', async () => {
  const folder = tinyFolder();
  expect((await readCheckpoint(`${folder}/`)).name).toBe(folder.split('/').at(-1));
});

it('a folder that is incomplete is refused by the names of what is missing', async () => {
  expect(await failure('/nowhere')).toBe('The model folder /nowhere lacks config.json and model.safetensors and tokenizer.json.');
});

it('weights that are cut off, and configurations that are no JSON, are refused', async () => {
  const folder = tinyFolder();
  writeFileSync(join(folder, 'model.safetensors'), readFileSync(join(TINY, 'model.safetensors')).subarray(0, 50000));
  expect(await failure(folder)).toContain('the file is cut off');
  writeFileSync(join(folder, 'config.json'), '{');
  expect(await failure(folder)).toContain('config.json of');
});

it('weights that are not finite numbers are refused by the name of their tensor', async () => {
  const folder = tinyFolder();
  const weights = readFileSync(join(TINY, 'model.safetensors'));
  weights.writeUInt16LE(0x7e00, weights.length - 2);
  writeFileSync(join(folder, 'model.safetensors'), weights);
  expect(await failure(folder)).toMatch(/^The tensor model\..* holds values that are not finite numbers\.$/);
});

import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { expect, test } from './fixtures';

/** Written by the build that `npm start`, Playwright's web server, has just made. */
const dist = 'dist';

interface Chunk {
  readonly file: string;
  readonly src?: string;
  readonly imports?: readonly string[];
  readonly css?: readonly string[];
}

/** Chunks that the page asks for before anything is clicked: the entry and all it imports statically. */
function initialChunks(): readonly Chunk[] {
  const manifest = JSON.parse(readFileSync(join(dist, '.vite/manifest.json'), 'utf8')) as Readonly<Record<string, Chunk>>;
  const found = new Map<string, Chunk>();
  const visit = (key: string): void => {
    const chunk = manifest[key];
    if (chunk === undefined || found.has(key)) return;
    found.set(key, chunk);
    chunk.imports?.forEach(visit);
  };
  visit('index.html');
  return [...found.values()];
}

const bytes = (file: string): number => statSync(join(dist, file)).size;
const gzipped = (file: string): number => gzipSync(readFileSync(join(dist, file))).length;
const sum = (sizes: readonly number[]): number => sizes.reduce((total, size) => total + size, 0);

test('the scripts of the first load are at most 220 kB, gzipped', () => {
  const files = initialChunks().map(({ file }) => file);
  expect(files.length).toBeGreaterThan(0);
  expect(sum(files.map(gzipped))).toBeLessThanOrEqual(220_000);
});

test('the scripts of the first load are without ONNX Runtime', () => {
  for (const { file } of initialChunks()) expect(readFileSync(join(dist, file), 'utf8'), file).not.toMatch(/onnxruntime|ort-wasm/);
});

test('page, worker, fonts and default model are at most 16 MB together', () => {
  const assets = readdirSync(join(dist, 'assets')).filter((name) => /\.(js|css|woff2)$/.test(name));
  const page = gzipped('index.html') + sum(assets.map((name) => gzipped(`assets/${name}`)));
  const model = sum(readdirSync(join(dist, 'models/moe')).map((name) => bytes(`models/moe/${name}`)));
  expect(page + model).toBeLessThanOrEqual(16_000_000);
});

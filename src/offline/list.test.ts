/** Which of the build's files the worker keeps, and how. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { offlineFiles } from '../../scripts/service-worker';

const FILES = ['index.html', 'sw.js', 'favicon.svg', 'manifest.webmanifest', '.vite/manifest.json', 'icons/icon-192.png', 'assets/index-a.js', 'assets/index-a.css', 'assets/inter-latin-wght-normal-a.woff2', 'assets/inter-greek-wght-normal-a.woff2', 'assets/ort-a.mjs', 'assets/ort-a.wasm', 'traces/tale.json', 'lessons/en/load.json', 'results/c3po.json', 'models/manifest.json', 'models/moe/model.safetensors', 'models/moe/config.json', 'models/moe/evaluation.json', 'models/dense-small/evaluation.json', 'models/moe/README.md', 'tools/hf_moe_trace.py', 'schema/moe-trace-1.json'];

test('the page and what a recorded run needs are the shell, other data comes when it is used, weights and papers never', () => {
  const folder = mkdtempSync(join(tmpdir(), 'offline-'));
  try {
    const write = (name: string, content: string | Uint8Array): void => {
      mkdirSync(dirname(join(folder, name)), { recursive: true });
      writeFileSync(join(folder, name), content);
    };
    for (const name of FILES) write(name, name);
    write('assets/large-a.js', new Uint8Array(1_000_001));
    const { version, shell, data } = offlineFiles(folder);
    expect(Object.keys(shell)).toEqual(['assets/index-a.css', 'assets/index-a.js', 'assets/inter-latin-wght-normal-a.woff2', 'favicon.svg', 'icons/icon-192.png', 'index.html', 'lessons/en/load.json', 'manifest.webmanifest', 'models/manifest.json', 'models/moe/evaluation.json', 'traces/tale.json']);
    expect(Object.keys(data)).toEqual(['assets/inter-greek-wght-normal-a.woff2', 'assets/large-a.js', 'assets/ort-a.mjs', 'assets/ort-a.wasm', 'models/dense-small/evaluation.json', 'results/c3po.json']);
    expect(shell['index.html']).toBe('0eb547304658805aad788d320f10bf1f292797b5e6d745a3bf617584da017051');
    expect(version).toMatch(/^[0-9a-f]{8}$/);
    write('results/c3po.json', 'other');
    expect(offlineFiles(folder).version).not.toBe(version);
    expect(offlineFiles(folder).shell).toEqual(shell);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

import { createHash } from 'node:crypto';
import { beforeEach, describe, expect, test } from 'vitest';
import { fileOf, type OfflineFiles } from './files';
import { retire } from './retire';
import { copyOf, serve } from './serve';
import { FakeWorker, World } from './testing/fake-scope';

const ROOT = 'https://example.org/play/';
const hash = (content: string): string => createHash('sha256').update(content).digest('hex');

const V1 = { 'index.html': 'page 1', 'assets/a-1.js': 'script 1', 'favicon.svg': 'icon', 'models/manifest.json': 'list 1' };
const V2 = { 'index.html': 'page 2', 'assets/a-2.js': 'script 2', 'favicon.svg': 'icon', 'models/manifest.json': 'list 2' };
const DATA = { 'results/r.json': 'result 1', 'lessons.bin': 'data' };

const hashes = (files: Readonly<Record<string, string>>): Record<string, string> => Object.fromEntries(Object.entries(files).map(([path, content]) => [path, hash(content)]));
const files = (version: string, shell: Readonly<Record<string, string>>, data: Readonly<Record<string, string>> = DATA): OfflineFiles => ({ version, shell: hashes(shell), data: hashes(data) });

let world: World;
const deploy = (...parts: Readonly<Record<string, string>>[]): void => {
  world.host.clear();
  for (const [path, content] of parts.flatMap((part) => Object.entries(part))) world.host.set(ROOT + path, content);
};
const worker = (list: OfflineFiles): FakeWorker => new FakeWorker(world, (scope) => serve(scope, list));

async function started(): Promise<FakeWorker> {
  deploy(V1, DATA);
  world.pages = [ROOT];
  const first = worker(files('1', V1));
  await first.install();
  await first.activate();
  return first;
}

beforeEach(() => {
  world = new World(ROOT);
});

test('a file is what lies in the folder, with index.html for a folder', () => {
  expect(fileOf('https://example.org/play/', ROOT)).toBe('index.html');
  expect(fileOf('https://example.org/play/?embed=1#p=x', ROOT)).toBe('index.html');
  expect(fileOf('https://example.org/play/teach/', ROOT)).toBe('teach/index.html');
  expect(fileOf('https://example.org/other/', ROOT)).toBeUndefined();
  expect(fileOf('https://example.com/play/', ROOT)).toBeUndefined();
});

test('a kept file stays isolated where its host isolates it', () => {
  const headers = { 'content-type': 'text/javascript', 'cross-origin-opener-policy': 'same-origin', 'cross-origin-embedder-policy': 'require-corp', 'x-other': '1' };
  const copy = copyOf(new Response('script', { headers }), new ArrayBuffer(3));
  expect([...copy.headers]).toEqual([
    ['content-type', 'text/javascript'],
    ['cross-origin-embedder-policy', 'require-corp'],
    ['cross-origin-opener-policy', 'same-origin'],
  ]);
  expect([...copyOf(new Response(new ArrayBuffer(3)), new ArrayBuffer(3)).headers]).toEqual([['content-type', 'application/octet-stream']]);
});

describe('after one visit', () => {
  test('the whole shell is there without a network, and data that was asked for', async () => {
    const first = await started();
    expect(first.claimed).toBe(true);
    expect(await first.ask('results/r.json')).toBe('200 result 1');
    world.online = false;
    expect(await first.ask('')).toBe('200 page 1');
    expect(await first.ask('?embed=1')).toBe('200 page 1');
    expect(await first.ask('assets/a-1.js')).toBe('200 script 1');
    expect(await first.ask('results/r.json')).toBe('200 result 1');
    expect(await first.ask('models/manifest.json')).toBe('200 list 1');
    await expect(first.ask('lessons.bin')).rejects.toThrow('Failed to fetch');
  });

  test('a file of the shell is asked for once, and data once', async () => {
    const first = await started();
    for (const path of ['', 'assets/a-1.js', 'results/r.json', 'results/r.json']) await first.ask(path);
    expect(world.asked.toSorted()).toEqual([...Object.keys(V1), 'results/r.json'].map((path) => ROOT + path).toSorted());
  });

  test('data that the page had before the worker came is kept too, and only what is known', async () => {
    const first = await started();
    await first.message([`${ROOT}results/r.json`, `${ROOT}results/r.json`, `${ROOT}models/moe/model.safetensors`, 'https://example.com/results/r.json', 7]);
    expect(world.kept('moe-playground-offline-1 /play/ data')).toEqual([`${ROOT}results/r.json?sha256=${hash('result 1')}`]);
    world.online = false;
    expect(await first.ask('results/r.json')).toBe('200 result 1');
  });

  test('weights, other folders and what is no GET are left to the browser', async () => {
    const first = await started();
    expect(await first.ask('models/moe/model.safetensors')).toBeUndefined();
    expect(await first.ask('/other/index.html')).toBeUndefined();
    expect(await first.ask('index.html', 'POST')).toBeUndefined();
  });

  test('the list of models is the newest that can be had', async () => {
    const first = await started();
    deploy(V2);
    expect(await first.ask('models/manifest.json')).toBe('200 list 2');
    world.online = false;
    expect(await first.ask('models/manifest.json')).toBe('200 list 2');
  });
});

describe('a new version', () => {
  test('waits while the old page runs, then takes the place of the old one, and no file mixes', async () => {
    const first = await started();
    deploy(V2, DATA);
    const second = worker(files('2', V2));
    await second.install();
    expect(second.skipped).toBe(false);
    // The host has no file of version 1 any more.
    expect([await first.ask(''), await first.ask('assets/a-1.js')]).toEqual(['200 page 1', '200 script 1']);
    await second.message('activate');
    expect(second.skipped).toBe(true);
    await second.activate();
    expect(second.claimed).toBe(false);
    expect([await second.ask(''), await second.ask('assets/a-2.js')]).toEqual(['200 page 2', '200 script 2']);
    expect(world.cacheNames().filter((name) => name.includes('shell'))).toEqual(['moe-playground-offline-1 /play/ shell 2']);
  });

  test('fetches only what has changed', async () => {
    await started();
    deploy(V2, DATA);
    world.asked.length = 0;
    await worker(files('2', V2)).install();
    expect(world.asked.toSorted()).toEqual(['assets/a-2.js', 'index.html', 'models/manifest.json'].map((path) => ROOT + path));
  });

  test('is not installed from a host that has only half of it', async () => {
    const first = await started();
    deploy(V2, { 'index.html': 'page 1' });
    await expect(worker(files('2', V2)).install()).rejects.toThrow('index.html is not the file of version 2.');
    expect(await first.ask('')).toBe('200 page 1');
  });

  test('leaves scripts of the old one to other tabs, and takes them away when only one is open', async () => {
    await started();
    world.pages = [ROOT, `${ROOT}?tab=2`, 'https://example.org/other/'];
    deploy(V2, DATA);
    const second = worker(files('2', V2));
    await second.install();
    await second.activate();
    expect(await second.ask('assets/a-1.js')).toBe('200 script 1');
    world.pages = [ROOT, 'https://example.org/other/'];
    await second.message('started');
    expect(await second.ask('assets/a-1.js')).toBe('404 ');
    expect(world.cacheNames().filter((name) => name.includes('shell'))).toHaveLength(1);
  });

  test('drops data that has changed and keeps what has not', async () => {
    const first = await started();
    await first.ask('results/r.json');
    await first.ask('lessons.bin');
    const changed = { ...DATA, 'results/r.json': 'result 2' };
    deploy(V2, changed);
    // Data of the new version reaches the old page, and is not kept under the old hash.
    const second = worker(files('2', V2, changed));
    await second.install();
    await second.activate();
    expect(await second.ask('results/r.json')).toBe('200 result 2');
    expect(world.kept('moe-playground-offline-1 /play/ data')).toEqual([`${ROOT}lessons.bin?sha256=${hash('data')}`, `${ROOT}results/r.json?sha256=${hash('result 2')}`]);
  });

  test('does not keep under the old hash what the host has changed', async () => {
    const first = await started();
    deploy(V1, { 'results/r.json': 'result 2' });
    expect(await first.ask('results/r.json')).toBe('200 result 2');
    expect(world.kept('moe-playground-offline-1 /play/ data')).toEqual([]);
  });
});

test('the kill switch forgets what this folder kept, leaves the rest, and goes', async () => {
  await started();
  world.caches.set('moe-playground-weights-1', world.caches.values().next().value!);
  world.caches.set('moe-playground-offline-1 /other/ shell 1', world.caches.values().next().value!);
  const last = new FakeWorker(world, retire);
  await last.install();
  expect(last.skipped).toBe(true);
  await last.activate();
  expect(last.unregistered).toBe(true);
  expect(world.cacheNames()).toEqual(['moe-playground-offline-1 /other/ shell 1', 'moe-playground-weights-1']);
  expect(await last.ask('')).toBeUndefined();
});

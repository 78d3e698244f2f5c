/** A checkpoint from a URL: list of models, then each file from the cache or the network, verified. */
import { PlaygroundError, throwIfCancelled } from '../base/errors';
import { assembleCheckpoint, OPTIONAL_FILES, parseJsonFile, REQUIRED_FILES, type CheckpointFileName } from './assemble';
import type { FileCache } from './cache';
import type { Checkpoint } from './checkpoint';
import type { ModelConfig } from './config';
import { download, open, verify, type Fetcher } from './download';
import { parseHfConfig } from './hf-config';
import { manifestFiles, parseManifest, type Manifest, type ManifestFile } from './manifest';

/** Where models come from. */
export interface CheckpointSource {
  readonly fetcher: Fetcher;
  /** Folder that holds `manifest.json` and `<model>/`, absolute URL ending in a slash. */
  readonly modelsUrl: string;
  readonly cache: FileCache;
}

export interface DownloadOptions {
  readonly signal?: AbortSignal;
  /** Bytes while downloading, counted over all files that are not cached; else files. */
  readonly onProgress?: (stage: 'manifest' | 'download' | 'verify', done: number, total: number) => void;
  /** Called with the shape of the model as soon as it is known, before the weights come: time to compile for it. */
  readonly onConfig?: (config: ModelConfig) => void;
}

export interface LoadedCheckpoint {
  readonly checkpoint: Checkpoint;
  /** Bytes that came over the network, without the list of models; 0 when everything was cached. */
  readonly downloadedBytes: number;
  /** Why the files could not be kept for the next visit, in words; empty when they were. */
  readonly cacheNote: string;
}

interface WantedFile {
  readonly name: CheckpointFileName;
  readonly expected: ManifestFile;
}

async function fetchManifest(source: CheckpointSource, signal: AbortSignal | undefined): Promise<Manifest> {
  const label = 'The list of models';
  // Always asked for anew: an old list would name the hashes of files that are gone.
  const response = await open(source.fetcher, new URL('manifest.json', source.modelsUrl).href, label, { cache: 'no-cache', ...(signal ? { signal } : {}) });
  return parseManifest(parseJsonFile(new Uint8Array(await response.arrayBuffer()), label));
}

function wantedFiles(manifest: Manifest, model: string): WantedFile[] {
  const listed = manifestFiles(manifest, model);
  const missing = REQUIRED_FILES.filter((name) => !listed.has(name));
  if (missing.length > 0) throw new PlaygroundError('bad-file', `The list of models names no ${missing.join(' and no ')} for "${model}".`);
  return [...REQUIRED_FILES, ...OPTIONAL_FILES].flatMap((name) => {
    const expected = listed.get(name);
    return expected === undefined ? [] : [{ name, expected }];
  });
}

function allHashes(manifest: Manifest): Set<string> {
  return new Set([...manifest.models.values()].flatMap((files) => [...files.values()].map((file) => file.sha256)));
}

/** A file that is what was published. One that is not may be a bad copy of some cache on the way: it is asked for once more, past them. */
async function verified(source: CheckpointSource, model: string, { name, expected }: WantedFile, bytes: Uint8Array, signal: AbortSignal | undefined): Promise<Uint8Array> {
  const label = `${name} of "${model}"`;
  try {
    await verify(bytes, expected, label);
    return bytes;
  } catch {
    const again = await download(source.fetcher, fileUrl(source, model, name), label, expected, { anew: true, ...(signal ? { signal } : {}) });
    await verify(again, expected, label);
    return again;
  }
}

function fileUrl({ modelsUrl }: CheckpointSource, model: string, name: string): string {
  return new URL(`${encodeURIComponent(model)}/${name}`, modelsUrl).href;
}

/**
 * Loads a model by its name in the list of models.
 * @throws PlaygroundError `network`, `integrity`, `bad-file`, `bad-input` (no such model), `cancelled`
 */
export async function loadCheckpoint(source: CheckpointSource, model: string, options: DownloadOptions = {}): Promise<LoadedCheckpoint> {
  const { signal, onProgress = () => undefined } = options;
  const announce = async (bytes: Uint8Array | undefined, expected: ManifestFile | undefined): Promise<void> => {
    if (options.onConfig === undefined || bytes === undefined || expected === undefined) return;
    const label = `config.json of "${model}"`;
    await verify(bytes, expected, label);
    options.onConfig(parseHfConfig(parseJsonFile(bytes, label)));
  };
  onProgress('manifest', 0, 1);
  const manifest = await fetchManifest(source, signal);
  const wanted = wantedFiles(manifest, model);
  onProgress('manifest', 1, 1);

  const files = new Map<CheckpointFileName, Uint8Array>();
  for (const { name, expected } of wanted) {
    const cached = await source.cache.get(expected.sha256);
    if (cached !== undefined) files.set(name, cached);
    if (name === 'config.json') await announce(cached, expected);
  }
  throwIfCancelled(signal);

  const absent = wanted.filter(({ name }) => !files.has(name));
  const total = absent.reduce((sum, { expected }) => sum + expected.bytes, 0);
  let downloadedBytes = 0;
  for (const { name, expected } of absent) {
    const before = downloadedBytes;
    const url = fileUrl(source, model, name);
    const onBytes = (done: number): void => onProgress('download', before + done, total);
    files.set(name, await download(source.fetcher, url, `${name} of "${model}"`, expected, { onBytes, ...(signal ? { signal } : {}) }));
    downloadedBytes += expected.bytes;
    if (name === 'config.json') await announce(files.get(name), expected);
  }

  let cacheNote = '';
  for (const [i, { name, expected }] of absent.entries()) {
    onProgress('verify', i, absent.length);
    const bytes = await verified(source, model, { name, expected }, files.get(name) ?? new Uint8Array(), signal);
    files.set(name, bytes);
    cacheNote = (await source.cache.put(expected.sha256, bytes)) || cacheNote;
  }
  onProgress('verify', 1, 1);
  throwIfCancelled(signal);
  await source.cache.keepOnly(allHashes(manifest));

  const sha256 = manifestFiles(manifest, model).get('model.safetensors')?.sha256 ?? '';
  return { checkpoint: assembleCheckpoint(model, files, sha256), downloadedBytes, cacheNote };
}

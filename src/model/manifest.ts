/** public/models/manifest.json: which models there are, and size and hash of each of their files. */
import { PlaygroundError } from '../base/errors';

export interface ManifestFile {
  readonly bytes: number;
  /** Lower-case hex. */
  readonly sha256: string;
}

export interface Manifest {
  /** Files by name, by model. */
  readonly models: ReadonlyMap<string, ReadonlyMap<string, ManifestFile>>;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function refuse(sentence: string): PlaygroundError {
  return new PlaygroundError('bad-file', `The list of models cannot be used: ${sentence}`);
}

function readFile(value: unknown, path: string): ManifestFile {
  const { bytes, sha256 } = isObject(value) ? value : {};
  if (typeof bytes !== 'number' || !Number.isSafeInteger(bytes) || bytes < 0) throw refuse(`${path} has no size in bytes.`);
  if (typeof sha256 !== 'string' || !/^[0-9a-f]{64}$/.test(sha256)) throw refuse(`${path} has no SHA-256 of 64 lower-case hex digits.`);
  return { bytes, sha256 };
}

/** Throws `bad-file` with one sentence. */
export function parseManifest(value: unknown): Manifest {
  if (!isObject(value)) throw refuse('it is not a JSON object.');
  if (value['version'] !== 1) throw refuse(`its version is ${JSON.stringify(value['version']) ?? 'missing'}, but this page reads version 1.`);
  if (!isObject(value['models'])) throw refuse('it lists no models.');
  const models = new Map<string, ReadonlyMap<string, ManifestFile>>();
  for (const [name, model] of Object.entries(value['models'])) {
    if (!isObject(model) || !isObject(model['files'])) throw refuse(`models.${name} lists no files.`);
    const files = Object.entries(model['files']).map(([file, entry]) => [file, readFile(entry, `models.${name}.files.${file}`)] as const);
    models.set(name, new Map(files));
  }
  return { models };
}

/** The files of one model. Throws `bad-input` naming those that there are. */
export function manifestFiles(manifest: Manifest, model: string): ReadonlyMap<string, ManifestFile> {
  const files = manifest.models.get(model);
  if (files === undefined) {
    throw new PlaygroundError('bad-input', `There is no model "${model}"; there is ${[...manifest.models.keys()].join(', ') || 'none at all'}.`);
  }
  return files;
}

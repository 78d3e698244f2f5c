/** Lists what the build has made, with hashes, and puts the service worker beside it. */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join, resolve, sep } from 'node:path';
import { build, type Plugin } from 'vite';
import { MODEL_LIST, type OfflineFiles } from '../src/offline/files';

/** The kill switch: `OFFLINE=off npm run build` ships a page that registers no worker, and a worker that removes the one before. */
export const OFFLINE = process.env['OFFLINE'] !== 'off';

/** Larger files are kept when they are first used, not with every version. */
const SHELL_FILE_BYTES = 1_000_000;

/** Kept nowhere: the worker itself, what no page asks for, and what the page keeps itself under its hash (src/model/cache.ts). */
const LEFT_OUT = /^(sw\.js|\.vite\/.*|.*\.(md|map|py|safetensors)|models\/[^/]+\/(config|generation_config|tokenizer|tokenizer_config)\.json|schema\/.*|embed\/.*)$/;

/** Scripts, styles (ONNX Runtime's own files only when used), the font of Latin letters, icons, pages, recorded runs, lessons, and what was measured of the model. */
const SHELL = /^([^/]*\.(html|svg|png|webmanifest)|icons\/.*|assets\/(?!ort-).*\.(js|mjs|css)|assets\/.*-latin-wght-.*\.woff2|traces\/.*\.json|models\/moe\/.*\.json|lessons\/.*\.json)$/;

/** The files of a built page by what the worker does with them. */
export function offlineFiles(dist: string): OfflineFiles {
  const names = readdirSync(dist, { recursive: true, encoding: 'utf8' })
    .map((name) => name.split(sep).join('/'))
    .filter((name) => !LEFT_OUT.test(name) && statSync(join(dist, name)).isFile())
    .sort();
  const shell: Record<string, string> = {};
  const data: Record<string, string> = {};
  for (const name of names) {
    const bytes = readFileSync(join(dist, name));
    const list = name === MODEL_LIST || (SHELL.test(name) && bytes.length <= SHELL_FILE_BYTES) ? shell : data;
    list[name] = createHash('sha256').update(bytes).digest('hex');
  }
  const version = createHash('sha256').update(JSON.stringify([shell, data])).digest('hex').slice(0, 8);
  return { version, shell, data };
}

/** Builds `sw.js` into the folder of a built page. */
export async function writeServiceWorker(dist: string, files: OfflineFiles | null = offlineFiles(dist)): Promise<void> {
  const made = await build({
    configFile: false,
    publicDir: false,
    logLevel: 'warn',
    define: { OFFLINE_FILES: JSON.stringify(files) },
    build: { write: false, target: 'es2023', lib: { entry: resolve('src/offline/worker.ts'), formats: ['iife'], name: 'worker' } },
  });
  const chunk = [made].flat().flatMap((output) => ('output' in output ? output.output : [])).find((output) => output.type === 'chunk');
  if (chunk === undefined) throw new Error('The service worker was not built.');
  writeFileSync(join(dist, 'sw.js'), chunk.code);
}

/** The build ends with the worker, since it lists everything else. */
export function serviceWorker(): Plugin {
  let dist = '';
  return {
    name: 'service-worker',
    apply: 'build',
    configResolved: (config) => {
      dist = resolve(config.root, config.build.outDir);
    },
    closeBundle: { order: 'post', sequential: true, handler: () => writeServiceWorker(dist, OFFLINE ? offlineFiles(dist) : null) },
  };
}

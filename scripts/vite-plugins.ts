/** What the build adds to the page, and how its preview serves it. */
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { Plugin } from 'vite';

/** The browser asks for the first recorded run while the scripts are still on their way: two round trips less. */
export function preloadFirstRun(): Plugin {
  return {
    name: 'preload-first-run',
    apply: 'build',
    transformIndexHtml: (_, { filename }) => {
      if (!filename.endsWith('index.html')) return [];
      const list: unknown = JSON.parse(readFileSync('public/traces/examples.json', 'utf8'));
      const examples = typeof list === 'object' && list !== null && 'examples' in list && Array.isArray(list.examples) ? list.examples : [];
      const first: unknown = examples[0];
      const trace = typeof first === 'object' && first !== null && 'trace' in first && typeof first.trace === 'string' ? [first.trace] : [];
      return ['examples.json', ...trace].map((name) => ({ tag: 'link', attrs: { rel: 'preload', as: 'fetch', href: `./traces/${name}`, crossorigin: '' }, injectTo: 'head' as const }));
    },
  };
}

/** The page's head names the results that lie in public/results/, so that the page asks for no file that is not there. */
export function nameResults(): Plugin {
  return {
    name: 'name-results',
    transformIndexHtml: () => {
      const named = (folder: string): string => (existsSync(`public/${folder}`) ? readdirSync(`public/${folder}`).flatMap((file) => (file.endsWith('.json') ? [file.slice(0, -5)] : [])) : []).sort().join(' ');
      return ['results', 'references'].map((folder) => ({ tag: 'meta', attrs: { name: folder, content: named(folder) }, injectTo: 'head' as const }));
    },
  };
}

const TYPES: Readonly<Record<string, string>> = { '.html': 'text/html', '.js': 'text/javascript', '.css': 'text/css', '.json': 'application/json' };

/** The preview compresses what static hosts such as GitHub Pages compress, so that loading times measured on it mean something. */
export function compressedPreview(): Plugin {
  const packed = new Map<string, Buffer>();
  return {
    name: 'compressed-preview',
    configurePreviewServer({ config, middlewares }) {
      const root = resolve(config.root, config.build.outDir);
      middlewares.use((request, response, next) => {
        const path = decodeURIComponent((request.url ?? '/').replace(/[?#].*$/, ''));
        const file = join(root, path.endsWith('/') ? `${path}index.html` : path);
        const type = TYPES[/\.[a-z]+$/.exec(file)?.[0] ?? ''];
        const modified = type === undefined || !file.startsWith(root) ? undefined : statSync(file, { throwIfNoEntry: false })?.mtimeMs;
        if (request.method !== 'GET' || modified === undefined || !/\bgzip\b/.test(request.headers['accept-encoding'] ?? '')) {
          next();
          return;
        }
        const key = `${file} ${modified}`;
        const body = packed.get(key) ?? gzipSync(readFileSync(file));
        packed.set(key, body);
        response.writeHead(200, { 'content-type': `${type}; charset=utf-8`, 'content-encoding': 'gzip', 'content-length': body.length, 'cache-control': 'no-cache', vary: 'accept-encoding' });
        response.end(body);
      });
    },
  };
}

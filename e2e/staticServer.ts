/** A static host as a page meets it: files, a cache time of ten minutes, and a log of what was asked for. */
import { createReadStream, statSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { extname, join } from 'node:path';

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.mjs': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.webmanifest': 'application/manifest+json',
  '.woff2': 'font/woff2',
  '.wasm': 'application/wasm',
};

export class StaticServer {
  /** `METHOD url` of every request, a service worker's too. */
  readonly log: string[] = [];
  private readonly server: Server;

  /**
   * @param folder what is served; may be changed, as a deployment does
   * @param headers sent with every file; may be changed as well
   */
  constructor(
    public folder: string,
    public headers: Readonly<Record<string, string>> = {},
  ) {
    this.server = createServer((request, response) => {
      this.log.push(`${request.method ?? ''} ${request.url ?? ''}`);
      const path = decodeURIComponent((request.url ?? '/').replace(/[?#].*$/, ''));
      const file = join(this.folder, path.endsWith('/') ? `${path}index.html` : path);
      const size = statSync(file, { throwIfNoEntry: false })?.size;
      if (size === undefined) {
        response.writeHead(404).end();
        return;
      }
      response.writeHead(200, { 'content-type': TYPES[extname(file)] ?? 'application/octet-stream', 'content-length': size, 'cache-control': 'max-age=600', ...this.headers });
      createReadStream(file).pipe(response);
    });
  }

  listen(port: number): Promise<void> {
    return new Promise((resolve, reject) => {
      this.server.once('error', reject);
      this.server.listen(port, '127.0.0.1', resolve);
    });
  }

  close(): Promise<void> {
    this.server.closeAllConnections();
    return new Promise((resolve) => {
      this.server.close(() => resolve());
    });
  }
}

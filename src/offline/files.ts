/** What the service worker knows of the page's files, and under which names it keeps them. */

/** SHA-256 in hex by path, relative to the page's folder. Written into the worker by the build. */
export interface OfflineFiles {
  /** First eight digits of the SHA-256 over all that follows: another build, another version. */
  readonly version: string;
  /** Kept as a whole when a version is installed: the page and all that it needs to open a recorded run. */
  readonly shell: Readonly<Record<string, string>>;
  /** Kept one by one when they are first asked for. */
  readonly data: Readonly<Record<string, string>>;
}

/** The list of models: always asked for anew, and kept for the time without a network. */
export const MODEL_LIST = 'models/manifest.json';

/**
 * The file of the page's folder that an address stands for; undefined outside of the folder.
 * @param scope address of the folder, ending in a slash
 */
export function fileOf(address: string, scope: string): string | undefined {
  const url = new URL(address);
  const folder = new URL(scope);
  if (url.origin !== folder.origin || !url.pathname.startsWith(folder.pathname)) return undefined;
  const path = url.pathname.slice(folder.pathname.length);
  return path === '' || path.endsWith('/') ? `${path}index.html` : path;
}

/** Several pages may share an origin (user.github.io/a/, /b/), and caches belong to the origin: names begin with the folder. */
const prefix = (scope: string): string => `moe-playground-offline-1 ${new URL(scope).pathname} `;

/** Name of the cache that holds the shell of a version. */
export const shellName = (scope: string, version: string): string => `${prefix(scope)}shell ${version}`;

/** Name of the cache that holds data of all versions, each file under its hash. */
export const dataName = (scope: string): string => `${prefix(scope)}data`;

/** Whether a cache is one of this folder's. */
export const isOurs = (name: string, scope: string): boolean => name.startsWith(prefix(scope));

/** Whether it holds a shell of any version. */
export const isShell = (name: string, scope: string): boolean => name.startsWith(shellName(scope, ''));

/** Key of a file in the data cache; it is never sent. */
export const dataKey = (scope: string, path: string, hash: string): string => `${scope}${path}?sha256=${hash}`;

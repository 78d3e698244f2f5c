/** What a page may ask for: its own files, by GET, with nothing of the visitor's in it. */
import { statSync } from 'node:fs';
import { join } from 'node:path';
import type { BrowserContext, Request } from '@playwright/test';

/** What the build has made of the page; nothing else is served to a visitor. */
const DIST = 'dist';

export interface Asked {
  readonly url: string;
  readonly method: string;
  readonly body: string | null;
  /** A page is opened by it: the address is what the story, or a visitor, typed. */
  readonly navigation: boolean;
}

export const asked = (request: Request): Asked => ({ url: request.url(), method: request.method(), body: request.postData(), navigation: request.isNavigationRequest() });

const isFile = (path: string): boolean => statSync(join(DIST, path), { throwIfNoEntry: false })?.isFile() === true;

/**
 * Why a request is not one for a static file of the page, in words; undefined when it is.
 * @param own origin of the page
 * @param exists whether a path below the page's folder is a file of the build
 */
export function requestFault({ url, method, body, navigation }: Asked, own: string, exists: (path: string) => boolean = isFile): string | undefined {
  const { protocol, origin, pathname, search } = new URL(url);
  if (protocol === 'blob:' || protocol === 'data:') return undefined;
  if (origin !== own) return `request to another origin: ${url}`;
  if (method !== 'GET') return `request by ${method}: ${url}`;
  if (body !== null) return `request with a body: ${url}`;
  const path = decodeURIComponent(pathname);
  if (!exists(path.endsWith('/') ? `${path}index.html` : path)) return `request for what the build has not made: ${url}`;
  return search === '' || navigation ? undefined : `request with a query: ${url}`;
}

/** Whether an address or a body holds the text, as it is or encoded. */
export function holdsText({ url, body }: Asked, text: string): boolean {
  const forms = [text, encodeURIComponent(text), encodeURIComponent(text).replaceAll('%20', '+')];
  const sent = url.replace(/#.*$/, '');
  return forms.some((form) => sent.includes(form) || body?.includes(form) === true);
}

/** What the prompt fields of all open pages say, where it is long enough to be nobody else's words. */
export async function prompts(context: BrowserContext): Promise<string[]> {
  const found = await Promise.all(context.pages().map((page) => page.locator('textarea').evaluateAll((fields) => fields.map((field) => (field as HTMLTextAreaElement).value)).catch((): string[] => [])));
  return found.flat().map((text) => text.trim()).filter((text) => text.length >= 8);
}

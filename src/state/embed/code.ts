/** What an author pastes into a page to embed this one. */
import type { KeyRecord } from '../applyKeys';
import { readable } from '../packed';

/**
 * What a frame of this page needs: its own origin, for its worker and its files, and windows for its link to the full
 * page. Nothing else: no forms, no downloads, no way to leave the page that holds it.
 */
export const SANDBOX = 'allow-scripts allow-same-origin allow-popups';
export const ALLOW = 'clipboard-write; fullscreen';

/** Keys that are attributes of `<moe-playground>` by a name of their own; the others travel in `keys`. */
export const ELEMENT_ATTRIBUTES = ['trace', 'view', 'lang', 'theme', 'hide'] as const;

export interface EmbedSize {
  /** As CSS writes it: `100%` or `700px`. */
  readonly width: string;
  /** px */
  readonly height: number;
}

/** A text inside a double-quoted attribute. */
function attribute(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;');
}

/** The frame itself, which needs no script in the page that holds it. Its height is fixed. */
export function iframeCode(address: string, title: string, { width, height }: EmbedSize): string {
  return `<iframe src="${attribute(address)}" title="${attribute(title)}" width="${attribute(width.replace(/px$/, ''))}" height="${height}" loading="lazy" sandbox="${SANDBOX}" allow="${ALLOW}" style="border: 0"></iframe>`;
}

/** The element and its script: it takes messages, and its height follows what it shows. */
export function elementCode(script: string, keys: KeyRecord, { width, height }: EmbedSize): string {
  const { rest, own } = split(keys);
  const attributes = [...Object.entries(own), ...(rest === '' ? [] : [['keys', rest] as const]), ['height', String(height)] as const].map(([name, value]) => ` ${name}="${attribute(value)}"`).join('');
  const style = width === '100%' ? '' : ` style="max-width: ${attribute(width)}"`;
  return `<script type="module" src="${attribute(script)}"></script>\n<moe-playground${attributes}${style}></moe-playground>`;
}

function split(keys: KeyRecord): { readonly own: Readonly<Record<string, string>>; readonly rest: string } {
  const named = (name: string): boolean => (ELEMENT_ATTRIBUTES as readonly string[]).includes(name);
  const entries = Object.entries(keys).filter(([name]) => name !== 'embed' && name !== 'v');
  return {
    own: Object.fromEntries(entries.filter(([name]) => named(name))),
    rest: readable(new URLSearchParams(entries.filter(([name]) => !named(name)))),
  };
}

/**
 * What an embedded page and the page around it say to each other, version 1. Every message is a plain object with `moe: 1`
 * and a `type`. docs/EMBEDDING.md describes each; `public/embed/moe-playground.js` speaks it for authors.
 */
import * as v from 'valibot';

export const PROTOCOL = 1;

const version = v.literal(PROTOCOL);
const index = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(1_000_000));
/** Longest text of a value or address. A trace is bounded where it is read. */
const text = (most: number) => v.pipe(v.string(), v.maxLength(most));

/** From the page around. */
export const incoming = v.variant('type', [
  /** Asked every 100 ms until `ready` comes back, since messages to a frame that is still loading are lost. */
  v.strictObject({ moe: version, type: v.literal('ping') }),
  /** A trace, as a parsed object or as the text of a file; or a file of this page's own origin. */
  v.strictObject({ moe: version, type: v.literal('load'), trace: v.union([v.string(), v.record(v.string(), v.unknown())]) }),
  v.strictObject({ moe: version, type: v.literal('load'), url: text(2_000) }),
  v.strictObject({ moe: version, type: v.literal('seek'), token: index }),
  v.strictObject({ moe: version, type: v.literal('select'), layer: index, expert: v.optional(index) }),
  v.strictObject({ moe: version, type: v.literal('set'), key: text(20), value: v.union([text(200_000), v.number(), v.boolean()]) }),
  v.strictObject({ moe: version, type: v.literal('play') }),
  v.strictObject({ moe: version, type: v.literal('pause') }),
  v.strictObject({ moe: version, type: v.literal('run') }),
]);
export type Incoming = v.InferOutput<typeof incoming>;

/** Where the page stands. No text of the visitor is in it. */
export interface FrameState {
  /** Place of the playhead; 0 is the first token. */
  readonly token: number;
  readonly tokens: number;
  /** Number of the layer in the model; null while no trace is open. */
  readonly layer: number | null;
  readonly layers: readonly number[];
  /** Expert in focus; null where that is the first one chosen. */
  readonly expert: number | null;
  readonly experts: number;
  readonly playing: boolean;
  /** The model writes. */
  readonly running: boolean;
  readonly model: 'idle' | 'loading' | 'ready' | 'failed';
  /** Panel that is open; `main` is the sentence and the layers. */
  readonly view: string;
}

/** To the page around. */
export type Outgoing =
  | { readonly moe: 1; readonly type: 'ready'; readonly version: string }
  | ({ readonly moe: 1; readonly type: 'state' } & FrameState)
  /** The visitor, or a message, has put another layer or expert in focus. */
  | { readonly moe: 1; readonly type: 'select'; readonly layer: number; readonly expert: number | null }
  /** Height of what the page shows, px. */
  | { readonly moe: 1; readonly type: 'height'; readonly px: number }
  /** One sentence in the language of the page; `about` is the type of the message that it answers. */
  | { readonly moe: 1; readonly type: 'error'; readonly sentence: string; readonly about: string };

/** Whether a message is meant for this page at all: anything else on the same channel is left alone. */
export function isOurs(data: unknown): data is { readonly moe: unknown; readonly type?: unknown } {
  return typeof data === 'object' && data !== null && Object.hasOwn(data, 'moe');
}

/** The message, or undefined for what is none. */
export function readMessage(data: unknown): Incoming | undefined {
  const result = v.safeParse(incoming, data);
  return result.success ? result.output : undefined;
}

/** Type of a message for an error about it, whatever the message is. */
export function typeOf(data: unknown): string {
  const type = isOurs(data) ? data.type : undefined;
  return typeof type === 'string' ? type.slice(0, 20) : '';
}

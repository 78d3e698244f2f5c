/**
 * The embedded page's side of the conversation with the page around it. A message counts only if it comes from the parent
 * window and from the one origin that was pinned: by `?origin=` in the address, else by the first ping. Answers go to that
 * origin and to no other.
 */
import { patch, type App } from '../app';
import { applyKeys } from '../applyKeys';
import { focusLayer, seek } from '../focus';
import { runPrompt } from '../generate';
import { linkKey } from '../linkKeys';
import { openLinked, readOpen } from '../openFiles';
import { play, pause } from '../playback';
import { strings } from '../strings';
import { showOpen } from '../traces';
import { mayShow } from './consent';
import { frameState, sameState } from './frameState';
import { isOurs, readMessage, typeOf, type Incoming, type Outgoing } from './messages';

/** Least time between two messages about the state, ms: a playing page changes with every frame. */
const STATE_MS = 100;
/** Keys beyond those of lessons that the page around may set. */
const FRAME_KEYS = ['theme', 'lang', 'hide'];

/** What the bridge needs of the window, so that a test can be one. */
export interface FrameWindow {
  /** The only window that is listened to. */
  readonly parent: Pick<Window, 'postMessage'>;
  readonly listen: (handler: (event: Pick<MessageEvent, 'data' | 'origin' | 'source'>) => void) => void;
  /** Calls with the height of the page's content, now and whenever it changes. */
  readonly onHeight: (call: (px: number) => void) => void;
  /** From `?origin=`; undefined where the address names none. */
  readonly origin: string | undefined;
}

/** Opens the conversation. Before the first ping nothing is said. */
export function openBridge(app: App, frame: FrameWindow): void {
  let pinned = frame.origin;
  let talking = false;
  /** Messages are done one after the other: a `seek` after a `load` is about the trace that was loaded. */
  let queue: Promise<void> = Promise.resolve();
  const say = (message: Outgoing): void => {
    if (talking && pinned !== undefined) frame.parent.postMessage(message, pinned);
  };
  const fail = (sentence: string, about: string): void => say({ moe: 1, type: 'error', sentence, about });

  frame.listen(({ data, origin, source }) => {
    if (source !== frame.parent || !isOurs(data)) return;
    // A page without an origin of its own cannot be told from any other such page.
    if (origin === 'null' || origin === '' || (pinned !== undefined && origin !== pinned)) return;
    const message = readMessage(data);
    if (message?.type === 'ping') {
      pinned ??= origin;
      talking = true;
      say({ moe: 1, type: 'ready', version: app.services.exporter.split('@')[1] ?? '' });
      say({ moe: 1, type: 'state', ...frameState(app) });
      heightChanged();
      return;
    }
    if (!talking) return;
    if (message === undefined) {
      fail(strings.embed.notUnderstood(typeOf(data)), typeOf(data));
      return;
    }
    queue = queue.then(() => act(app, message, origin)).then((faults) => faults.forEach((fault) => fail(fault, message.type)), (error: unknown) => fail(error instanceof Error ? error.message : strings.embed.notUnderstood(message.type), message.type));
  });

  let height = 0;
  const heightChanged = (): void => {
    if (height > 0) say({ moe: 1, type: 'height', px: height });
  };
  frame.onHeight((px) => {
    if (px === height) return;
    height = px;
    heightChanged();
  });

  let told = frameState(app);
  let timer: ReturnType<typeof setTimeout> | undefined;
  const tell = (): void => {
    timer = undefined;
    const now = frameState(app);
    if (sameState(now, told)) return;
    if (now.layer !== null && (now.layer !== told.layer || now.expert !== told.expert)) say({ moe: 1, type: 'select', layer: now.layer, expert: now.expert });
    told = now;
    say({ moe: 1, type: 'state', ...now });
  };
  app.store.subscribe(() => {
    timer ??= setTimeout(tell, STATE_MS);
  });
}

/** Does what a message asks for; one sentence for each thing that cannot be. */
async function act(app: App, message: Exclude<Incoming, { type: 'ping' }>, origin: string): Promise<readonly string[]> {
  const { traces, run } = app.store.getState();
  const trace = traces.current?.trace;
  switch (message.type) {
    case 'load':
      return 'url' in message ? loadUrl(app, message.url) : loadTrace(app, message.trace, origin);
    case 'seek':
      if (trace === undefined || message.token >= trace.tokens.ids.length) return [strings.embed.noToken(message.token, trace?.tokens.ids.length ?? 0)];
      seek(app, message.token);
      return [];
    case 'select': {
      const row = trace?.model.moeLayers.indexOf(message.layer) ?? -1;
      if (trace === undefined || row < 0) return [strings.embed.noLayer(message.layer)];
      if (message.expert !== undefined && message.expert >= trace.model.experts) return [strings.embed.noExpert(message.layer, message.expert)];
      focusLayer(app, row, message.expert);
      return [];
    }
    case 'set': {
      const { key, value } = message;
      if (linkKey(key)?.lesson !== true && !FRAME_KEYS.includes(key)) return [strings.embed.noKey(key)];
      return applyKeys(app, { [key]: String(value) });
    }
    case 'play':
      play(app);
      return [];
    case 'pause':
      pause(app);
      return [];
    case 'run':
      if (run.status !== 'idle') return [strings.embed.running];
      // The run goes on by itself; a pause or another message need not wait for its end.
      void runPrompt(app);
      return [];
  }
}

async function loadUrl(app: App, url: string): Promise<readonly string[]> {
  return (await openLinked(app, url)) ? [] : [strings.embed.notLoaded];
}

async function loadTrace(app: App, trace: string | Readonly<Record<string, unknown>>, origin: string): Promise<readonly string[]> {
  if (!(await mayShow(app, origin))) return [strings.embed.refused];
  const text = typeof trace === 'string' ? trace : JSON.stringify(trace);
  const opened = await readOpen(app, new URL(origin).hostname, new Blob([text]));
  const [first] = opened ?? [];
  if (first === undefined) {
    const failure = app.store.getState().importFailure;
    return [failure === undefined ? strings.embed.notLoaded : [failure.message, ...failure.errors.slice(0, 3)].join(' ')];
  }
  patch(app, 'view', { heat: 'token' });
  showOpen(app, first);
  return [];
}

/** The window that the page really stands in. */
export function realFrame(): FrameWindow {
  const wanted = new URLSearchParams(location.search).get('origin');
  return {
    parent: window.parent,
    listen: (handler) => addEventListener('message', handler),
    onHeight: (call) => {
      const observer = new ResizeObserver(() => call(Math.ceil(document.body.getBoundingClientRect().height)));
      observer.observe(document.body);
    },
    origin: wanted === null ? undefined : originOf(wanted),
  };
}

/** An address that names no origin pins one that no page has, so that nothing is listened to. */
function originOf(text: string): string {
  try {
    return new URL(text).origin;
  } catch {
    return 'invalid:';
  }
}

import { describe, expect, it, vi } from 'vitest';
import { smallTrace } from '../../trace/testing/small';
import { createApp, INITIAL, type App } from '../app';
import { openBridge, type FrameWindow } from './bridge';
import type { Outgoing } from './messages';

const HOST = 'https://article.example';
type Handler = Parameters<FrameWindow['listen']>[0];

/** A page in a frame, its parent, and what the parent is told. */
function framed(origin?: string) {
  const said: (readonly [Outgoing, string])[] = [];
  const parent = { postMessage: (message: Outgoing, to: string) => said.push([message, to]) } as unknown as FrameWindow['parent'] & MessageEventSource;
  const app: App = createApp({ exporter: 'moe-playground@1.2.3' } as never, { ...INITIAL, traces: { ...INITIAL.traces, current: { trace: smallTrace, origin: 'file', name: '' } } });
  let handler: Handler = () => undefined;
  let height: (px: number) => void = () => undefined;
  openBridge(app, { parent, listen: (listening) => (handler = listening), onHeight: (call) => (height = call), origin });
  const send = async (data: unknown, from: { readonly origin?: string; readonly source?: unknown } = {}): Promise<void> => {
    handler({ data, origin: from.origin ?? HOST, source: 'source' in from ? (from.source as MessageEventSource) : parent });
    await new Promise((resolve) => setTimeout(resolve, 0));
  };
  const types = (): string[] => said.map(([{ type }]) => type);
  return { app, said, send, types, setHeight: (px: number) => height(px), ping: () => send({ moe: 1, type: 'ping' }) };
}

describe('the conversation with the page around', () => {
  it('begins with a ping, and goes to that origin alone', async () => {
    const { said, send, types, setHeight, ping } = framed();
    setHeight(300);
    await send({ moe: 1, type: 'seek', token: 1 });
    expect(said).toEqual([]);
    await ping();
    expect(types()).toEqual(['ready', 'state', 'height']);
    expect(said[0]).toEqual([{ moe: 1, type: 'ready', version: '1.2.3' }, HOST]);
    expect(said[1]?.[0]).toMatchObject({ token: 0, tokens: 2, layer: 0, layers: [0, 1], expert: null, experts: 3, playing: false, running: false, model: 'idle', view: 'main' });
    expect(JSON.stringify(said)).not.toContain('Once');
    setHeight(300);
    setHeight(320);
    expect(said.at(-1)).toEqual([{ moe: 1, type: 'height', px: 320 }, HOST]);
    expect(said.every(([, to]) => to === HOST)).toBe(true);
  });

  it('hears no other window, no other origin and no page without one', async () => {
    const { app, said, send, ping } = framed();
    await send({ moe: 1, type: 'ping' }, { origin: 'null' });
    await send({ moe: 1, type: 'ping' }, { source: {} });
    await send({ moe: 1, type: 'ping' }, { source: null });
    expect(said).toEqual([]);
    await ping();
    const before = said.length;
    await send({ moe: 1, type: 'seek', token: 1 }, { origin: 'https://other.example' });
    await send({ moe: 1, type: 'seek', token: 1 }, { source: {} });
    await send({ moe: 1, type: 'ping' }, { origin: 'https://other.example' });
    await send('moe');
    await send({ type: 'seek', token: 1 });
    expect(app.store.getState().focus.token).toBe(0);
    expect(said).toHaveLength(before);
  });

  it('is with the origin that the address names, where it names one', async () => {
    const { said, send } = framed('https://named.example');
    await send({ moe: 1, type: 'ping' });
    expect(said).toEqual([]);
    await send({ moe: 1, type: 'ping' }, { origin: 'https://named.example' });
    expect(said[0]?.[1]).toBe('https://named.example');
  });

  it('does what messages ask for, and says what it did', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'], shouldAdvanceTime: true });
    const { app, said, send, ping } = framed();
    await ping();
    said.length = 0;
    await send({ moe: 1, type: 'seek', token: 1 });
    await send({ moe: 1, type: 'select', layer: 1, expert: 2 });
    await send({ moe: 1, type: 'set', key: 'unit', value: 'nats' });
    await send({ moe: 1, type: 'set', key: 'hide', value: 'prompt' });
    expect(app.store.getState()).toMatchObject({ focus: { token: 1, row: 1, expert: 2 }, view: { unit: 'nats', hidden: ['prompt'] } });
    await vi.advanceTimersByTimeAsync(200);
    expect(said.map(([message]) => message)).toMatchObject([
      { type: 'select', layer: 1, expert: 2 },
      { type: 'state', token: 1, layer: 1, expert: 2 },
    ]);
    vi.useRealTimers();
  });

  it('answers with a sentence what cannot be done', async () => {
    const { said, send, ping } = framed();
    await ping();
    said.length = 0;
    const wrong: readonly (readonly [unknown, string])[] = [
      [{ moe: 1, type: 'seek', token: 99 }, 'There is no token 99: the trace has 2.'],
      [{ moe: 1, type: 'select', layer: 9 }, 'The trace has no layer 9 with a router.'],
      [{ moe: 1, type: 'select', layer: 1, expert: 3 }, 'Layer 1 has no expert 3.'],
      [{ moe: 1, type: 'set', key: 'embed', value: '0' }, 'The page around may not set embed.'],
      [{ moe: 1, type: 'set', key: '__proto__', value: '1' }, 'The page around may not set __proto__.'],
      [{ moe: 1, type: 'set', key: 'T', value: 'hot' }, 'The link says T=hot, but T takes a number from 0 to 2, so it was left out.'],
      [{ moe: 1, type: 'load', url: 'https://example.org/t.json' }, 'The trace could not be opened; the frame shows why.'],
      [{ moe: 1, type: 'seek', token: -1 }, 'This message (seek) is not one of version 1, or its fields are not what it takes, so it was left out.'],
      [{ moe: 1, type: 'seek', token: 1, more: 'x' }, 'This message (seek) is not one of version 1, or its fields are not what it takes, so it was left out.'],
      [{ moe: 2, type: 'seek', token: 1 }, 'This message (seek) is not one of version 1, or its fields are not what it takes, so it was left out.'],
      [{ moe: 1 }, 'This message has no type, so it was left out.'],
    ];
    vi.stubGlobal('document', { baseURI: 'https://moe.example/' });
    vi.stubGlobal('location', { origin: 'https://moe.example', hostname: 'moe.example' });
    for (const [message, sentence] of wrong) {
      await send(message);
      expect(said.at(-1)?.[0]).toMatchObject({ type: 'error', sentence });
    }
    expect(said.filter(([{ type }]) => type === 'error')).toHaveLength(wrong.length);
    vi.unstubAllGlobals();
  });
});

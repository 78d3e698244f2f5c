import { describe, expect, it } from 'vitest';
import { failure } from '../../base/testing/failure';
import { ROUTER_AS_TRAINED } from '../../routing/plan';
import { accessOf } from '../access';
import { GREEDY, type Engine } from '../engine';
import { createReferenceEngine } from '../reference/engine';
import { tinyCheckpoint } from '../testing/tiny-model';
import { createEngineClient, type EngineClient } from './client';
import type { WrittenText } from '../write';
import type { HostServices } from './host';
import { FakeWorker, LETTERS } from './testing/fake-worker';

const AT = { modelsUrl: 'https://example.org/models/' };
const IDS = [3, 14, 15, 92, 65, 35];
const PIECE = { maxNewTokens: 5, sampling: GREEDY, stop: { delimiter: { kind: 'newline' } } } as const;
/** Two models of one vocabulary and different shape. */
const SHAPES = { large: {}, small: { layers: 1, feedForward: { kind: 'dense', hidden: 24 } } } as const;

const checkpoint = (model: 'large' | 'small') => ({ ...tinyCheckpoint({ endOfText: [], tiedEmbedding: false, ...SHAPES[model] }, model === 'large' ? 1 : 2), name: model, tokenizer: LETTERS });

/** A client whose worker notes which models were freed. */
function open(): { readonly client: EngineClient; readonly freed: string[] } {
  const freed: string[] = [];
  const engine = createReferenceEngine();
  const noting: Engine = {
    ...engine,
    load: async (weights) => {
      const model = await engine.load(weights);
      return { ...model, dispose: () => void freed.push(weights.name) };
    },
  };
  const services: Partial<HostServices> = {
    createEngine: async () => noting,
    loadCheckpoint: async (_, model) => ({ checkpoint: checkpoint(model === 'small' ? 'small' : 'large'), downloadedBytes: 0, cacheNote: '' }),
  };
  return { client: createEngineClient(() => new FakeWorker(services)), freed };
}

const own = async (model: 'large' | 'small') => accessOf(await createReferenceEngine().load(checkpoint(model)), LETTERS);

describe('a model beside the main one', () => {
  it('answers as it would alone, at the same time as the other', async () => {
    const { client, freed } = open();
    await client.load('large', AT);
    const second = await client.loadBeside('small', AT);
    expect([second.info.name, second.access.config.layers, client.access().config.layers]).toEqual(['small', 1, 2]);
    const timeless = (piece: WrittenText) => ({ ...piece, ms: { read: 0, write: 0 } });
    const write = async (access: ReturnType<EngineClient['access']>) => timeless(await access.write(IDS, ROUTER_AS_TRAINED, PIECE, { routing: true }));
    const [small, large] = await Promise.all([write(second.access), write(client.access())]);
    expect(small).toEqual(await write(await own('small')));
    expect(large).toEqual(await write(await own('large')));
    expect(small.ids).not.toEqual(large.ids);
    const run = client.run({ prompt: 'hello', maxNewTokens: 4, sampling: GREEDY, plan: ROUTER_AS_TRAINED, record: { routing: false, logits: 'none' } });
    expect((await second.access.write([...IDS, 5], ROUTER_AS_TRAINED, PIECE)).ids).toEqual((await (await own('small')).write([...IDS, 5], ROUTER_AS_TRAINED, PIECE)).ids);
    expect((await run).reason).toBe('length');
    expect(freed).toEqual([]);
  });

  it('is freed when it is disposed, replaced or left behind, and the main one stays', async () => {
    const { client, freed } = open();
    await client.load('large', AT);
    const first = await client.loadBeside('small', AT);
    const second = await client.loadBeside('small', AT);
    expect(freed).toEqual(['small']);
    expect(await failure(first.access.encode('a'))).toBe('bad-input: The model that this call is about is no longer loaded.');
    // Disposing one that was replaced frees nothing of the one in its place.
    await first.dispose();
    expect(await second.access.encode('A')).toEqual([65]);
    const call = failure(second.access.score(Array.from({ length: 2000 }, (_, i) => i % 96), ROUTER_AS_TRAINED));
    await second.dispose();
    expect(await call).toBe('cancelled: Stopped on request.');
    await second.dispose();
    expect(freed).toEqual(['small', 'small']);
    expect(await client.access().encode('A')).toEqual([65]);
    const third = await client.loadBeside('small', AT);
    await client.load('large', AT);
    expect(freed).toEqual(['small', 'small', 'large']);
    expect(await third.access.encode('A')).toEqual([65]);
    client.restart();
    await third.dispose();
    expect(await failure(third.access.encode('A'))).toContain('started anew');
  });

  it('refuses a wrong piece in words', async () => {
    const { client } = open();
    const { access } = await client.loadBeside('small', AT);
    expect(await failure(access.write(IDS, ROUTER_AS_TRAINED, { ...PIECE, stop: { delimiter: { kind: 'pattern', source: '(a+)+$' } } }))).toContain('bad-input: A repeated group may hold neither');
    expect((await access.write(IDS, ROUTER_AS_TRAINED, PIECE)).ids.length).toBeGreaterThan(0);
  });
});

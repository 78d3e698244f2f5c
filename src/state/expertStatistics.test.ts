import { expect, test, vi } from 'vitest';
import { smallTrace } from '../trace/testing/small';
import { createApp, type Services } from './app';
import { loadStatistics, readExpertStatistics, statisticsOf } from './expertStatistics';

const WEIGHTS = 'a'.repeat(64);
const expert = { load: 0.0625, n: 4200, tokens: [{ id: 7, text: ' the', count: 31, lift: 6.204 }], npmi: [0.4, -1] };
const file = { domains: ['code', 'tales'], n: 20_000, layers: [[expert, expert, expert], [expert, expert, expert]] };

test('the file of the training is read as it is', () => {
  const read = readExpertStatistics(JSON.parse(JSON.stringify(file)), WEIGHTS);
  expect(read).toEqual({ weights: WEIGHTS, ...file });
  expect(readExpertStatistics({ ...file, n: undefined }, WEIGHTS)?.n).toBeUndefined();
});

test.each([
  ['no object', 3],
  ['no domains', { ...file, domains: 'code' }],
  ['a layer that is no list', { ...file, layers: [expert] }],
  ['an expert without load', { ...file, layers: [[{ ...expert, load: 'much' }]] }],
  ['a domain without number', { ...file, layers: [[{ ...expert, npmi: [0.4, null] }]] }],
])('%s is not read', (_, value) => {
  expect(readExpertStatistics(value, WEIGHTS)).toBeUndefined();
});

test('statistics hold for the weights that were measured, and no other', () => {
  const statistics = readExpertStatistics(file, WEIGHTS);
  const made = { ...smallTrace, model: { ...smallTrace.model, sha256: WEIGHTS } };
  expect(statisticsOf(statistics, made)).toBe(statistics);
  expect(statisticsOf(statistics, { ...made, model: { ...made.model, sha256: 'b'.repeat(64) } })).toBeUndefined();
  expect(statisticsOf(statistics, { ...made, model: { ...made.model, experts: 4 } })).toBeUndefined();
  expect(statisticsOf(undefined, made)).toBeUndefined();
});

test('the file is asked for once, and only where the manifest lists it', async () => {
  const asked: string[] = [];
  const sha256 = WEIGHTS;
  const answer = (names: readonly string[]): void => {
    vi.stubGlobal('fetch', (url: URL) => {
      asked.push(url.pathname);
      const files = Object.fromEntries(names.map((name) => [name, { bytes: 1, sha256 }]));
      return Promise.resolve(Response.json(url.pathname.endsWith('manifest.json') ? { version: 1, models: { moe: { files } } } : file));
    });
  };
  const services = { modelsUrl: 'https://page.test/models/', model: 'moe' } as unknown as Services;
  try {
    answer(['model.safetensors']);
    const without = createApp(services);
    await loadStatistics(without);
    expect(without.store.getState().statistics).toEqual({ phase: 'absent' });
    expect(asked).toEqual(['/models/manifest.json']);
    answer(['model.safetensors', 'experts.json']);
    const app = createApp(services);
    await Promise.all([loadStatistics(app), loadStatistics(app)]);
    expect(app.store.getState().statistics).toMatchObject({ phase: 'ready', value: { weights: WEIGHTS } });
    expect(asked.slice(1)).toEqual(['/models/manifest.json', '/models/moe/experts.json']);
  } finally {
    vi.unstubAllGlobals();
  }
});

/** What training/ has put into public/: complete, in the formats that panels read, and of the weights that ship. */
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { createTokenizer } from './model/tokenizer';
import { parseCalibration } from './state/calibration';
import { readArray } from './trace/arrays';
import { Faults } from './trace/faults';

const PUBLIC = new URL('../public/', import.meta.url);
const text = (path: string): string => readFileSync(new URL(path, PUBLIC), 'utf8');
const json = <T>(path: string): T => JSON.parse(text(path)) as T;

interface Item {
  readonly id: string;
  readonly family: string;
  readonly level: number;
  readonly template: 'home' | 'away';
  readonly split: string;
  readonly prompt: string;
  readonly answer: string;
  readonly options?: readonly string[];
  readonly steps?: readonly string[];
  readonly baseAnswer?: string;
  readonly correct?: boolean;
  readonly pathway?: unknown;
  readonly embedding?: unknown;
}

const FILES = ['benchmarks/single.test', 'benchmarks/single.validation', 'benchmarks/steps.test', 'benchmarks/steps.validation', 'references/single', 'references/steps'] as const;
const items = Object.fromEntries(FILES.map((name) => [name, text(`${name}.jsonl`).trimEnd().split('\n').map((line) => JSON.parse(line) as Item)])) as Record<(typeof FILES)[number], Item[]>;
const manifest = json<{ readonly models: Readonly<Record<string, { readonly files: Readonly<Record<string, { readonly bytes: number; readonly sha256: string }>> }>> }>('models/manifest.json');
const sha256 = (model: string): string => manifest.models[model]!.files['model.safetensors']!.sha256;

describe('excerpts of natural text', () => {
  interface Excerpt { readonly id: string; readonly group: string; readonly domain: string; readonly split: string; readonly text: string }
  const read = (split: string): Excerpt[] => text(`benchmarks/texts.${split}.jsonl`).trimEnd().split('\n').map((line) => JSON.parse(line) as Excerpt);

  it('are as many of each domain in either split, and none is in both', () => {
    for (const [split, home, away] of [['validation', 10, 8], ['test', 16, 12]] as const) {
      const rows = read(split);
      const counts = new Map<string, number>();
      for (const row of rows) counts.set(`${row.group} ${row.domain}`, (counts.get(`${row.group} ${row.domain}`) ?? 0) + 1);
      const of = (group: string): number[] => [...counts].filter(([key]) => key.startsWith(group)).map(([, count]) => count);
      expect(of('home')).toEqual(Array<number>(15).fill(home));
      expect(of('away')).toEqual(Array<number>(9).fill(away));
      for (const row of rows) expect(row.split).toBe(split);
    }
    const beginnings = [...read('validation'), ...read('test')].map((row) => row.text.slice(20, 80));
    expect(new Set(beginnings).size).toBe(222 + 348);
  });
});

describe('playbench', () => {
  it('has enough items, families, levels and both classes of wording', () => {
    const of = (name: (typeof FILES)[number], template: string): number => items[name].filter((item) => item.template === template).length;
    expect(items['benchmarks/single.test'].length).toBeGreaterThanOrEqual(1000);
    expect(of('benchmarks/single.test', 'away')).toBeGreaterThanOrEqual(1000);
    expect(of('benchmarks/steps.test', 'home')).toBeGreaterThanOrEqual(300);
    expect(items['benchmarks/single.validation'].length).toBeGreaterThanOrEqual(300);
    expect(items['benchmarks/steps.validation'].length).toBeGreaterThanOrEqual(300);
    expect(of('references/single', 'away')).toBeGreaterThanOrEqual(2000);
    expect(new Set(items['benchmarks/single.test'].map(({ family }) => family)).size).toBeGreaterThanOrEqual(12);
    expect(new Set(items['benchmarks/steps.test'].map(({ family }) => family)).size).toBeGreaterThanOrEqual(4);
    for (const name of FILES) expect(new Set(items[name].map(({ level }) => level)), name).toEqual(new Set([1, 2, 3]));
  });

  it('shares no prompt between any two items', () => {
    const prompts = FILES.flatMap((name) => items[name].map(({ prompt }) => prompt));
    expect(new Set(prompts).size).toBe(prompts.length);
  });

  it('names its items once and says where they belong', () => {
    const ids = FILES.flatMap((name) => items[name].map(({ id }) => id));
    expect(new Set(ids).size).toBe(ids.length);
    for (const name of FILES) {
      const split = name.startsWith('references') ? 'reference' : name.split('.')[1];
      expect(new Set(items[name].map((item) => item.split)), name).toEqual(new Set([split]));
    }
  });

  it('offers options that are one token each after the prompt, the answer among them', () => {
    const tokenizer = createTokenizer(json('models/moe/tokenizer.json'), json('models/moe/tokenizer_config.json'));
    for (const name of ['benchmarks/single.test', 'references/single'] as const) {
      for (const { id, prompt, answer, options = [] } of items[name].filter((_, i) => i % 10 === 0)) {
        const length = tokenizer.encode(prompt).length;
        expect(options.length, id).toBeGreaterThan(1);
        expect(options, id).toContain(answer);
        for (const option of options) expect(tokenizer.encode(prompt + option).length, `${id}${option}`).toBe(length + 1);
      }
    }
  });

  it('gives the steps of every multi-step item', () => {
    for (const { id, steps = [], answer } of [...items['benchmarks/steps.test'], ...items['references/steps']]) {
      expect(steps.length, id).toBeGreaterThan(0);
      expect(answer, id).not.toBe('');
    }
  });
});

describe('references', () => {
  it('were measured with the weights that ship', () => {
    expect(json<{ sha256: string }>('references/manifest.json').sha256).toBe(sha256('moe'));
  });

  it('have a calibration of the small model that ships, on the references that ship, one score of each kind a step', () => {
    const { model, source, entropy, ...scores } = parseCalibration(json('references/first-token-entropy.json'));
    expect(model).toEqual({ id: 'dense-small', sha256: sha256('dense-small') });
    expect(source.sha256).toBe(createHash('sha256').update(text('references/steps.jsonl')).digest('hex'));
    expect(source.items).toBe(items['references/steps'].length);
    expect(entropy.length).toBeGreaterThanOrEqual(items['references/steps'].length);
    for (const list of [scores.top20, scores.maxProbability, scores.variance, scores.stepMean, scores.selfCheck]) expect(list).toHaveLength(entropy.length);
    expect(Math.max(...scores.top20)).toBeLessThanOrEqual(Math.log(20) + 1e-6);
    expect(Math.max(...entropy)).toBeLessThan(Math.log(4096));
  });

  it('state the embedding and how often neighbours share the family, for at least three candidates', () => {
    const { embedding } = json<{ embedding: { name: string; definition: string; sharedFamilyOf8Nearest: Record<string, number> } }>('references/manifest.json');
    const shares = Object.values(embedding.sharedFamilyOf8Nearest);
    expect(shares.length).toBeGreaterThanOrEqual(3);
    expect(embedding.sharedFamilyOf8Nearest[embedding.name]).toBe(Math.max(...shares));
    expect(embedding.definition).not.toBe('');
  });

  it('hold pathways that are distributions over all experts in every layer, and embeddings of the width', () => {
    const { num_hidden_layers: L, num_experts: E, hidden_size: D } = json<Record<'num_hidden_layers' | 'num_experts' | 'hidden_size', number>>('models/moe/config.json');
    for (const item of items['references/single'].filter((_, i) => i % 40 === 0)) {
      const faults = new Faults();
      const pathway = readArray(item.pathway, 'pathway', { kind: 'real', shape: [L, E], letters: 'L, E', min: 0, max: 1 }, faults);
      const embedding = readArray(item.embedding, 'embedding', { kind: 'real', shape: [D], letters: 'D' }, faults);
      expect(faults.list(), item.id).toEqual([]);
      for (let layer = 0; layer < L; layer++) expect(pathway!.subarray(layer * E, (layer + 1) * E).reduce((a, b) => a + b)).toBeCloseTo(1, 2);
      expect(Math.hypot(...embedding!)).toBeGreaterThan(0);
    }
    for (const { id, correct, baseAnswer, answer } of items['references/single']) expect(correct, id).toBe(baseAnswer === answer);
    for (const { id, correct } of items['references/steps']) expect(typeof correct, id).toBe('boolean');
  });
});

describe.each(Object.keys(manifest.models))('%s', (model) => {
  it('has an evaluation of the weights that ship, with the figures that others read', () => {
    const { sha256: measured, summary } = json<{ sha256: string; summary: Record<string, unknown> }>(`models/${model}/evaluation.json`);
    expect(measured).toBe(sha256(model));
    expect(Object.keys(summary)).toEqual(expect.arrayContaining(['bpbMean', 'bpbXz', 'bpbNgram', 'bpbDenseMatch', 'miRatioMedian', 'maxVioMax', 'deadExperts', 'homeAccuracy', 'awayAccuracy', 'oracleAway', 'denseSmallSteps', 'moeSteps']));
  });

  it('has a model card with data, recipe, evaluation and limits', () => {
    const card = text(`models/${model}/README.md`);
    for (const title of ['## Training data', '## Recipe', '## Evaluation', '## Checked by another implementation', '## Limits']) expect(card).toContain(title);
    expect(card).not.toContain('Not yet measured');
  });
});

it('lists 20 tokens at most for each expert, with counts and lift', () => {
  const { domains, layers, n } = json<{ domains: string[]; n: number; layers: { load: number; n: number; npmi: number[]; tokens: { id: number; text: string; count: number; lift: number }[] }[][] }>('models/moe/experts.json');
  expect(layers).toHaveLength(8);
  for (const experts of layers) {
    expect(experts.reduce((sum, { load }) => sum + load, 0)).toBeCloseTo(1, 3);
    expect(experts.reduce((sum, expert) => sum + expert.n, 0)).toBe(n);
    for (const { npmi, tokens } of experts) {
      expect(npmi).toHaveLength(domains.length);
      expect(tokens.length).toBeLessThanOrEqual(20);
      for (const { count, lift } of tokens) expect([count >= 8, lift > 0]).toEqual([true, true]);
    }
  }
});

it('asks for at most 16 MB for both checkpoints together', () => {
  const bytes = Object.values(manifest.models).flatMap(({ files }) => ['config.json', 'model.safetensors', 'tokenizer.json', 'tokenizer_config.json', 'generation_config.json'].map((name) => files[name]!.bytes));
  expect(existsSync(new URL('models/dense-small/model.safetensors', PUBLIC))).toBe(true);
  expect(statSync(new URL('models/moe/model.safetensors', PUBLIC)).size).toBe(manifest.models['moe']!.files['model.safetensors']!.bytes);
  expect(bytes.reduce((a, b) => a + b)).toBeLessThanOrEqual(16_000_000);
});

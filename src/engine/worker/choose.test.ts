import { describe, expect, it } from 'vitest';
import { PlaygroundError } from '../../base/errors';
import type { Checkpoint } from '../../model/checkpoint';
import type { Engine, LoadedModel } from '../engine';
import { createReferenceEngine } from '../reference/engine';
import { TINY_CONFIG, tinyCheckpoint } from '../testing/tiny-model';
import { activeParameters, type CreateEngine, millisecondsPerToken, openEngine, pickFaster, speedKey } from './choose';

const checkpoint: Checkpoint = tinyCheckpoint({ endOfText: [] });
const absent = (code: 'no-webgpu' | 'adapter-refused' | 'no-wasm' | 'internal' | 'network') => new PlaygroundError(code, `There is a ${code}.`);

interface Fake {
  readonly software?: boolean;
  /** Added to each call of decode. */
  readonly slowMs?: number;
}

/** Engines of both names on the reference, slowed down as asked; what was made and freed is noted. */
function engines(fakes: Readonly<Record<'webgpu' | 'onnx', Fake | PlaygroundError>>) {
  const log: string[] = [];
  const create: CreateEngine = async (backend) => {
    const fake = fakes[backend];
    log.push(`open ${backend}`);
    if (fake instanceof PlaygroundError) throw fake;
    const real = createReferenceEngine();
    const load: Engine['load'] = async (...all): Promise<LoadedModel> => {
      const model = await real.load(...all);
      log.push(`load ${backend}`);
      return { ...model, createSequence: async (capacity) => slowed(await model.createSequence(capacity), fake.slowMs ?? 0) };
    };
    return { info: { backend, adapter: `${backend} of a test`, software: fake.software ?? false, forms: '' }, load, dispose: () => void log.push(`free ${backend}`) };
  };
  return { create, log };
}

function slowed<T extends { decode: (count: number, options: never) => Promise<unknown> }>(sequence: T, milliseconds: number): T {
  const decode = sequence.decode.bind(sequence);
  sequence.decode = async (count, options) => {
    if (milliseconds > 0) await new Promise((resolve) => setTimeout(resolve, milliseconds));
    return decode(count, options);
  };
  return sequence;
}

const AUTO = { choice: 'auto', measured: {} } as const;

async function automatic(fakes: Parameters<typeof engines>[0], measured: Parameters<typeof pickFaster>[3]['measured'] = {}, weights = checkpoint) {
  const { create, log } = engines(fakes);
  const opened = await openEngine(create, 'auto', () => log.push('runtime'));
  const { engine, reason } = await pickFaster(opened, create, weights, { ...AUTO, measured }, {});
  return { backend: engine.info.backend, reason, log };
}

describe('the first engine', () => {
  it('is WebGPU, else ONNX Runtime, which alone downloads a runtime', async () => {
    const { create, log } = engines({ webgpu: {}, onnx: {} });
    expect((await openEngine(create, 'auto', () => log.push('runtime'))).reason).toEqual({ kind: 'usual' });
    expect(log).toEqual(['open webgpu']);
    for (const code of ['no-webgpu', 'adapter-refused'] as const) {
      const without = engines({ webgpu: absent(code), onnx: {} });
      const { engine, reason } = await openEngine(without.create, 'auto', () => without.log.push('runtime'));
      expect([engine.info.backend, reason.kind]).toEqual(['onnx', 'no-webgpu']);
      expect(without.log).toEqual(['open webgpu', 'runtime', 'open onnx']);
    }
  });

  it('is what was asked for, and nothing else', async () => {
    const { create } = engines({ webgpu: absent('no-webgpu'), onnx: {} });
    await expect(openEngine(create, 'webgpu', () => undefined)).rejects.toMatchObject({ code: 'no-webgpu' });
    expect((await openEngine(create, 'onnx', () => undefined)).reason).toEqual({ kind: 'asked' });
  });

  it('is none without WebAssembly: the sentence is about WebGPU, the other is a detail', async () => {
    const { create } = engines({ webgpu: absent('no-webgpu'), onnx: absent('no-wasm') });
    await expect(openEngine(create, 'auto', () => undefined)).rejects.toMatchObject({ code: 'no-webgpu', message: 'There is a no-webgpu.', details: ['There is a no-wasm.'] });
    const broken = engines({ webgpu: absent('internal'), onnx: {} });
    await expect(openEngine(broken.create, 'auto', () => undefined)).rejects.toMatchObject({ code: 'internal' });
    const offline = engines({ webgpu: absent('no-webgpu'), onnx: absent('network') });
    await expect(openEngine(offline.create, 'auto', () => undefined)).rejects.toMatchObject({ code: 'network' });
  });
});

describe('on a software adapter', () => {
  it('the faster one stays, with what was measured, and the other is freed', async () => {
    const { backend, reason, log } = await automatic({ webgpu: { software: true, slowMs: 40 }, onnx: { software: true } });
    expect(backend).toBe('onnx');
    expect(reason).toMatchObject({ kind: 'measured', key: `webgpu of a test ${checkpoint.sha256.slice(0, 16)}` });
    if (reason.kind !== 'measured') throw new Error('not measured');
    expect(reason.speeds.webgpu).toBeGreaterThanOrEqual(9);
    expect(reason.speeds.onnx).toBeLessThan(reason.speeds.webgpu);
    expect(log).toEqual(['open webgpu', 'load webgpu', 'open onnx', 'load onnx', 'free webgpu']);
    const other = await automatic({ webgpu: { software: true }, onnx: { software: true, slowMs: 40 } });
    expect(other.backend).toBe('webgpu');
    expect(other.log.at(-1)).toBe('free onnx');
  });

  it('what was measured on an earlier visit is not measured again', async () => {
    const key = `webgpu of a test ${checkpoint.sha256.slice(0, 16)}`;
    const slow = await automatic({ webgpu: { software: true }, onnx: {} }, { [key]: { webgpu: 40, onnx: 4 } });
    expect([slow.backend, slow.log]).toEqual(['onnx', ['open webgpu', 'open onnx', 'load onnx', 'free webgpu']]);
    expect(slow.reason).toEqual({ kind: 'measured', key, speeds: { webgpu: 40, onnx: 4 } });
    const alike = await automatic({ webgpu: { software: true }, onnx: {} }, { [key]: { webgpu: 4.2, onnx: 4 } });
    expect([alike.backend, alike.log]).toEqual(['webgpu', ['open webgpu', 'load webgpu']]);
  });

  it('WebGPU stays where the other cannot be had', async () => {
    const { backend, reason } = await automatic({ webgpu: { software: true }, onnx: absent('network') });
    expect([backend, reason]).toEqual(['webgpu', { kind: 'usual' }]);
  });

  it('a choice of the visitor is not measured', async () => {
    const { create, log } = engines({ webgpu: { software: true, slowMs: 40 }, onnx: {} });
    const picked = await pickFaster(await openEngine(create, 'webgpu', () => undefined), create, checkpoint, { choice: 'webgpu', measured: {} }, {});
    expect([picked.engine.info.backend, picked.reason.kind, log]).toEqual(['webgpu', 'asked', ['open webgpu', 'load webgpu']]);
  });
});

describe('on a graphics processor', () => {
  it('a small model is measured, and nothing is downloaded where it is fast', async () => {
    expect((await automatic({ webgpu: {}, onnx: {} })).log).toEqual(['open webgpu', 'load webgpu']);
    const slow = await automatic({ webgpu: { slowMs: 60 }, onnx: {} });
    expect([slow.backend, slow.reason.kind]).toEqual(['onnx', 'measured']);
  });

  it('a large model runs there unmeasured', async () => {
    const large = { ...checkpoint, config: { ...checkpoint.config, vocabulary: 200_000 } };
    expect(activeParameters(large.config)).toBeGreaterThan(5e6);
    const { create, log } = engines({ webgpu: { slowMs: 60 }, onnx: {} });
    const opened = await openEngine(create, 'auto', () => undefined);
    const engine: Engine = { ...opened.engine, load: () => opened.engine.load(checkpoint) };
    expect((await pickFaster({ ...opened, engine }, create, large, AUTO, {})).reason).toEqual({ kind: 'usual' });
    expect(log).toEqual(['open webgpu', 'load webgpu']);
  });
});

it('counts what a token meets', () => {
  // Per layer: attention 32 * 8 * (2 * 4 + 2 * 2) + router 32 * 8 + two experts of 3 * 32 * 24; and 96 * 32 of the vocabulary.
  expect(activeParameters(TINY_CONFIG)).toBe(2 * (3072 + 256 + 2 * 2304) + 3072);
  const dense = { ...TINY_CONFIG, feedForward: { kind: 'dense', hidden: 40 } } as const;
  expect(activeParameters(dense)).toBe(2 * (3072 + 3840) + 3072);
});

it('keys a measurement by adapter and weights, and measures nothing of a text that ends at once', async () => {
  const engine = createReferenceEngine();
  expect(speedKey(engine, checkpoint)).toBe(` ${checkpoint.sha256.slice(0, 16)}`);
  const ending = await engine.load(tinyCheckpoint({ endOfText: Array.from({ length: 96 }, (_, id) => id).slice(8) }));
  const drawn = await ending.createSequence();
  const ids = await drawn.append([0, 1, 2, 3, 4, 5, 6, 7], { plan: { format: 'moe-plan', version: '1.0', entries: [] }, promptLength: 8, sampling: { temperature: 0, topK: 0, topP: 1, seed: 0 }, record: { routing: false, logits: 'none' } });
  expect((await millisecondsPerToken(ending, undefined)) === undefined).toBe(ids.chosen.at(-1)! >= 8);
});

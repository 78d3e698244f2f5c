import { describe, expect, it } from 'vitest';
import { createPatternSearcher, type PatternAnswer, type PatternPort, type PatternQuestion } from './patternSearch';

class FakeWorker implements PatternPort {
  onmessage: PatternPort['onmessage'] = null;
  onerror: PatternPort['onerror'] = null;
  readonly asked: PatternQuestion[] = [];
  ended = false;
  postMessage(question: PatternQuestion): void {
    this.asked.push(question);
  }
  terminate(): void {
    this.ended = true;
  }
  say(data: PatternAnswer): void {
    this.onmessage?.({ data } as MessageEvent<PatternAnswer>);
  }
}

const found = (id: number, tokens: readonly number[]): PatternAnswer => ({ type: 'found', id, starts: { tokens: Uint32Array.from(tokens), n: 3, timedOut: false } });

function setUp(kill = 10_000) {
  const workers: FakeWorker[] = [];
  const searcher = createPatternSearcher(() => {
    workers.push(new FakeWorker());
    return workers.at(-1)!;
  }, kill);
  return { workers, searcher };
}

describe('a search by pattern', () => {
  it('refuses a catastrophic pattern before any worker is made', async () => {
    const { workers, searcher } = setUp();
    expect(await searcher.search(['aaaa'], 0, '(a+)+$')).toEqual({ refused: 'A repeated group may hold neither | nor another repetition, which can take very long. Repeat a single character or class instead.' });
    expect(workers).toHaveLength(0);
  });

  it('is asked of the worker once it is ready, and answered by it', async () => {
    const { workers, searcher } = setUp();
    const result = searcher.search(['a', ';', 'b'], 4, ';');
    const [worker] = workers;
    expect(worker?.asked).toHaveLength(0);
    worker?.say({ type: 'ready' });
    expect(worker?.asked).toEqual([{ id: 1, texts: ['a', ';', 'b'], from: 4, source: ';', limitMs: 150 }]);
    worker?.say(found(1, [4, 6]));
    expect(await result).toEqual({ tokens: Uint32Array.from([4, 6]), n: 3, timedOut: false });
  });

  it('gives way to a newer one: of several that wait the last is asked', async () => {
    const { workers, searcher } = setUp();
    void searcher.search(['a'], 0, 'a');
    const [worker] = workers;
    worker?.say({ type: 'ready' });
    void searcher.search(['a'], 0, 'b');
    const last = searcher.search(['a'], 0, 'c');
    expect(worker?.asked.map(({ source }) => source)).toEqual(['a']);
    worker?.say(found(1, [0]));
    expect(worker?.asked.map(({ source }) => source)).toEqual(['a', 'c']);
    worker?.say(found(3, [1]));
    expect(await last).toMatchObject({ tokens: Uint32Array.from([1]) });
    expect(workers).toHaveLength(1);
  });

  it('that takes too long ends its worker with a sentence; the next has a new one', async () => {
    const { workers, searcher } = setUp(20);
    const slow = searcher.search(['a'], 0, 'a*a*a*a*b');
    workers[0]?.say({ type: 'ready' });
    expect(await slow).toEqual({ refused: 'This pattern was still searching after 20 ms, so it was stopped. A simpler one is faster.' });
    expect(workers[0]?.ended).toBe(true);
    const next = searcher.search(['a'], 0, 'a');
    workers[1]?.say({ type: 'ready' });
    workers[1]?.say(found(2, [0]));
    expect(await next).toMatchObject({ tokens: Uint32Array.from([0]) });
  });
});

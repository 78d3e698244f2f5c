import { describe, expect, it } from 'vitest';
import { failure } from '../base/testing/failure';
import type { Tokenizer } from '../model/checkpoint';
import { ROUTER_AS_TRAINED, type RoutingPlan } from '../routing/plan';
import { accessOf, type ModelAccess } from './access';
import { GREEDY, type LoadedModel, type Sequence } from './engine';
import { createReferenceEngine } from './reference/engine';
import { tinyCheckpoint } from './testing/tiny-model';
import { stopReason } from './write';

/** Every fourth token is a line feed, so that steps end soon. */
const LINES: Tokenizer = {
  encode: (text) => Array.from(text, (letter) => letter.charCodeAt(0) % 96),
  decode: (ids) => ids.map((id) => LINES.tokenText(id)).join(''),
  tokenText: (id) => (id % 4 === 0 ? '\n' : `<${id}>`),
  idOf: () => undefined,
};

const IDS = [3, 14, 15, 92, 65, 35];
const PLAN = ROUTER_AS_TRAINED;
const ONE: RoutingPlan = { ...PLAN, entries: [{ layers: 'all', tokens: 'all', k: 1 }] };

async function open(overrides = {}): Promise<{ access: ModelAccess; ran: () => number }> {
  const inner = await createReferenceEngine().load(tinyCheckpoint({ endOfText: [], tiedEmbedding: false, ...overrides }));
  const sequences: Sequence[] = [];
  const model: LoadedModel = {
    ...inner,
    createSequence: async (capacity) => {
      const sequence = await inner.createSequence(capacity);
      sequences.push(sequence);
      return sequence;
    },
  };
  return { access: accessOf(model, LINES), ran: () => sequences.reduce((sum, { counters }) => sum + counters.tokens, 0) };
}

describe('writing a piece', () => {
  it('gives the tokens, entropies and probabilities of an uninterrupted run', async () => {
    const { access } = await open();
    const all = await access.generate(IDS, PLAN, 20, GREEDY);
    const piece = await access.write(IDS, PLAN, { maxNewTokens: 20, sampling: GREEDY });
    expect(piece.ids).toEqual(all.ids);
    expect(piece.entropy).toEqual(all.entropy);
    expect(piece.logProb).toEqual(all.logProb);
    expect(piece.reason).toBe('length');
    expect(piece.text).toEqual(piece.ids.map((id) => LINES.tokenText(id)));
    const { logits } = await access.lastLogits(IDS, PLAN);
    const most = logits.indexOf(Math.max(...logits));
    expect(piece.first.topIds[0]).toBe(most);
    expect(piece.candidates[0]).toBe(LINES.tokenText(most));
    const sum = logits.reduce((total, z) => total + Math.exp(z), 0);
    expect(piece.first.squares).toBeCloseTo(logits.reduce((total, z) => total + (Math.exp(z) / sum) ** 2, 0), 6);
    expect(piece.first.entropy).toBeCloseTo(piece.entropy[0]!, 6);
  });

  it.each([['greedy', GREEDY], ['drawn', { temperature: 1.2, topK: 0, topP: 1, seed: 5 }]])('in pieces is the same text, and no token is run twice: %s', async (_, sampling) => {
    const { access, ran } = await open();
    const whole = await access.write(IDS, PLAN, { maxNewTokens: 12, sampling });
    const { access: other, ran: again } = await open();
    let ids: readonly number[] = IDS;
    for (const maxNewTokens of [0, 5, 0, 1, 6, 0]) ids = [...ids, ...(await other.write(ids, PLAN, { maxNewTokens, sampling })).ids];
    expect(ids).toEqual([...IDS, ...whole.ids]);
    expect([ran(), again()]).toEqual([18, 18]);
  });

  it('goes on after tokens of someone else by reading them alone', async () => {
    const { access, ran } = await open();
    const first = await access.write(IDS, PLAN, { maxNewTokens: 4, sampling: GREEDY });
    const text = [...IDS, ...first.ids, 7, 8, 9];
    const second = await access.write(text, PLAN, { maxNewTokens: 3, sampling: GREEDY }, { routing: true });
    expect(ran()).toBe(6 + 4 + 3 + 3);
    expect([...second.read!.ids]).toEqual([7, 8, 9]);
    expect(second.read!.routing!.count).toHaveLength(3 * 2);
    expect(second.written!.routing!.count).toHaveLength(3 * 2);
    expect(second.ids).toEqual((await (await open()).access.generate(text, PLAN, 3, GREEDY)).ids);
    expect((await access.write(text.slice(0, 4), PLAN, { maxNewTokens: 0, sampling: GREEDY })).read!.ids).toHaveLength(1);
  });

  it('keeps a short text whose long continuation it is given', async () => {
    const { access, ran } = await open();
    await access.write(IDS, PLAN, { maxNewTokens: 0, sampling: GREEDY });
    await access.write([...IDS, ...Array.from({ length: 30 }, (_, i) => i + 40)], PLAN, { maxNewTokens: 0, sampling: GREEDY });
    expect(ran()).toBe(36);
  });

  it('keeps every branch where it is told to', async () => {
    const inner = await createReferenceEngine().load(tinyCheckpoint({ endOfText: [] }));
    for (const [branches, tokens] of [[true, 6 + 4 + 4 + 1], [false, 6 + 4 + 4 + 4]] as const) {
      let run = 0;
      const counted = (sequence: Sequence): Sequence => ({
        get length() { return sequence.length; },
        capacity: sequence.capacity,
        counters: sequence.counters,
        append: (ids, options) => ((run += ids.length), sequence.append(ids, options)),
        decode: (count, options) => ((run += count), sequence.decode(count, options)),
        rewind: (length) => sequence.rewind(length),
        fork: async () => counted(await sequence.fork()),
        dispose: () => sequence.dispose(),
      });
      const model: LoadedModel = { ...inner, createSequence: async (capacity) => counted(await inner.createSequence(capacity)) };
      const access = accessOf(model, LINES, { sequences: 9, branches });
      const read = (...more: number[]) => access.write([...IDS, ...more], PLAN, { maxNewTokens: 0, sampling: GREEDY });
      await read(1, 2, 3, 4);
      await read(5, 6, 7, 8);
      // The first text once more, and one token after it.
      await read(1, 2, 3, 4, ...(branches ? [9] : []));
      expect(run).toBe(tokens);
    }
  });

  it('tells one set of rules from another', async () => {
    const { access, ran } = await open();
    const [two, one] = [await access.write(IDS, PLAN, { maxNewTokens: 3, sampling: GREEDY }), await access.write(IDS, ONE, { maxNewTokens: 3, sampling: GREEDY })];
    expect(ran()).toBe(18);
    expect(one.first.entropy).not.toBe(two.first.entropy);
    await access.write([...IDS, ...one.ids], ONE, { maxNewTokens: 1, sampling: GREEDY });
    await access.write([...IDS, ...two.ids], PLAN, { maxNewTokens: 1, sampling: GREEDY });
    expect(ran()).toBe(20);
  });

  it('stops with the token that completes a delimiter, at the end of a text and at the end of the context', async () => {
    const { access } = await open();
    // Drawn, since the likeliest tokens of a random model go round in circles.
    const sampling = { temperature: 1.2, topK: 0, topP: 1, seed: 5 };
    const lines = { maxNewTokens: 40, sampling, stop: { delimiter: { kind: 'newline' } } } as const;
    const free = (await access.generate(IDS, PLAN, 40, sampling)).ids;
    const first = free.findIndex((id) => id % 4 !== 0);
    const end = free.findIndex((id, i) => i > first && id % 4 === 0);
    expect(end).toBeGreaterThan(1);
    const piece = await access.write(IDS, PLAN, lines);
    expect([piece.ids, piece.reason]).toEqual([free.slice(0, end + 1), 'delimiter']);
    expect((await access.write(IDS, PLAN, { maxNewTokens: 500, sampling })).reason).toBe('context');
    const { access: ending } = await open({ endOfText: [free[end - 1]] });
    const last = await ending.write(IDS, PLAN, lines);
    expect([last.ids, last.reason]).toEqual([free.slice(0, end), 'end-of-text']);
  });

  it('refuses wrong requests in words, and a stop leaves the rest usable', async () => {
    const { access, ran } = await open();
    const asked = (request: object) => failure(access.write(IDS, PLAN, { maxNewTokens: 1, sampling: GREEDY, ...request }));
    expect(await asked({ maxNewTokens: -1 })).toContain('bad-input: The number of new tokens is -1');
    expect(await asked({ stop: { delimiter: { kind: 'pattern', source: '(a+)+$' } } })).toContain('bad-input: A repeated group may hold neither');
    expect(ran()).toBe(0);
    expect(await failure(access.write(IDS, PLAN, { maxNewTokens: 1, sampling: GREEDY }, { signal: AbortSignal.abort() }))).toContain('cancelled');
    const stop = new AbortController();
    const run = failure(access.write(IDS, PLAN, { maxNewTokens: 50, sampling: GREEDY }, { signal: stop.signal }));
    stop.abort();
    expect(await run).toContain('cancelled');
    expect((await access.write(IDS, PLAN, { maxNewTokens: 2, sampling: GREEDY })).ids).toHaveLength(2);
  });
});

describe('where a step ends', () => {
  const blank = { kind: 'blank-line' } as const;
  it.each([
    ['3 + 1 = 4\n', { delimiter: blank }, undefined],
    ['3 + 1 = 4\n\n', { delimiter: blank }, 'delimiter'],
    ['\n\n', { delimiter: blank }, undefined],
    ['\n\n3\n\n', { delimiter: blank }, 'delimiter'],
    ['3 \n \nx', { delimiter: blank }, 'delimiter'],
    ['One. ', { delimiter: { kind: 'sentence' } }, 'delimiter'],
    ['One.', { delimiter: { kind: 'sentence' } }, undefined],
    ['a; b', { delimiter: { kind: 'pattern', source: ';' } }, 'delimiter'],
    ['answer', { delimiter: blank, marker: 'answer:' }, undefined],
    [' answer:', { delimiter: blank, marker: 'answer:' }, 'marker'],
    ['the answer:', { delimiter: blank, marker: 'answer:' }, undefined],
    ['answer:', {}, undefined],
  ] as const)('%j', (text, stop, reason) => expect(stopReason(text, stop)).toBe(reason));

  it('a pattern made to be slow is stopped with a sentence', () => {
    const slow = () => stopReason(`${'a'.repeat(380)}b`, { delimiter: { kind: 'pattern', source: 'a*a*a*c' } });
    const start = performance.now();
    expect(slow).toThrow(/took longer than 20 ms on 381 characters, so it was stopped/);
    expect(performance.now() - start).toBeLessThan(5000);
  });
});

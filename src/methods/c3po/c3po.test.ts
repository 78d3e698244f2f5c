import { beforeAll, describe, expect, it } from 'vitest';
import { logitCost } from './logits';
import type { Question } from './question';
import { runToEnd, type C3poSession, type RunOptions } from './session';
import type { C3poResult } from './result';
import { armSettings, type C3poSettings } from './settings';
import { tinyItem, tinySession, tinySettings } from './testing/tiny-session';

let session: C3poSession;
/** Question 0 is a reference too; question 100 is not. */
let known: Question;
let fresh: Question;

beforeAll(async () => {
  session = await tinySession(24);
  known = await session.open(tinyItem(0));
  fresh = await session.open(tinyItem(100));
});

const run = (question: Question, changes: Partial<C3poSettings>, options?: RunOptions): Promise<C3poResult> => runToEnd(session.run(question, tinySettings(session, changes), options));

/** Largest difference of two rows of numbers. */
const apart = (a: ArrayLike<number>, b: ArrayLike<number>): number => Math.max(...Array.from(a, (value, i) => Math.abs(value - b[i]!)));

describe('what changes nothing gives the answer of the unchanged model', () => {
  it.each<[string, Partial<C3poSettings>]>([
    ['no method', { method: 'base' }],
    ['the router\'s own pathway', { method: 'ngd', steps: 0 }],
    ['gradient descent with step size 0', { method: 'ngd', rateStart: 0, rateEnd: 0 }],
    ['added logits with step size 0', { method: 'ngdLogits', rateStart: 0, rateEnd: 0, schedule: 'constant', steps: 2 }],
    ['kernel regression with alpha 1', { method: 'kernelRegression', alphaRegression: 1 }],
    ['mode finding with alpha 1', { method: 'mode', alphaMode: 1 }],
    ['kernel regression of the first token with alpha 1', { method: 'kernelRegression', alphaRegression: 1, token: { place: 'first', count: 1 } }],
    ['an empty ball', { method: 'ngd', neighbourhood: 'ball', epsilon: 0 }],
  ])('%s', async (_, changes) => {
    const { before, after, router, omega } = await run(fresh, changes);
    expect(after.option).toBe(before.option);
    expect(apart(after.logProb, before.logProb)).toBeLessThan(1e-5);
    if (changes.method !== 'ngdLogits' && changes.token === undefined) expect(apart(omega, router)).toBeLessThan(1e-6);
  });
});

describe('kernel regression', () => {
  it('with the question itself as the one neighbour returns the stored pathway', async () => {
    const store = { ...session.store, references: session.store.references.map((reference, i) => (i === 0 ? { ...reference, pathway: Float32Array.from({ length: 24 }, (_, j) => ((j % 8) + 1) / 36) } : reference)) };
    const other = new (session.constructor as typeof C3poSession)(session.access, store);
    const { neighbours, omega, alpha } = await runToEnd(other.run(known, tinySettings(session, { method: 'kernelRegression', k: 1, pool: 'all', alphaRegression: 0 })));
    expect(neighbours).toEqual([{ index: 0, distance: expect.closeTo(0, 6) as number, weight: 1 }]);
    expect(alpha).toBe(0);
    expect(apart(omega, Float32Array.from({ length: 16 }, (_, j) => ((j % 8) + 1) / 36))).toBeLessThan(1e-6);
  });

  it('takes the alpha with the smallest loss of the neighbours, and counts what the search costs', async () => {
    const { steps, alpha, cost, relativeCost, neighbours } = await run(fresh, { method: 'kernelRegression', pool: 'all' });
    const losses = steps.map(({ surrogateLoss }) => surrogateLoss!);
    expect(steps).toHaveLength(12);
    expect(losses.at(-1)).toBe(Math.min(...losses.slice(0, 11)));
    expect(alpha).toBe([1, 0.9, 0.8, 0.7, 0.6, 0.5, 0.4, 0.3, 0.2, 0.1, 0][losses.indexOf(losses.at(-1)!)]);
    // Layers 1 and 2 of 3: two passes each for 11 alphas of 3 neighbours and for the answer.
    const prompts = neighbours.reduce((sum, { index }) => sum + session.store.references[index]!.prompt.length, 0);
    expect(cost).toMatchObject({ preparation: 3 * (5 + prompts), forward: 2 * (3 * 11 + 1), backward: 0 });
    expect(relativeCost).toBe((3 * (5 + prompts) + 68) / 15);
  });

  it('reaches other tokens too', async () => {
    const { before, after, plan, notes } = await run(fresh, { method: 'kernelRegression', pool: 'all', alphaRegression: 0, token: { place: 'last', count: 3 } });
    expect(plan.entries.map(({ tokens }) => tokens)).toEqual([[2], [2], [3], [3], [4], [4]]);
    expect(apart(after.logProb, before.logProb)).toBeGreaterThan(1e-4);
    expect(notes).toEqual(['Weights and differences shown are those of the last of the chosen tokens.']);
  });
});

describe('mode finding', () => {
  it('searches pathways: alpha 0 and one neighbour move to the nearest stored pathway', async () => {
    const { omega, neighbours, router, steps } = await run(fresh, { method: 'mode', pool: 'all', k: 1, alphaMode: 0, steps: 1 });
    const rows = session.store.references.map(({ pathway }) => pathway.slice(8));
    const nearest = rows.map((row) => Math.hypot(...row.map((value, i) => value - router[i]!)));
    expect(neighbours[0]!.index).toBe(nearest.indexOf(Math.min(...nearest)));
    expect(apart(omega, rows[neighbours[0]!.index]!)).toBeLessThan(1e-6);
    expect(steps.map(({ surrogateLoss }) => surrogateLoss)).toEqual([undefined, undefined]);
  });

  it('needs no run of a neighbour', async () => {
    expect((await run(fresh, { method: 'mode' })).cost).toMatchObject({ preparation: 15, forward: 2, backward: 0 });
  });
});

describe('gradient descent', () => {
  const gentle = { rateStart: 1e-3, rateEnd: 1e-3, membership: 'hard' } as const;

  it('of the oracle never raises the loss at a small step size', async () => {
    const { steps } = await run(fresh, { method: 'oracle', ...gentle, steps: 8 });
    const losses = steps.map(({ trueLoss }) => trueLoss!);
    for (let i = 1; i < losses.length; i++) expect(losses[i]).toBeLessThan(losses[i - 1]!);
    expect(steps.map(({ surrogateLoss }) => surrogateLoss)).toEqual(losses);
  });

  it('with the question itself as the one neighbour is the oracle', async () => {
    const settings = { k: 1, pool: 'all', rateStart: 0.1, steps: 4 } as const;
    expect((await run(known, { method: 'ngd', ...settings })).omega).toEqual((await run(known, { method: 'oracle', ...settings })).omega);
  });

  it('lowers the weighted loss of the neighbours and leaves other experts alone', async () => {
    const { steps, core, omega, router, cost } = await run(fresh, { method: 'ngd', pool: 'all', ...gentle, core: 3, steps: 5 });
    const losses = steps.map(({ surrogateLoss }) => surrogateLoss!);
    for (let i = 1; i < losses.length; i++) expect(losses[i]).toBeLessThan(losses[i - 1]!);
    omega.forEach((value, i) => {
      if (!core[Math.floor(i / 8)]!.includes(i % 8)) expect(value).toBe(router[i]);
    });
    for (const c of [0, 1]) expect(omega.slice(8 * c, 8 * c + 8).reduce((a, b) => a + b)).toBeCloseTo(1, 5);
    expect(steps.at(-1)!.change[0]).toBeGreaterThan(0);
    // Three neighbours, two layers: five gradients and one answer.
    expect(cost).toMatchObject({ forward: 2 * (3 * 5 + 1), backward: 2 * 2 * 3 * 5 });
  });

  it('over logits keeps every free weight positive and the sum of each row', async () => {
    const { omega } = await run(fresh, { method: 'ngd', pool: 'all', projection: 'logits', optimiser: 'adam', rateStart: 1, rateEnd: 1, steps: 6 });
    expect(Math.min(...omega)).toBeGreaterThan(0);
    for (const c of [0, 1]) expect(omega.slice(8 * c, 8 * c + 8).reduce((a, b) => a + b)).toBeCloseTo(1, 5);
  });

  it('draws random neighbours by seed and prompt, and knows right from wrong ones', async () => {
    const of = async (changes: Partial<C3poSettings>): Promise<number[]> => (await run(fresh, { method: 'ngd', steps: 0, k: 4, ...changes })).neighbours.map(({ index }) => index);
    const random = { neighbourhood: 'random', pool: 'all' } as const;
    expect(await of(random)).toEqual(await of(random));
    expect(await of({ ...random, seed: 2 })).not.toEqual(await of(random));
    expect(new Set(await of(random)).size).toBe(4);
    for (const index of await of({ pool: 'unsuccessful' })) expect(session.store.references[index]!.correct).toBe(false);
    for (const index of await of({ pool: 'successful' })) expect(session.store.references[index]!.correct).toBe(true);
  });
});

describe('added logits', () => {
  it('lower the loss of all labelled neighbours, on every token of the question', async () => {
    const settings = armSettings('ngdLogits', tinySettings(session, {}), session.shape, { k: 6 });
    const { steps, plan, after, neighbours, relativeCost } = await runToEnd(session.run(fresh, settings));
    expect(steps.at(-1)!.surrogateLoss).toBeLessThan(steps[0]!.surrogateLoss! - 0.05);
    expect(neighbours).toHaveLength(6);
    expect(plan.entries.map(({ layers, tokens }) => [layers, tokens])).toEqual([[[0], 'all'], [[1], 'all'], [[2], 'all']]);
    expect(after).toEqual(await fresh.answer(plan));
    expect(await logitCost(session, fresh, settings)).toBe(relativeCost);
  });
});

describe('a result', () => {
  it('has a plan that gives its answer in any run', async () => {
    const { plan, after } = await run(fresh, { method: 'ngd', pool: 'all', rateStart: 0.5 });
    const again = await fresh.answer(plan);
    expect(apart(again.logProb, after.logProb)).toBeLessThan(1e-5);
  });

  it('is the same without being watched, at the same cost', async () => {
    const watched = await run(fresh, { method: 'ngd', pool: 'all', rateStart: 0.5 });
    const blind = await run(fresh, { method: 'ngd', pool: 'all', rateStart: 0.5 }, { watch: false });
    expect(blind.omega).toEqual(watched.omega);
    expect(blind.steps.every(({ trueLoss, optionLogProb }) => trueLoss === undefined && optionLogProb === undefined)).toBe(true);
    expect({ ...blind.cost, milliseconds: 0 }).toEqual({ ...watched.cost, milliseconds: 0 });
  });

  it('adds up the tokens of longer options, and says so', async () => {
    const question = await session.open({ id: 'own', family: '', prompt: 'which?', options: ['ab', 'c'], answer: 'ab' });
    const { before, after, notes, plan } = await run(question, { method: 'oracle', rateStart: 0.3 });
    expect(notes).toEqual(['Some options are several tokens long: their log-probabilities are added up, and losses and gradients are those of the first token.']);
    const { logProb } = await session.access.score([...question.ids, 97, 98], { format: 'moe-plan', version: '1.0', entries: [] });
    expect(before.logProb[0]).toBeCloseTo(logProb[6]! + logProb[7]!, 5);
    expect(after.logProb[0]).toBeGreaterThan(before.logProb[0]!);
    expect(apart(after.logProb, (await question.answer(plan)).logProb)).toBeLessThan(1e-6);
  });
});

describe('a run that cannot be', () => {
  it.each<[string, Partial<C3poSettings>]>([
    ['The first step size is NaN, but a number from 0 to 10 is wanted.', { rateStart: NaN }],
    ['The number of neighbours is 2.5, but a whole number from 1 to 64 is wanted.', { k: 2.5 }],
    ['The number of core experts is 9, but a whole number from 1 to 8 is wanted.', { core: 9 }],
    ['No layer is chosen: choose at least one critical layer.', { layers: [] }],
    ['Layer 3 is chosen, but this model has the layers 0 to 2.', { layers: [3] }],
    ['Gradients and stored pathways are those of the last token: other tokens can be re-mixed by kernel regression only.', { token: { place: 'first', count: 1 } }],
    ['60 neighbours are asked for, but of the 24 references only 24 can be used (of either kind, similarity up to 1): ask for fewer, or give more references.', { k: 60, pool: 'all' }],
  ])('says: %s', async (sentence, changes) => {
    await expect(run(fresh, changes)).rejects.toThrow(sentence);
  });

  it('says that an oracle needs a label', async () => {
    const { answer: _, ...item } = tinyItem(100);
    const question = await session.open(item);
    await expect(run(question, { method: 'oracle' })).rejects.toThrow('The oracle uses the right answer, and this question has none: mark one option as right.');
    expect((await run(question, { method: 'ngd' })).steps[0]!.trueLoss).toBeUndefined();
  });

  it('says what is wrong with a question', async () => {
    await expect(session.open({ ...tinyItem(1), options: [] })).rejects.toThrow('This question has no options: "options" must list at least two possible answers.');
  });

  it('stops in the middle when it is asked to', async () => {
    const stop = new AbortController();
    const steps = session.run(fresh, tinySettings(session, { method: 'ngd' }), { signal: stop.signal });
    expect((await steps.next()).done).toBe(false);
    stop.abort();
    await expect(steps.next()).rejects.toMatchObject({ code: 'cancelled' });
  });
});

import { describe, expect, it } from 'vitest';
import { flat, shown } from './paired';
import { languageTokens, parseStepItems } from './rice-markers';
import { riceArms } from './rice-summary';
import { drawExcerpts, parseExcerpts } from './texts';
import { armsOf, planOf } from './top-p-arms';
import { summarise as summariseRerouting } from './rerouting-summary';
import { summarise as summariseTopP } from './top-p-summary';
import { wholeNumber } from './top-p';
import type { ModelAccess } from '../../engine/access';

const line = (id: string, domain: string, group = 'home', text = 'a b') => JSON.stringify({ id, group, domain, text });

describe('excerpts', () => {
  it('are read, with the line of what is none', () => {
    expect(parseExcerpts(`${line('x', 'bible')}\n`)).toEqual([{ id: 'x', group: 'home', domain: 'bible', text: 'a b' }]);
    expect(() => parseExcerpts(`${line('x', 'bible')}\n{"id":"y"}`)).toThrow('Line 2 of the texts is no excerpt');
    expect(() => parseExcerpts('nonsense')).toThrow('Line 1 of the texts');
  });

  it('are drawn evenly, and a smaller draw is part of a larger one', () => {
    const all = parseExcerpts(['a', 'b'].flatMap((domain) => [1, 2, 3, 4].map((i) => line(`${domain}${i}`, domain))).join('\n'));
    const [two, three] = [drawExcerpts(all, 2, 5), drawExcerpts(all, 3, 5)].map((drawn) => drawn.map(({ id }) => id));
    expect(two).toHaveLength(4);
    expect(three).toEqual(expect.arrayContaining(two!));
    expect(drawExcerpts(all, 9, 5)).toEqual(all);
  });
});

describe('figures', () => {
  it('are flat, null where there is none', () => {
    expect(flat('x', { mean: 0.12345678, low: -1, high: NaN, n: 3 })).toEqual({ x: 0.123457, xLow: -1, xHigh: null });
    expect(shown({ mean: 1, low: 0.5, high: 1.25, n: 2 }, 2)).toBe('1.00 [0.50, 1.25]');
  });

  it('take whole numbers only', () => {
    expect(wholeNumber(undefined, 'n', 3)).toBe(3);
    expect(() => wholeNumber('1.5', 'n', 3)).toThrow('n is "1.5", but a whole number of at least 0 is wanted.');
  });
});

describe('top-p', () => {
  it('compares means below the trained k with chance, above it with a fixed number', () => {
    const arms = armsOf({ experts: 16, topK: 2 });
    expect(arms.map(({ name }) => name)).toEqual(['top1', 'top2', 'top3', 'top4', 'p1_25', 'p1_5', 'p1_75', 'random1_25', 'random1_5', 'random1_75', 'p2', 'p3', 'paper']);
    const text = { tokens: 10, layers: 1, seed: 1 };
    expect(planOf(arms[5]!, { p1_5: { p: 0.7, estimated: 1.5 } }, { experts: 16, topK: 2 }, text).entries[0]!.topP).toEqual({ p: 0.7, min: 1, max: 2, mass: 'topk' });
    expect(planOf(arms[12]!, {}, { experts: 16, topK: 2 }, text).entries[0]).toMatchObject({ topP: { p: 0.4, max: 16 }, renormalise: 'off' });
  });

  it('states differences paired by text, in bits per byte', () => {
    const arms = armsOf({ experts: 4, topK: 2 });
    const text = (nats: number) => ({ kind: 'text', domain: 'x', tokens: 10, bytes: 20, arms: Object.fromEntries(arms.map(({ name }) => [name, { nats: name === 'p1_5' ? nats - 2 * Math.LN2 : nats, mean: 1.5 }])) });
    const { figures } = summariseTopP([text(10), text(30)], arms, { experts: 4, topK: 2 });
    expect(figures['halfLessStatic']).toBeCloseTo(-0.1, 6);
    expect(figures['halfLessStaticLow']).toBeCloseTo(-0.1, 6);
    expect(figures['onlyOneLessStatic']).toBe(0);
    expect(figures['p1_5BitsPerByte']).toBeCloseTo((40 / Math.LN2 - 4) / 40, 5);
  });
});

describe('rice', () => {
  it('has random experts at every beta of the top ones', () => {
    const arms = riceArms();
    expect(arms.map(({ name }) => name)).toEqual(['base', 'top0', 'top4', 'top16', 'top64', 'random0.0', 'random4.0', 'random4.1', 'random4.2', 'random4.3', 'random4.4', 'random16.0', 'random64.0', 'bottom4', 'before0', 'before4', 'before64']);
  });

  it('reads multi-step items as the model saw them in training', () => {
    const item = { id: 's', family: 'chain', prompt: 'Start:\n\n', steps: ['1 + 1 = 2', '2 + 1 = 3'], answer: '3' };
    expect(parseStepItems(JSON.stringify(item))[0]!.text).toBe('Start:\n\n1 + 1 = 2\n\n2 + 1 = 3\n\nanswer: 3');
    expect(() => parseStepItems('{}')).toThrow('Line 1 is no multi-step item');
  });

  it('takes tokens for a language that others hardly use', async () => {
    const access: Pick<ModelAccess, 'encode'> = { encode: async (text) => text.split(' ').map(Number) };
    const texts = [{ id: 'g', group: 'home' as const, domain: 'german', text: '1 1 1 1 2 2 2 2 3' }, { id: 'e', group: 'home' as const, domain: 'english', text: '2 4 4 4 4 4 4 4 4' }];
    expect(await languageTokens(access as ModelAccess, texts, 'german')).toEqual([1]);
  });
});

describe('rerouting', () => {
  const cycle = (fall: number) => ({ context: 96, layers: [1], steps: [3, 3 - fall], base: { context: 3, heldOut: 4 }, adapted: { context: 3 - fall, heldOut: 4 - fall / 2 }, endBase: 4, endAdapted: 3.9, random: [{ context: 3, heldOut: 4.1 }, { context: 3, heldOut: 3.9 }], norms: [0, 1], confidence: [1, 2], editDistance: [0, 0.5], entropyBefore: [1, 1], entropyAfter: [1, 0.8], passes: 20 });
  const unit = (id: string, fall: number) => ({ id, arm: 'all', domain: 'dutch', group: 'away', tokens: 192, cycles: [cycle(fall)] });

  it('states falls of both losses, and the control', () => {
    const { figures } = summariseRerouting([unit('a', 0.1), unit('b', 0.3)], [96]);
    expect(figures).toMatchObject({ allN: 2, allCycle1ContextFall: -0.2, allCycle1HeldOut: -0.1, allCycle1Random: 0, allCycle1HeldOutLessRandom: -0.1, allEditDistance: 0.25, allEntropyChange: -0.1 });
  });

  it('compares units that ran in two places', () => {
    const { figures } = summariseRerouting([unit('a', 0.1), { ...unit('engine-a', 0.1004), kind: 'check', of: 'a' }], [96]);
    expect(figures).toMatchObject({ allN: 1, checkedOnEngine: 1, largestDifference: 0.0004 });
  });
});

/** Suite top-p: bits per byte and right answers against the mean number of experts, beside static top-k and chance. */
import { permutation } from '../../base/pcg';
import { accessOf, type ModelAccess } from '../../engine/access';
import { expertsPerToken, expertUse, routerEntropyPerToken } from '../../methods/top-p/counts';
import { rankCorrelation } from '../../methods/top-p/correlation';
import type { RouterSize } from '../../methods/top-p/settings';
import { parseItems } from '../../methods/c3po/store';
import type { BenchmarkItem } from '../../methods/c3po/item';
import { PlaygroundError } from '../../base/errors';
import { rounded } from './paired';
import { readSource, type Suite, type SuiteContext, type Unit, type UnitResult } from './suite';
import { armsOf, calibrate, planOf, type Arm, type Matched } from './top-p-arms';
import { summarise } from './top-p-summary';
import { drawExcerpts, parseExcerpts, type Excerpt } from './texts';

type Earlier = NonNullable<Parameters<Unit['run']>[0]>;

const FILES = { texts: 'public/benchmarks/texts.test.jsonl', calibration: 'public/benchmarks/texts.validation.jsonl' } as const;
const DEFAULTS = { perDomain: 2, questions: 150, tokens: 128, calibrationPerDomain: 1, calibrationTokens: 128 } as const;
/** Arms of the questions: those of the texts would take as long again. */
const ASKED = /^(?:top[123]|p1_5|random1_5|p2|p3)$/;

export const topPSuite: Suite = {
  name: 'top-p',
  purpose: 'Experts by a probability mass against a fixed number of them, at equal mean number.',
  defaults: { items: 'public/benchmarks/single.test.jsonl' },
  settings: {
    texts: `excerpts to score; default ${FILES.texts}`,
    calibration: `excerpts on which p is matched to a mean number of experts; default ${FILES.calibration}`,
    perDomain: `excerpts of each home domain; default ${DEFAULTS.perDomain}`,
    questions: `questions at most; default ${DEFAULTS.questions}. --limit is the same`,
  },
  prepare: async (context) => {
    const size = sizeOf(context);
    const access = accessOf(context.model, context.checkpoint.tokenizer);
    const arms = armsOf(size);
    const { set, seed, limit } = context;
    const sources = {
      items: readSource(context.items, 'items'),
      texts: readSource(set['texts'] ?? FILES.texts, 'texts'),
      calibration: readSource(set['calibration'] ?? FILES.calibration, 'calibration'),
    };
    const home = (text: string): Excerpt[] => parseExcerpts(text).filter(({ group }) => group === 'home');
    const perDomain = wholeNumber(set['perDomain'], 'perDomain', DEFAULTS.perDomain);
    const questions = limit > 0 ? limit : wholeNumber(set['questions'], 'questions', DEFAULTS.questions);
    const texts = drawExcerpts(home(sources.texts.text), perDomain, seed);
    const tuning = drawExcerpts(home(sources.calibration.text), DEFAULTS.calibrationPerDomain, seed);
    const all = parseItems(sources.items.text);
    const asked = new Set(permutation(all.length, seed).slice(0, questions));
    const items = all.filter((_, i) => asked.has(i));

    const matchedOf = (earlier?: Earlier): Readonly<Record<string, Matched>> => earlier?.('calibration')?.['matched'] as Readonly<Record<string, Matched>>;
    const calibrated = async (): Promise<UnitResult> => {
      const ids = await Promise.all(tuning.map(async ({ text }) => (await access.encode(text)).slice(0, DEFAULTS.calibrationTokens)));
      return { matched: await calibrate(access, arms, ids, size) };
    };
    return {
      settings: {
        ...Object.fromEntries(Object.entries(sources).map(([name, { path, sha256 }]) => [name, { path, sha256 }])),
        seed, perDomain, questions, tokens: DEFAULTS.tokens, ...DEFAULTS_OF_CALIBRATION, arms,
      },
      units: [
        { id: 'calibration', run: calibrated },
        ...texts.map((excerpt, i) => ({ id: excerpt.id, run: (earlier?: Earlier) => scoreExcerpt(access, excerpt, DEFAULTS.tokens, arms, matchedOf(earlier), size, seed + i) })),
        ...items.map((item, i) => ({ id: item.id, run: (earlier?: Earlier) => answerItem(access, item, arms.filter(({ name }) => ASKED.test(name)), matchedOf(earlier), size, seed + i) })),
      ],
      summarise: (results) => summarise(results, arms, size),
    };
  },
};

const DEFAULTS_OF_CALIBRATION = { calibrationPerDomain: DEFAULTS.calibrationPerDomain, calibrationTokens: DEFAULTS.calibrationTokens };

function sizeOf({ checkpoint }: SuiteContext): RouterSize {
  const { feedForward } = checkpoint.config;
  if (feedForward.kind !== 'moe') throw new PlaygroundError('bad-input', `${checkpoint.name} has no routers, so there is nothing to choose experts by.`);
  return { experts: feedForward.experts, topK: feedForward.topK };
}

/** A whole number of at least 0 from `--set`. Throws `bad-input`. */
export function wholeNumber(text: string | undefined, name: string, otherwise: number): number {
  if (text === undefined) return otherwise;
  const value = Number(text);
  if (text.trim() === '' || !Number.isInteger(value) || value < 0) throw new PlaygroundError('bad-input', `${name} is "${text}", but a whole number of at least 0 is wanted.`);
  return value;
}

const bytesOf = (text: string): number => new TextEncoder().encode(text).length;

async function scoreExcerpt(access: ModelAccess, { domain, text }: Excerpt, most: number, arms: readonly Arm[], matched: Readonly<Record<string, Matched>>, size: RouterSize, seed: number): Promise<UnitResult> {
  const ids = (await access.encode(text)).slice(0, most);
  const bytes = bytesOf(await access.decode(ids.slice(1)));
  const perArm: Record<string, unknown> = {};
  for (const arm of arms) {
    const { logProb, routing } = await access.score(ids, planOf(arm, matched, size, { tokens: ids.length, layers: access.config.layers, seed }), { routing: true });
    if (routing === undefined) throw new PlaygroundError('internal', 'The engine recorded no routing.');
    const use = expertUse([routing]);
    const loss = Array.from(logProb.slice(1), (value) => -value);
    const t = expertsPerToken(routing).slice(0, -1);
    perArm[arm.name] = {
      nats: rounded(loss.reduce((a, b) => a + b, 0), 4),
      mean: rounded(use.mean, 4),
      ...(arm.kind === 'top-p' ? {
        perLayer: use.perLayer.map((value) => rounded(value, 4)),
        histogram: use.histogram,
        withLoss: rounded(rankCorrelation(t, loss), 4),
        withEntropy: rounded(rankCorrelation(expertsPerToken(routing), routerEntropyPerToken(routing)), 4),
        lossByExperts: binned(t, loss),
      } : {}),
    };
  }
  return { kind: 'text', domain, tokens: ids.length, bytes, arms: perArm };
}

/** Sums of loss by mean experts of the token, in steps of a quarter: [experts, tokens, nats]. */
function binned(t: readonly number[], loss: readonly number[]): [number, number, number][] {
  const bins = new Map<number, [number, number, number]>();
  t.forEach((value, i) => {
    const key = Math.round(value * 4) / 4;
    const [, n, sum] = bins.get(key) ?? [key, 0, 0];
    bins.set(key, [key, n + 1, rounded(sum + (loss[i] ?? 0), 4)]);
  });
  return [...bins.values()].sort(([a], [b]) => a - b);
}

async function answerItem(access: ModelAccess, item: BenchmarkItem, arms: readonly Arm[], matched: Readonly<Record<string, Matched>>, size: RouterSize, seed: number): Promise<UnitResult> {
  const ids = await access.encode(item.prompt);
  const first = await Promise.all(item.options.map(async (option) => (await access.encode(option))[0] ?? 0));
  const perArm: Record<string, unknown> = {};
  for (const arm of arms) {
    const plan = planOf(arm, matched, size, { tokens: ids.length, layers: access.config.layers, seed });
    const { logits, routing } = await access.lastLogits(ids, plan, { routing: true });
    const scores = first.map((id) => logits[id] ?? NaN);
    const best = item.options[scores.indexOf(Math.max(...scores))];
    perArm[arm.name] = { right: best === item.answer, mean: rounded(routing === undefined ? NaN : expertUse([routing]).mean, 4) };
  }
  return { kind: 'question', family: item.family, level: item.level ?? null, template: item.template ?? null, arms: perArm };
}

/** Tables and figures of the suite top-p from the results of its texts and questions. */
import { bootstrap, type Estimate } from '../../base/bootstrap';
import type { RouterSize } from '../../methods/top-p/settings';
import { flat, rounded, shown } from './paired';
import type { Summary, UnitResult } from './suite';
import type { Arm, Matched } from './top-p-arms';

interface TextArm {
  readonly nats: number;
  readonly mean: number;
  readonly perLayer?: readonly number[];
  readonly histogram?: readonly number[];
  readonly withLoss?: number | null;
  readonly withEntropy?: number | null;
  readonly lossByExperts?: readonly (readonly [number, number, number])[];
}

interface TextResult {
  readonly kind: 'text';
  readonly domain: string;
  readonly tokens: number;
  readonly bytes: number;
  readonly arms: Readonly<Record<string, TextArm>>;
}

interface QuestionResult {
  readonly kind: 'question';
  readonly family: string;
  readonly level: number | null;
  readonly arms: Readonly<Record<string, { readonly right: boolean; readonly mean: number }>>;
}

export interface FrontierPoint {
  readonly arm: string;
  readonly kind: Arm['kind'];
  readonly p?: number;
  readonly meanExperts: number;
  readonly bitsPerByte: Estimate;
  readonly questionExperts?: number;
  readonly accuracy?: Estimate;
}

const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length;

/** Groups in the order of their names, with the mean of a number. */
function byGroup<T>(rows: readonly T[], keyOf: (row: T) => string, valueOf: (row: T) => number): { name: string; n: number; meanExperts: number }[] {
  const groups = new Map<string, number[]>();
  for (const row of rows) groups.set(keyOf(row), [...(groups.get(keyOf(row)) ?? []), valueOf(row)]);
  return [...groups].map(([name, values]) => ({ name, n: values.length, meanExperts: rounded(mean(values), 4) })).sort((a, b) => a.name.localeCompare(b.name));
}

export function summarise(results: readonly UnitResult[], arms: readonly Arm[], { topK }: RouterSize): Summary {
  const texts = results.filter((row) => row['kind'] === 'text') as unknown as readonly TextResult[];
  const questions = results.filter((row) => row['kind'] === 'question') as unknown as readonly QuestionResult[];
  const matched = (results.find((row) => row['matched'] !== undefined)?.['matched'] ?? {}) as Readonly<Record<string, Matched>>;
  const bytes = texts.map((text) => text.bytes);
  const bits = (arm: string): number[] => texts.map((text) => (text.arms[arm]?.nats ?? NaN) / Math.LN2);
  const right = (arm: string): number[] => questions.map((question) => (question.arms[arm]?.right === true ? 1 : 0));
  const less = (a: readonly number[], b: readonly number[]): number[] => a.map((value, i) => value - (b[i] ?? NaN));
  const expertsOf = (arm: string): number => texts.reduce((sum, text) => sum + (text.arms[arm]?.mean ?? NaN) * text.tokens, 0) / texts.reduce((sum, text) => sum + text.tokens, 0);

  const frontier: FrontierPoint[] = arms.map((arm) => ({
    arm: arm.name,
    kind: arm.kind,
    ...(matched[arm.name] === undefined ? {} : { p: rounded(matched[arm.name]?.p ?? NaN) }),
    meanExperts: rounded(expertsOf(arm.name), 4),
    bitsPerByte: bootstrap(bits(arm.name), bytes),
    ...(questions[0]?.arms[arm.name] === undefined ? {} : { questionExperts: rounded(mean(questions.map((question) => question.arms[arm.name]?.mean ?? NaN)), 4), accuracy: bootstrap(right(arm.name)) }),
  }));
  const half = `p${String(1 + 0.5 * (topK - 1)).replace('.', '_')}`;
  const chance = half.replace('p', 'random');
  const free = `p${topK}`;
  const base = `top${topK}`;
  const differences = {
    halfLessRandom: bootstrap(less(bits(half), bits(chance)), bytes),
    halfLessStatic: bootstrap(less(bits(half), bits(base)), bytes),
    freeLessStatic: bootstrap(less(bits(free), bits(base)), bytes),
    onlyOneLessStatic: bootstrap(less(bits('top1'), bits(base)), bytes),
    freeNextLessStaticNext: bootstrap(less(bits(`p${topK + 1}`), bits(`top${topK + 1}`)), bytes),
    halfLessStaticAccuracy: bootstrap(less(right(half), right(base))),
    freeLessStaticAccuracy: bootstrap(less(right(free), right(base))),
  };
  const ofFree = texts.flatMap((text) => text.arms[free] ?? []);
  const withLoss = bootstrap(ofFree.flatMap(({ withLoss: value }) => value ?? []));
  const withEntropy = bootstrap(ofFree.flatMap(({ withEntropy: value }) => value ?? []));
  const levels = byGroup(questions.filter(({ level }) => level !== null), ({ level }) => String(level), (row) => row.arms[free]?.mean ?? NaN);
  const tokens = texts.reduce((sum, text) => sum + text.tokens, 0);
  const figures = {
    n: texts.length,
    tokens,
    questions: questions.length,
    ...Object.assign({}, ...frontier.map((point) => ({ [`${point.arm}Experts`]: Number.isFinite(point.meanExperts) ? point.meanExperts : null, ...flat(`${point.arm}BitsPerByte`, point.bitsPerByte), ...(point.accuracy ? flat(`${point.arm}Accuracy`, point.accuracy) : {}) })) as Record<string, number | null>[]) as Record<string, number | null>,
    ...Object.assign({}, ...Object.entries(differences).map(([name, estimate]) => flat(name, estimate))) as Record<string, number | null>,
    ...flat('expertsWithLoss', withLoss),
    ...flat('expertsWithRouterEntropy', withEntropy),
    ...Object.fromEntries(levels.map(({ name, meanExperts }) => [`expertsLevel${name}`, meanExperts])),
  };
  return {
    figures,
    lines: [
      `${texts.length} texts, ${tokens} tokens; ${questions.length} questions`,
      ...frontier.map((point) => `  ${point.arm.padEnd(11)} ${point.meanExperts.toFixed(3)} experts, ${shown(point.bitsPerByte)} bits per byte${point.accuracy ? `, ${shown(point.accuracy, 3)} right with ${point.questionExperts?.toFixed(3) ?? ''}` : ''}`),
      ...Object.entries(differences).map(([name, estimate]) => `  ${name}: ${shown(estimate)}`),
      `  experts of a token with its loss: rank correlation ${shown(withLoss, 3)}; with router entropy ${shown(withEntropy, 3)}`,
      ...levels.map(({ name, n, meanExperts }) => `  level ${name}: ${meanExperts.toFixed(3)} experts, n ${n}`),
    ],
    details: {
      matched,
      frontier,
      perLayer: Object.fromEntries(arms.filter(({ kind }) => kind === 'top-p').map(({ name }) => [name, (texts[0]?.arms[name]?.perLayer ?? []).map((_, layer) => rounded(texts.reduce((sum, text) => sum + (text.arms[name]?.perLayer?.[layer] ?? 0) * text.tokens, 0) / tokens, 4))])),
      histogram: Object.fromEntries(arms.filter(({ kind }) => kind === 'top-p').map(({ name }) => [name, addUp(texts.map((text) => text.arms[name]?.histogram ?? []))])),
      lossByExperts: mergeBins(ofFree.map(({ lossByExperts }) => lossByExperts ?? [])),
      domains: byGroup(texts, ({ domain }) => domain, (text) => text.arms[free]?.mean ?? NaN),
      levels,
      families: byGroup(questions, ({ family }) => family, (row) => row.arms[free]?.mean ?? NaN),
    },
  };
}

function addUp(lists: readonly (readonly number[])[]): number[] {
  const length = Math.max(0, ...lists.map((list) => list.length));
  return Array.from({ length }, (_, i) => lists.reduce((sum, list) => sum + (list[i] ?? 0), 0));
}

/** Mean loss of the tokens that got so many experts. */
function mergeBins(lists: readonly (readonly (readonly [number, number, number])[])[]): { experts: number; tokens: number; nats: number }[] {
  const bins = new Map<number, { tokens: number; nats: number }>();
  for (const [experts, tokens, nats] of lists.flat()) {
    const before = bins.get(experts) ?? { tokens: 0, nats: 0 };
    bins.set(experts, { tokens: before.tokens + tokens, nats: before.nats + nats });
  }
  return [...bins].sort(([a], [b]) => a - b).map(([experts, { tokens, nats }]) => ({ experts, tokens, nats: rounded(nats / tokens, 4) }));
}

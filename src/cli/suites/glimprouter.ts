/** Suite glimprouter: accuracy and cost of two models that write in turns, over thresholds, beside chance and other rules. */
import { permutation } from '../../base/pcg';
import { PlaygroundError } from '../../base/errors';
import { parseCalibration, type Calibration } from '../../state/calibration';
import { writeText } from '../files';
import { armsOf, type ArmWishes, type Scores } from './glimprouter-arms';
import { countsOf, openTree, packCounts, runAll, type LoadedPair } from './glimprouter-run';
import { givenSteps, joinScores, ownScores, parseStepItems, type StepItem } from './glimprouter-steps';
import { summarise } from './glimprouter-summary';
import { wholeNumber } from './top-p';
import { readSource, type Suite, type Unit, type UnitResult } from './suite';

const DEFAULTS = { template: 'home', delimiter: 'blank-line', maxStepTokens: 48, small: 'public/models/dense-small', one: 60, calibrationItems: 400, oneCalibrationItems: 60 } as const;
const DELIMITERS = ['blank-line', 'newline', 'sentence'] as const;
const TEMPLATES = ['home', 'away', 'all'] as const;

export const glimprouterSuite: Suite = {
  name: 'glimprouter',
  purpose: 'First-token entropy decides which of two models writes the next step.',
  defaults: { items: 'public/benchmarks/steps.test.jsonl', references: 'public/references/steps.jsonl' },
  settings: {
    template: `items of this wording: ${TEMPLATES.join(', ')}; default ${DEFAULTS.template}`,
    delimiter: `what ends a step: ${DELIMITERS.join(', ')}; default ${DEFAULTS.delimiter}`,
    maxStepTokens: `longest step; default ${DEFAULTS.maxStepTokens}`,
    small: `folder of the small model; default ${DEFAULTS.small}`,
    one: `items on which one model with one expert is the small one too; default ${DEFAULTS.one}`,
    calibrationItems: `reference items that thresholds are quantiles of; default ${DEFAULTS.calibrationItems}`,
    calibration: 'file to write the scores of the reference items to; none when absent',
  },
  prepare: async (context) => {
    const { set, seed, limit } = context;
    const sources = { items: readSource(context.items, 'items'), references: readSource(context.references, 'references') };
    const template = choice(set['template'], 'template', TEMPLATES, DEFAULTS.template);
    const delimiter = choice(set['delimiter'], 'delimiter', DELIMITERS, DEFAULTS.delimiter);
    const wishes: Omit<ArmWishes, 'item'> = { delimiter, maxStepTokens: wholeNumber(set['maxStepTokens'], 'maxStepTokens', DEFAULTS.maxStepTokens), seed };
    const all = parseStepItems(sources.items.text).filter((item) => template === 'all' || item.template === template);
    const items = drawn(all, limit, seed);
    const references = drawn(parseStepItems(sources.references.text), wholeNumber(set['calibrationItems'], 'calibrationItems', DEFAULTS.calibrationItems), seed);
    const withOne = new Set(drawn(items, Math.max(1, wholeNumber(set['one'], 'one', DEFAULTS.one)), seed).map(({ id }) => id));
    const small = await context.load(set['small'] ?? DEFAULTS.small);
    const { tokenizer } = context.checkpoint;
    if (tokenizer === undefined) throw new PlaygroundError('bad-file', 'This model has no tokenizer, so it cannot read questions.');
    const pair: LoadedPair = { small: { model: small.model, name: small.checkpoint.name }, large: { model: context.model, name: context.checkpoint.name }, tokenizer };

    const calibrate = async (): Promise<UnitResult> => {
      const scores = await scoresOf(pair, references, 'two', wishes);
      const one = await scoresOf(pair, references.slice(0, DEFAULTS.oneCalibrationItems), 'one', wishes);
      return { kind: 'calibration', two: scores, one };
    };
    const calibrationOf = (result: UnitResult | undefined): { readonly two: Scores; readonly one: Scores } => result as unknown as { readonly two: Scores; readonly one: Scores };

    const ask = async (item: StepItem, index: number, earlier: Parameters<Unit['run']>[0]): Promise<UnitResult> => {
      const { two, one } = calibrationOf(earlier?.('calibration'));
      const tree = openTree(pair);
      try {
        const promptIds = tokenizer.encode(item.prompt);
        const arms: Record<string, string> = {};
        for (const arm of armsOf(two, withOne.has(item.id) ? one : undefined, { ...wishes, item: index })) {
          const writers = tree.writers[arm.pair];
          const { result } = await runAll(writers, promptIds, arm.settings);
          arms[arm.name] = packCounts(countsOf(result, item.answer, writers.large, promptIds.length));
        }
        const { measured } = tree.writers.two.small;
        return {
          kind: 'item', family: item.family, level: item.level, template: item.template, arms,
          given: await givenSteps(tree, tokenizer, item),
          measured: { small: measured, large: tree.writers.two.large.measured, one: tree.writers.one.small.measured },
        };
      } finally {
        tree.dispose();
      }
    };

    return {
      settings: {
        items: { path: sources.items.path, sha256: sources.items.sha256, n: items.length },
        references: { path: sources.references.path, sha256: sources.references.sha256, n: references.length },
        small: { id: small.checkpoint.name, sha256: small.checkpoint.sha256 },
        template, delimiter, maxStepTokens: wishes.maxStepTokens, one: withOne.size, limit, seed,
        repeats: 'off: counting writes equal steps',
        answer: 'by the model of its step, except in finalByLarge',
        decoding: 'greedy',
      },
      units: [{ id: 'calibration', run: calibrate }, ...items.map((item, index) => ({ id: item.id, run: async (earlier: Parameters<Unit['run']>[0]) => await ask(item, index, earlier) }))],
      summarise: (results) => {
        const { two, one } = calibrationOf(results.find(({ id }) => id === 'calibration'));
        const path = set['calibration'];
        if (path !== undefined) {
          const file: Calibration = {
            format: 'moe-first-token-entropy', version: '1.0',
            model: { id: small.checkpoint.name, sha256: small.checkpoint.sha256 },
            source: { path: sources.references.path, sha256: sources.references.sha256, items: references.length },
            delimiter: { kind: delimiter },
            entropy: [...two.entropy], top20: [...two.top20], maxProbability: [...two.maxProbability], variance: [...two.variance], stepMean: [...two.stepMean], selfCheck: [...two.selfCheck],
          };
          writeText(path, `${JSON.stringify(parseCalibration(file))}\n`);
        }
        return summarise(results, armsOf(two, one, { ...wishes, item: 0 }), two);
      },
    };
  },
};

/** Scores of one form of the pair on reference items. */
async function scoresOf(pair: LoadedPair, items: readonly StepItem[], form: 'two' | 'one', wishes: Omit<ArmWishes, 'item'>): Promise<Scores> {
  const parts: Scores[] = [];
  for (const { prompt } of items) {
    const tree = openTree(pair);
    try {
      parts.push(await ownScores(tree.writers[form], pair.tokenizer?.encode(prompt) ?? [], wishes));
    } finally {
      tree.dispose();
    }
  }
  return joinScores(parts);
}

/** At most `count` of them, drawn by the seed, in their own order; all for 0. A smaller draw is part of a larger one. */
function drawn<T>(all: readonly T[], count: number, seed: number): T[] {
  if (count === 0) return [...all];
  const kept = new Set(permutation(all.length, seed).slice(0, count));
  return all.filter((_, i) => kept.has(i));
}

function choice<const T extends string>(text: string | undefined, name: string, options: readonly T[], fallback: T): T {
  if (text === undefined) return fallback;
  const found = options.find((option) => option === text);
  if (found === undefined) throw new PlaygroundError('bad-input', `The setting ${name} is "${text}"; it takes one of ${options.join(', ')}.`);
  return found;
}

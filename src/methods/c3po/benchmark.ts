/** One benchmark item under several arms: the unit of work of the evaluation, in the page and on the command line. */
import type { BenchmarkItem } from './item';
import { logitCost } from './logits';
import type { C3poResult } from './result';
import { runToEnd, type C3poSession } from './session';
import type { C3poSettings } from './settings';

/** What an arm did on an item. */
export interface ArmResult {
  /** The option chosen. */
  readonly predicted: string;
  /** Passes relative to the unchanged model. */
  readonly cost: number;
  readonly milliseconds: number;
  /** Ids of the neighbours, nearest first; empty where there are none. */
  readonly neighbours: readonly string[];
  readonly alpha?: number;
  /** Sum of absolute changes of the mixing weights, mean over the chosen layers. */
  readonly change?: number;
  /** Options chosen after each step, step 0 first; where steps were watched. */
  readonly steps?: readonly string[];
}

export interface ItemResult {
  readonly id: string;
  readonly family: string;
  readonly level?: number;
  readonly answer: string;
  readonly arms: Readonly<Record<string, ArmResult>>;
  /** Relative passes of arms that were only counted, not run. */
  readonly counted?: Readonly<Record<string, number>>;
}

export interface ItemRun {
  /** Settings by name of the arm. */
  readonly arms: Readonly<Record<string, C3poSettings>>;
  /** Arms of `ngdLogits` that run elsewhere: what they would cost. */
  readonly counted?: Readonly<Record<string, C3poSettings>>;
  /** Arms whose answer is wanted after every step. */
  readonly watched?: readonly string[];
  /** Told the whole result of every arm, as it ends. */
  readonly observe?: (arm: string, result: C3poResult) => void;
  readonly signal?: AbortSignal;
}

const rounded = (value: number): number => Number(value.toPrecision(6));

/**
 * Runs all arms on an item with one prompt and one scoring.
 * @throws PlaygroundError `bad-input` for an item without answer, and what the arms throw; `cancelled`
 */
export async function runItem(session: C3poSession, item: BenchmarkItem & { readonly answer: string }, { arms, watched = [], counted = {}, observe, signal }: ItemRun): Promise<ItemResult> {
  const question = await session.open(item, signal);
  const optionAt = (index: number): string => item.options[index] ?? '';
  try {
    const results: Record<string, ArmResult> = {};
    for (const [name, settings] of Object.entries(arms)) {
      const watch = watched.includes(name);
      const result = await runToEnd(session.run(question, settings, { watch, ...(signal && { signal }) }));
      observe?.(name, result);
      const change = result.steps.at(-1)?.change;
      results[name] = {
        predicted: optionAt(result.after.option),
        cost: rounded(result.relativeCost),
        milliseconds: rounded(result.cost.milliseconds),
        neighbours: result.neighbours.map(({ index }) => session.store.references[index]?.id ?? ''),
        ...(result.alpha !== undefined && { alpha: result.alpha }),
        ...(change && { change: rounded(change.reduce((a, b) => a + b, 0) / change.length) }),
        ...(watch && { steps: result.steps.map(({ optionLogProb }) => optionAt(optionLogProb ? optionLogProb.indexOf(Math.max(...optionLogProb)) : 0)) }),
      };
    }
    const costs: Record<string, number> = {};
    for (const [name, settings] of Object.entries(counted)) if (settings.method === 'ngdLogits') costs[name] = rounded(await logitCost(session, question, settings));
    return { id: item.id, family: item.family, ...(item.level !== undefined && { level: item.level }), answer: item.answer, arms: results, ...(Object.keys(costs).length > 0 && { counted: costs }) };
  } finally {
    question.dispose();
  }
}

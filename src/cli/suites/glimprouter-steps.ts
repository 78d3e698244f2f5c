/** Steps of texts: what the small model's scores are on its own steps, and on given ones what the large model would have been worth. */
import { stepStartsOf } from '../../analysis/steps';
import { PlaygroundError } from '../../base/errors';
import type { ModelAccess } from '../../engine/access';
import type { Tokenizer } from '../../model/checkpoint';
import type { ProbeEvent, StepEvent } from '../../methods/collaboration/events';
import { gateScore, selfDoubt, stepMean } from '../../methods/collaboration/gate';
import { ROUTER_AS_TRAINED } from '../../routing/plan';
import { baseSettings, type ArmWishes, type Scores } from './glimprouter-arms';
import { runAll, type RememberingWriter } from './glimprouter-run';
import { rounded } from './paired';

/** A question of the multi-step benchmark. */
export interface StepItem {
  readonly id: string;
  readonly family: string;
  readonly level: number;
  readonly template: string;
  readonly prompt: string;
  readonly answer: string;
  readonly steps: readonly string[];
}

function isStepItem(value: unknown): value is StepItem {
  const { id, family, level, template, prompt, answer, steps } = (typeof value === 'object' && value !== null ? value : {}) as Readonly<Record<string, unknown>>;
  return [id, family, template, prompt, answer].every((field) => typeof field === 'string') && typeof level === 'number' && Array.isArray(steps) && steps.every((step) => typeof step === 'string');
}

/** Reads items, one a line. Throws `bad-input` with the line of the first one that is none. */
export function parseStepItems(text: string): StepItem[] {
  return text.trimEnd().split('\n').map((line, i) => {
    let value: unknown;
    try {
      value = JSON.parse(line);
    } catch {
      value = undefined;
    }
    if (!isStepItem(value)) throw new PlaygroundError('bad-input', `Line ${i + 1} is no multi-step item: {"id", "family", "level", "template", "prompt", "answer", "steps": [...]} are wanted.`);
    const { id, family, level, template, prompt, answer, steps } = value;
    return { id, family, level, template, prompt, answer, steps };
  });
}

/** Scores of the steps that the small model writes by itself, asked before each. */
export async function ownScores(pair: { readonly small: RememberingWriter; readonly large: RememberingWriter }, promptIds: readonly number[], wishes: Omit<ArmWishes, 'item'>): Promise<Scores> {
  const { events } = await runAll(pair, promptIds, { ...baseSettings(wishes), threshold: Infinity });
  const { vocabulary } = pair.small.access.config;
  const probes = events.filter((event): event is ProbeEvent => event.type === 'probe');
  const steps = events.filter((event): event is StepEvent => event.type === 'step');
  const by = (gate: 'entropy' | 'maxProbability' | 'variance', candidates: 'all' | 20): number[] => probes.map(({ glimpse }) => rounded(Math.max(0, gateScore(glimpse, { gate, candidates }, vocabulary)), 6));
  return {
    entropy: by('entropy', 'all'),
    top20: by('entropy', 20),
    maxProbability: by('maxProbability', 'all'),
    variance: by('variance', 'all'),
    stepMean: steps.map(({ entropy }) => rounded(stepMean(entropy), 5)),
    selfCheck: steps.map(({ logProb }) => rounded(Math.max(0, selfDoubt(logProb)), 5)),
  };
}

export function joinScores(parts: readonly Scores[]): Scores {
  const all = (name: keyof Scores): number[] => parts.flatMap((part) => part[name]);
  return { entropy: all('entropy'), top20: all('top20'), maxProbability: all('maxProbability'), variance: all('variance'), stepMean: all('stepMean'), selfCheck: all('selfCheck') };
}

/** Of each step of an item's own solution: first-token entropy and mean entropy of the small model, and mean ln p large - ln p small, nats. */
export interface GivenSteps {
  readonly first: readonly number[];
  readonly mean: readonly number[];
  readonly advantage: readonly number[];
}

/** Scores an item's solution with both models; nothing is written. */
export async function givenSteps({ small, large }: { readonly small: ModelAccess; readonly large: ModelAccess }, tokenizer: Tokenizer, item: StepItem): Promise<GivenSteps> {
  const promptTokens = tokenizer.encode(item.prompt).length;
  const ids = tokenizer.encode(`${item.prompt}${item.steps.join('\n\n')}\n\nanswer: ${item.answer}`);
  const texts = ids.slice(promptTokens).map((id) => tokenizer.tokenText(id));
  const found = stepStartsOf(texts, promptTokens, { kind: 'blank-line' });
  if ('refused' in found) throw new PlaygroundError('internal', found.refused);
  const a = await small.score(ids, ROUTER_AS_TRAINED);
  const b = await large.score(ids, ROUTER_AS_TRAINED);
  const out = { first: [] as number[], mean: [] as number[], advantage: [] as number[] };
  found.tokens.forEach((start, step) => {
    const end = found.tokens[step + 1] ?? ids.length;
    let [nats, more] = [0, 0];
    for (let t = start; t < end; t++) {
      nats += a.entropy[t - 1] ?? 0;
      more += (b.logProb[t] ?? 0) - (a.logProb[t] ?? 0);
    }
    out.first.push(rounded(a.entropy[start - 1] ?? 0, 4));
    out.mean.push(rounded(nats / (end - start), 4));
    out.advantage.push(rounded(more / (end - start), 4));
  });
  return out;
}

/** A question as the model sees it: tokens of prompt and options, the answer of the unchanged model, and runs under a pathway. */
import { PlaygroundError, throwIfCancelled } from '../../base/errors';
import type { ModelAccess } from '../../engine/access';
import type { GradientCapability, PathwayProblem } from '../../engine/gradients';
import { ROUTER_AS_TRAINED, type RoutingPlan } from '../../routing/plan';
import { resolveRule } from '../../routing/resolve';
import { gateProbabilities } from '../../routing/select';
import type { BenchmarkItem, Reference } from './item';
import type { Answer } from './result';
import { itemFault } from './store';

/** Natural-log probabilities of some tokens of a distribution [V]. */
export function logProbabilities(logits: Float32Array, ids: readonly number[]): number[] {
  let most = -Infinity;
  for (const z of logits) most = Math.max(most, z);
  let total = 0;
  for (const z of logits) total += Math.exp(z - most);
  return ids.map((id) => (logits[id] ?? NaN) - most - Math.log(total));
}

function answerOf(logProb: readonly number[]): Answer {
  return { option: logProb.indexOf(Math.max(...logProb)), logProb: Float32Array.from(logProb) };
}

/** Tokens of an option behind a prompt; by itself where the prompt's tokens change with it. */
export async function optionTokens(access: ModelAccess, prompt: string, promptIds: readonly number[], option: string): Promise<readonly number[]> {
  const all = await access.encode(prompt + option);
  const continues = all.length > promptIds.length && promptIds.every((id, i) => all[i] === id);
  return continues ? all.slice(promptIds.length) : access.encode(option);
}

/** The router's distribution over all experts at the last token, in every MoE layer. [L, E] */
async function routerRows(access: ModelAccess, ids: readonly number[], signal: AbortSignal | undefined): Promise<{ router: Float32Array; logits: Float32Array }> {
  const { feedForward } = access.config;
  if (feedForward.kind === 'dense') throw new PlaygroundError('bad-input', 'This model has no experts to re-mix.');
  const { logits, routing } = await access.lastLogits(ids, ROUTER_AS_TRAINED, { routing: true, ...(signal && { signal }) });
  if (routing === undefined) throw new PlaygroundError('internal', 'The engine recorded no routing.');
  const rule = resolveRule(ROUTER_AS_TRAINED, feedForward, { layer: 0, token: 0, promptLength: 1 });
  const size = routing.layers * routing.experts;
  const last = routing.logits.subarray(routing.logits.length - size);
  const router = new Float32Array(size);
  for (let layer = 0; layer < routing.layers; layer++) {
    const at = layer * routing.experts;
    router.set(gateProbabilities(last.subarray(at, at + routing.experts), rule, feedForward.scoring), at);
  }
  return { router, logits };
}

/** Problems that a question keeps; each holds keys and values of its prompts. */
const MOST_KEPT = 16;

/** Made by `openQuestion`; keeps what the engine prepared until `dispose`. */
export class Question {
  #problems = new Map<string, PathwayProblem>();

  constructor(
    private readonly access: ModelAccess,
    readonly item: BenchmarkItem,
    readonly ids: readonly number[],
    /** Tokens of each option. */
    readonly options: readonly (readonly number[])[],
    /** [D] */
    readonly embedding: Float32Array,
    /** [L, E] */
    readonly router: Float32Array,
    /** Of the unchanged model. */
    readonly base: Answer,
  ) {}

  /** MoE layers */
  get layers(): number {
    return this.router.length / this.experts;
  }

  get experts(): number {
    const { feedForward } = this.access.config;
    return feedForward.kind === 'moe' ? feedForward.experts : 0;
  }

  /** Index of the right option; undefined where nobody knows it. */
  get right(): number | undefined {
    const { answer, options } = this.item;
    return answer === undefined ? undefined : options.indexOf(answer);
  }

  /** First token of the right option. */
  get target(): number | undefined {
    return this.right === undefined ? undefined : this.options[this.right]?.[0];
  }

  /** Every option is one token, so that one distribution scores them all. */
  get singleToken(): boolean {
    return this.options.every((tokens) => tokens.length === 1);
  }

  /** Log-probabilities of the options' first tokens in the distribution after the prompt [V]. */
  scoreFirst(logits: Float32Array): number[] {
    return logProbabilities(logits, this.options.map((tokens) => tokens[0] ?? 0));
  }

  /** Answers under any plan; `last` in it is the last prompt token. */
  async answer(plan: RoutingPlan, signal?: AbortSignal): Promise<Answer> {
    const options = signal ? { signal } : {};
    const logits = (await this.access.lastLogits(this.ids, plan, options)).logits;
    if (this.singleToken) return answerOf(this.scoreFirst(logits));
    const last = this.ids.length - 1;
    const fixed: RoutingPlan = { ...plan, entries: plan.entries.map((entry) => (entry.tokens === 'last' ? { ...entry, tokens: [last] } : entry)) };
    const scores: number[] = [];
    for (const tokens of this.options) {
      const { logProb } = await this.access.score([...this.ids, ...tokens], fixed, options);
      scores.push(logProb.subarray(this.ids.length).reduce((a, b) => a + b, 0));
    }
    return answerOf(scores);
  }

  /** The last token as a problem of its own, prepared once for each set of layers. */
  async problem(layers: readonly number[], signal?: AbortSignal): Promise<PathwayProblem> {
    return this.keep(`own ${layers.join()}`, () => gradientsOf(this.access).preparePathways([this.ids], layers, signal));
  }

  /**
   * One last-token pass under a pathway: log-probability of each option's first token, and of the right one as a loss.
   * @param omega [C, E]
   */
  async under(omega: Float32Array, layers: readonly number[], signal?: AbortSignal): Promise<{ logits: Float32Array; optionLogProb: Float32Array; trueLoss?: number }> {
    const problem = await this.problem(layers, signal);
    const { logits, loss } = await problem.evaluate(omega, { targets: [this.target ?? this.options[0]?.[0] ?? 0], ...(signal && { signal }) });
    return { logits, optionLogProb: Float32Array.from(this.scoreFirst(logits)), ...(this.target !== undefined && { trueLoss: loss[0] ?? NaN }) };
  }

  /** What was prepared under a name, or what `prepare` makes. Many sliders moved make many problems: the oldest leave. */
  async keep(name: string, prepare: () => Promise<PathwayProblem>): Promise<PathwayProblem> {
    const known = this.#problems.get(name);
    if (known) return known;
    const made = await prepare();
    this.#problems.set(name, made);
    const [oldest] = this.#problems.keys();
    if (this.#problems.size > MOST_KEPT && oldest !== undefined) {
      this.#problems.get(oldest)?.dispose();
      this.#problems.delete(oldest);
    }
    return made;
  }

  /** Frees all problems; the next call prepares them again. */
  dispose(): void {
    for (const problem of this.#problems.values()) problem.dispose();
    this.#problems = new Map();
  }
}

/** Throws `bad-input` where the engine has none. */
export function gradientsOf(access: ModelAccess): GradientCapability {
  if (access.gradients === undefined) throw new PlaygroundError('bad-input', 'This engine computes no gradients of routing for this model.');
  return access.gradients;
}

/**
 * Reads a question and lets the unchanged model answer it.
 * @throws PlaygroundError `bad-input` for a question without options, or one that is too long
 */
export async function openQuestion(access: ModelAccess, item: BenchmarkItem, signal?: AbortSignal): Promise<Question> {
  const fault = itemFault(item.prompt, item.options, item.answer);
  if (fault !== undefined) throw new PlaygroundError('bad-input', `This question ${fault}`);
  throwIfCancelled(signal);
  const ids = await access.encode(item.prompt);
  const options: (readonly number[])[] = [];
  for (const option of item.options) options.push(await optionTokens(access, item.prompt, ids, option));
  const { router, logits } = await routerRows(access, ids, signal);
  const embedding = await access.embed(ids, signal);
  const first = answerOf(logProbabilities(logits, options.map((tokens) => tokens[0] ?? 0)));
  const question = new Question(access, item, ids, options, embedding, router, first);
  if (question.singleToken) return question;
  return new Question(access, item, ids, options, embedding, router, await question.answer(ROUTER_AS_TRAINED, signal));
}

/**
 * Makes a reference of a labelled question: what the unchanged model answers, its pathway and the embedding.
 * @throws PlaygroundError `bad-input` for a question without answer
 */
export async function measureReference(access: ModelAccess, item: BenchmarkItem, signal?: AbortSignal): Promise<Reference> {
  const { answer } = item;
  if (answer === undefined) throw new PlaygroundError('bad-input', 'This question has no answer: only labelled questions can be references.');
  const { base, right = 0, router, embedding } = await openQuestion(access, item, signal);
  const others = [...base.logProb].filter((_, i) => i !== right);
  return {
    ...item,
    answer,
    baseAnswer: item.options[base.option] ?? '',
    correct: base.option === right,
    margin: (base.logProb[right] ?? NaN) - Math.max(...others),
    pathway: router,
    embedding,
  };
}

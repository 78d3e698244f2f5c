/** C3PO on one question after the other: references, and what was found out about them. */
import { throwIfCancelled } from '../../base/errors';
import type { ModelAccess } from '../../engine/access';
import type { RoutingPlan } from '../../routing/plan';
import { checkSettings } from './check-settings';
import { coreExperts } from './core';
import type { BenchmarkItem, ReferenceStore } from './item';
import { logitSteps } from './logits';
import { modeSteps } from './mode';
import { findNeighbours, MOST_IN_BALL, poolOf, searchIn } from './neighbours';
import { otherTokenSteps } from './other-tokens';
import { descentSteps, regressionSteps } from './pathways';
import { openQuestion, optionTokens, type Question } from './question';
import type { Answer, C3poResult, Neighbour, StepReport } from './result';
import { Meter, type Outcome, type RunContext } from './run';
import type { C3poSettings, RouterShape } from './settings';
import { embeddingDistances } from './space';

export interface RunOptions {
  readonly signal?: AbortSignal;
  /** Also scores the question at every step, which is not part of the method and not of its cost; true when absent. */
  readonly watch?: boolean;
}

/** A reference as the model sees it. */
export interface EncodedReference {
  readonly ids: readonly number[];
  /** First token of the right option. */
  readonly target: number;
}

/** References of one model, through one access to it. */
export class C3poSession {
  readonly #encoded = new Map<number, EncodedReference>();

  constructor(
    readonly access: ModelAccess,
    readonly store: ReferenceStore,
  ) {}

  get shape(): RouterShape {
    const { feedForward } = this.access.config;
    return { layers: this.store.layers, experts: this.store.experts, topK: feedForward.kind === 'moe' ? feedForward.topK : 1 };
  }

  /** Dispose the question when it is done with. Throws `bad-input` for one that cannot be used. */
  open(item: BenchmarkItem, signal?: AbortSignal): Promise<Question> {
    return openQuestion(this.access, item, signal);
  }

  async encode(index: number): Promise<EncodedReference> {
    const known = this.#encoded.get(index);
    if (known) return known;
    const reference = this.store.references[index];
    if (reference === undefined) throw new RangeError(`reference ${index} of ${this.store.references.length}`);
    const ids = await this.access.encode(reference.prompt);
    const [target = 0] = await optionTokens(this.access, reference.prompt, ids, reference.answer);
    const made = { ids, target };
    this.#encoded.set(index, made);
    return made;
  }

  /**
   * Neighbours of a question by its embedding, as every method but mode finding uses them.
   * @throws PlaygroundError `bad-input` for wrong settings or a pool that is too small
   */
  neighbours(question: Question, settings: C3poSettings): Neighbour[] {
    checkSettings(settings, this.shape);
    const distances = embeddingDistances(this.store, question.embedding, settings.distance);
    const pool = poolOf(this.store, question.item, distances.similarity, settings);
    return findNeighbours(this.store, question.item, searchIn(pool, distances, settings.sigma), settings);
  }

  /**
   * Runs a method, step by step.
   * @throws PlaygroundError `bad-input` for settings or a question that the method cannot use; `cancelled`
   */
  async *run(question: Question, settings: C3poSettings, options: RunOptions = {}): AsyncGenerator<StepReport, C3poResult> {
    const { signal, watch = true } = options;
    checkSettings(settings, this.shape);
    throwIfCancelled(signal);
    const { layers } = settings;
    const { experts } = this.shape;
    const router = Float32Array.from(layers.flatMap((layer) => [...question.router.subarray(layer * experts, (layer + 1) * experts)]));
    const core = coreExperts(router, experts, settings.core);
    const meter = new Meter(question.ids.length, this.shape.layers, layers);
    const context: RunContext = { session: this, question, settings, router, core, meter, watch, signal };
    const steps: StepReport[] = [];
    const method = stepsOf(context);
    let step = await method.next();
    for (; step.done !== true; step = await method.next()) {
      steps.push(step.value);
      yield step.value;
    }
    const outcome = step.value;
    const after = await finalAnswer(context, outcome);
    return {
      settings,
      neighbours: outcome.neighbours,
      before: question.base,
      after,
      steps,
      ...(outcome.alpha !== undefined && { alpha: outcome.alpha }),
      core,
      router,
      omega: outcome.omega,
      plan: outcome.plan,
      cost: meter.cost(),
      relativeCost: meter.relative,
      notes: notesOf(context, outcome),
    };
  }
}

function stepsOf(context: RunContext): AsyncGenerator<StepReport, Outcome> {
  const { token, method } = context.settings;
  switch (method) {
    case 'base':
      return unchanged(context);
    case 'mode':
      return modeSteps(context);
    case 'kernelRegression':
      return token.place === 'last' && token.count === 1 ? regressionSteps(context) : otherTokenSteps(context);
    case 'ngd':
    case 'oracle':
      return descentSteps(context);
    case 'ngdLogits':
      return logitSteps(context);
  }
}

// A generator because all methods are; the unchanged model takes no step.
// oxlint-disable-next-line require-yield
async function* unchanged({ router }: RunContext): AsyncGenerator<StepReport, Outcome> {
  return { omega: router, neighbours: [], plan: emptyPlan(), route: 'none' };
}

function emptyPlan(): RoutingPlan {
  return { format: 'moe-plan', version: '1.0', entries: [] };
}

async function finalAnswer({ question, settings, meter, signal }: RunContext, outcome: Outcome): Promise<Answer> {
  switch (outcome.route) {
    case 'none':
      return question.base;
    case 'pathway': {
      meter.lastTokens(1);
      if (!question.singleToken) return question.answer(outcome.plan, signal);
      const { optionLogProb } = await question.under(outcome.omega, settings.layers, signal);
      return { option: optionLogProb.indexOf(Math.max(...optionLogProb)), logProb: optionLogProb };
    }
    case 'plan':
      meter.whole(question.ids.length);
      return question.answer(outcome.plan, signal);
  }
}

function notesOf({ question, settings }: RunContext, { neighbours, notes = [] }: Outcome): string[] {
  const out = [...notes];
  if (!question.singleToken) out.push('Some options are several tokens long: their log-probabilities are added up, and losses and gradients are those of the first token.');
  if (settings.neighbourhood === 'ball' && settings.method !== 'base' && settings.method !== 'oracle') {
    if (neighbours.length === 0) out.push(`No reference lies within ${settings.epsilon} of the question: nothing was changed.`);
    if (neighbours.length === MOST_IN_BALL) out.push(`The ball holds at least ${MOST_IN_BALL} references: the nearest ${MOST_IN_BALL} were used.`);
  }
  return out;
}

/** Runs a method to its end. */
export async function runToEnd(steps: AsyncGenerator<StepReport, C3poResult>): Promise<C3poResult> {
  let step = await steps.next();
  while (step.done !== true) step = await steps.next();
  return step.value;
}

/** A ModelAccess that outlives its engine: calls are made again on the next one, gradient problems are prepared anew there. */
import { PlaygroundError } from '../../base/errors';
import type { ModelAccess } from '../access';
import type { GradientCapability, PathwayProblem, RouterLogitProblem } from '../gradients';
import type { LoadedInfo } from './protocol';

/** The model on the engine that runs now; `generation` counts engines. */
export interface Present {
  readonly generation: number;
  readonly access: ModelAccess;
}

/** Runs work on the present model, and again on the next one where the engine is lost in the middle of it. */
export type OnPresent = <T>(signal: AbortSignal | undefined, work: (present: Present) => Promise<T>) => Promise<T>;

type Problem = PathwayProblem | RouterLogitProblem;

/** A problem on whichever engine runs: what was prepared is kept as the recipe to prepare it. */
class LastingProblem<P extends Problem> {
  #there: { readonly generation: number; readonly problem: Promise<P> } | undefined;
  #disposed = false;

  constructor(
    readonly onPresent: OnPresent,
    readonly prepare: (gradients: GradientCapability, signal: AbortSignal | undefined) => Promise<P>,
  ) {}

  /** Prepares the problem on the present engine, unless it is there. */
  async on({ generation, access }: Present, signal?: AbortSignal): Promise<P> {
    if (this.#there?.generation === generation) return await this.#there.problem;
    if (access.gradients === undefined) throw new PlaygroundError('bad-input', 'The engine that runs now has no gradients for this model.');
    const problem = this.prepare(access.gradients, signal);
    const there = { generation, problem };
    this.#there = there;
    problem.catch(() => {
      if (this.#there === there) this.#there = undefined;
    });
    return await problem;
  }

  async call<T>(signal: AbortSignal | undefined, work: (problem: P) => Promise<T>): Promise<T> {
    if (this.#disposed) throw new PlaygroundError('bad-input', 'This gradient problem was closed: prepare it again.');
    return await this.onPresent(signal, async (present) => await work(await this.on(present, signal)));
  }

  dispose(): void {
    this.#disposed = true;
    this.#there?.problem.then(
      (problem) => problem.dispose(),
      () => undefined,
    );
  }
}

function lastingGradients(onPresent: OnPresent): GradientCapability {
  return {
    preparePathways: async (prompts, layers, signal) => {
      const held = new LastingProblem<PathwayProblem>(onPresent, async (gradients, stop) => await gradients.preparePathways(prompts, layers, stop));
      const { size, experts, router, layers: chosen } = await onPresent(signal, async (present) => await held.on(present, signal));
      return {
        size,
        layers: chosen,
        experts,
        router,
        evaluate: async (omega, request) => await held.call(request.signal, async (problem) => await problem.evaluate(omega, request)),
        dispose: () => held.dispose(),
      };
    },
    prepareRouterLogits: async (sequences, layers, signal) => {
      const held = new LastingProblem<RouterLogitProblem>(onPresent, async (gradients, stop) => await gradients.prepareRouterLogits(sequences, layers, stop));
      const { size, experts, layers: chosen } = await onPresent(signal, async (present) => await held.on(present, signal));
      return {
        size,
        layers: chosen,
        experts,
        evaluate: async (delta, request) => await held.call(request.signal, async (problem) => await problem.evaluate(delta, request)),
        dispose: () => held.dispose(),
      };
    },
  };
}

/** Access to the model that `info` tells of, on whichever engine runs it. */
export function createRecoveringAccess({ config, gradients }: LoadedInfo, onPresent: OnPresent): ModelAccess {
  return {
    config,
    encode: async (text) => await onPresent(undefined, async ({ access }) => await access.encode(text)),
    decode: async (ids) => await onPresent(undefined, async ({ access }) => await access.decode(ids)),
    embed: async (ids, signal) => await onPresent(signal, async ({ access }) => await access.embed(ids, signal)),
    lastLogits: async (ids, plan, options = {}) => await onPresent(options.signal, async ({ access }) => await access.lastLogits(ids, plan, options)),
    score: async (ids, plan, options = {}) => await onPresent(options.signal, async ({ access }) => await access.score(ids, plan, options)),
    generate: async (ids, plan, maxNewTokens, sampling, options = {}) => await onPresent(options.signal, async ({ access }) => await access.generate(ids, plan, maxNewTokens, sampling, options)),
    write: async (ids, plan, request, options = {}) => await onPresent(options.signal, async ({ access }) => await access.write(ids, plan, request, options)),
    gradients: gradients ? lastingGradients(onPresent) : undefined,
    dispose: () => {
      // What a lost engine kept is gone with it; that none runs is no fault.
      onPresent(undefined, async ({ access }) => Promise.resolve(access.dispose())).catch(() => undefined);
    },
  };
}

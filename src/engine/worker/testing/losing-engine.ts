/** The reference engine under the page's names, which loses its device at chosen calls. */
import { PlaygroundError } from '../../../base/errors';
import type { Engine, LoadedModel, Sequence } from '../../engine';
import type { GradientCapability } from '../../gradients';
import { createReferenceEngine } from '../../reference/engine';
import type { CreateEngine } from '../choose';

/** Calls of `append`, `decode` and `evaluate`, counted over all engines from 1 on. */
export interface LossPlan {
  calls: number;
  /** Calls at which the device is lost, ascending. */
  readonly at: Set<number>;
  /** Engines that were opened, and the form asked for. */
  readonly opened: string[];
}

export function lossPlan(...at: readonly number[]): LossPlan {
  return { calls: 0, at: new Set(at), opened: [] };
}

export function losingEngine(plan: LossPlan, refuse: (opened: number) => PlaygroundError | undefined = () => undefined): CreateEngine {
  const strike = async <T>(work: () => Promise<T>): Promise<T> => {
    plan.calls += 1;
    if (plan.at.has(plan.calls)) throw new PlaygroundError('device-lost', 'The GPU went away (a test).');
    return await work();
  };
  const sequenceOf = (sequence: Sequence): Sequence =>
    new Proxy(sequence, {
      get: (target, key) => {
        const value: unknown = Reflect.get(target, key, target);
        if (typeof value !== 'function') return value;
        const bound = value.bind(target) as (...all: readonly unknown[]) => unknown;
        if (key === 'append' || key === 'decode') return async (...all: readonly unknown[]) => await strike(async () => await bound(...all));
        if (key === 'fork') return async () => sequenceOf((await bound()) as Sequence);
        return bound;
      },
    });
  const gradientsOf = (gradients: GradientCapability): GradientCapability => ({
    ...gradients,
    preparePathways: async (...all) => {
      const problem = await gradients.preparePathways(...all);
      return { ...problem, size: problem.size, layers: problem.layers, experts: problem.experts, router: problem.router, evaluate: async (...request) => await strike(async () => await problem.evaluate(...request)), dispose: () => problem.dispose() };
    },
  });
  return async (backend, form) => {
    plan.opened.push(form === undefined ? backend : `${backend} ${form}`);
    const refused = refuse(plan.opened.length);
    if (refused !== undefined) throw refused;
    const real = createReferenceEngine();
    const load: Engine['load'] = async (...all): Promise<LoadedModel> => {
      const model = await real.load(...all);
      return { ...model, createSequence: async (capacity) => sequenceOf(await model.createSequence(capacity)), gradients: model.gradients && gradientsOf(model.gradients) };
    };
    return { info: { backend, adapter: 'of a test', software: false, forms: 'tiled kernels', ...(backend === 'webgpu' ? { form: 'tiled' } : {}) }, load, dispose: () => real.dispose() };
  };
}

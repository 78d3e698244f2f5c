/** A ModelAccess for the page: every call goes to the worker, gradient problems by number. */
import { PlaygroundError } from '../../base/errors';
import type { AccessOptions, ModelAccess, ScoreOptions } from '../access';
import type { GradientCapability, PathwayProblem, RouterLogitProblem } from '../gradients';
import type { AccessCall, AccessCalls, AccessName, PreparedProblem } from './access-protocol';
import type { LoadedInfo } from './protocol';

/** Sends one call to the worker that holds the model. Rejects with a PlaygroundError. */
export type Send = <N extends AccessName>(name: N, request: AccessCalls[N]['request'], signal?: AbortSignal) => Promise<AccessCalls[N]['answer']>;

/** Frees on the other side; that it is gone already is no fault. */
function forget(call: Promise<unknown>): void {
  call.catch(() => undefined);
}

/** A problem of the worker. After `dispose` its calls reject at once. */
class Held {
  #disposed = false;

  constructor(
    readonly send: Send,
    readonly prepared: PreparedProblem,
  ) {}

  async call<N extends AccessName>(name: N, request: AccessCalls[N]['request'], signal: AbortSignal | undefined): Promise<AccessCalls[N]['answer']> {
    if (this.#disposed) throw new PlaygroundError('bad-input', 'This gradient problem was closed: prepare it again.');
    return await this.send(name, request, signal);
  }

  dispose(): void {
    if (this.#disposed) return;
    this.#disposed = true;
    forget(this.send('disposeProblem', { problem: this.prepared.problem }));
  }
}

function remotePathways(send: Send, prepared: PreparedProblem): PathwayProblem {
  const held = new Held(send, prepared);
  const { problem, size, layers, experts, router } = prepared;
  return {
    size,
    layers,
    experts,
    router,
    evaluate: async (omega, { signal, ...request }) => await held.call('evaluatePathways', { problem, omega, request }, signal),
    dispose: () => held.dispose(),
  };
}

function remoteRouterLogits(send: Send, prepared: PreparedProblem): RouterLogitProblem {
  const held = new Held(send, prepared);
  const { problem, size, layers, experts } = prepared;
  return {
    size,
    layers,
    experts,
    evaluate: async (delta, { gradient, signal }) => await held.call('evaluateRouterLogits', { problem, delta, gradient }, signal),
    dispose: () => held.dispose(),
  };
}

function remoteGradients(send: Send): GradientCapability {
  return {
    preparePathways: async (prompts, layers, signal) => remotePathways(send, await send('preparePathways', { prompts, layers }, signal)),
    prepareRouterLogits: async (sequences, layers, signal) => remoteRouterLogits(send, await send('prepareRouterLogits', { sequences, layers }, signal)),
  };
}

/** Access to the model that `info` tells of. Once another model is loaded its calls reject with `bad-input`. */
export function createRemoteAccess({ config, gradients }: LoadedInfo, send: Send): ModelAccess {
  const routed = ({ routing = false }: AccessOptions): { readonly routing: boolean } => ({ routing });
  const watched = ({ watch }: ScoreOptions): { readonly watch?: readonly (readonly number[])[] } => (watch === undefined ? {} : { watch });
  return {
    config,
    encode: async (text) => await send('encode', { text }),
    decode: async (ids) => await send('decode', { ids }),
    embed: async (ids, signal) => await send('embed', { ids }, signal),
    lastLogits: async (ids, plan, options = {}) => await send('lastLogits', { ids, plan, ...routed(options) }, options.signal),
    score: async (ids, plan, options = {}) => await send('score', { ids, plan, ...routed(options), ...watched(options) }, options.signal),
    generate: async (ids, plan, maxNewTokens, sampling, options = {}) => await send('generate', { ids, plan, maxNewTokens, sampling, ...routed(options) }, options.signal),
    write: async (ids, plan, request, options = {}) => await send('write', { ids, plan, request, ...routed(options) }, options.signal),
    gradients: gradients ? remoteGradients(send) : undefined,
    dispose: () => forget(send('release', {})),
  };
}

/** A call as the message carries it. */
export function callOf<N extends AccessName>(name: N, request: AccessCalls[N]['request']): AccessCall {
  return { name, request } as AccessCall;
}

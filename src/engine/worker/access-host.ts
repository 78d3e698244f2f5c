/** The worker's side of a ModelAccess: runs calls on the model at hand, and keeps its gradient problems by number. */
import { PlaygroundError } from '../../base/errors';
import type { Checkpoint } from '../../model/checkpoint';
import { parsePlan } from '../../routing/parse';
import { accessOf, type AccessOptions } from '../access';
import type { LoadedModel } from '../engine';
import type { GradientCapability, PathwayProblem, RouterLogitProblem } from '../gradients';
import type { AccessAnswer, AccessCall, PreparedProblem } from './access-protocol';
import { routerShape } from './router-shape';

/** An answer, and the buffers in it that nobody here needs any more. */
export interface Answered {
  readonly answer: AccessAnswer;
  readonly transfer: readonly ArrayBufferLike[];
}

export interface AccessHost {
  /** Rejects with what the model throws, and `bad-input` for plans and problems that are not there. */
  run(call: AccessCall, signal: AbortSignal): Promise<Answered>;
  /** Frees all problems and kept sequences. */
  release(): void;
}

export function createAccessHost({ config, tokenizer }: Checkpoint, model: LoadedModel): AccessHost {
  const access = accessOf(model, tokenizer);
  const pathways = new Map<number, PathwayProblem>();
  const routerLogits = new Map<number, RouterLogitProblem>();
  let nextProblem = 1;

  const gradients = (): GradientCapability => {
    if (access.gradients === undefined) throw new PlaygroundError('bad-input', 'This engine has no gradients for this model.');
    return access.gradients;
  };
  const found = <T>(problem: T | undefined): T => {
    if (problem === undefined) throw new PlaygroundError('bad-input', 'This gradient problem is no longer there: prepare it again.');
    return problem;
  };
  const keep = <T extends PathwayProblem | RouterLogitProblem>(problems: Map<number, T>, made: T, router: Float32Array): PreparedProblem => {
    const problem = nextProblem++;
    problems.set(problem, made);
    return { problem, size: made.size, layers: made.layers, experts: made.experts, router };
  };
  const options = (routing: boolean, signal: AbortSignal): AccessOptions => ({ routing, signal });
  const release = (): void => {
    for (const problem of [...pathways.values(), ...routerLogits.values()]) problem.dispose();
    pathways.clear();
    routerLogits.clear();
    access.dispose();
  };

  const run = async (call: AccessCall, signal: AbortSignal): Promise<Answered> => {
    const plain = (answer: AccessAnswer): Answered => ({ answer, transfer: [] });
    switch (call.name) {
      case 'encode':
        return plain(await access.encode(call.request.text));
      case 'decode':
        return plain(await access.decode(call.request.ids));
      case 'embed': {
        const answer = await access.embed(call.request.ids, signal);
        return { answer, transfer: [answer.buffer] };
      }
      case 'lastLogits': {
        const { ids, plan, routing } = call.request;
        const answer = await access.lastLogits(ids, parsePlan(plan, routerShape(config)), options(routing, signal));
        // The routing is shared with what is kept for the next call, so it is copied.
        return { answer, transfer: [answer.logits.buffer] };
      }
      case 'score': {
        const { ids, plan, routing, watch } = call.request;
        return plain(await access.score(ids, parsePlan(plan, routerShape(config)), { ...options(routing, signal), ...(watch === undefined ? {} : { watch }) }));
      }
      case 'generate': {
        const { ids, plan, routing, maxNewTokens, sampling } = call.request;
        return plain(await access.generate(ids, parsePlan(plan, routerShape(config)), maxNewTokens, sampling, options(routing, signal)));
      }
      case 'write': {
        const { ids, plan, routing, request } = call.request;
        return plain(await access.write(ids, parsePlan(plan, routerShape(config)), request, options(routing, signal)));
      }
      case 'preparePathways': {
        const problem = await gradients().preparePathways(call.request.prompts, call.request.layers, signal);
        return plain(keep(pathways, problem, problem.router));
      }
      case 'prepareRouterLogits': {
        const problem = await gradients().prepareRouterLogits(call.request.sequences, call.request.layers, signal);
        return plain(keep(routerLogits, problem, new Float32Array()));
      }
      case 'evaluatePathways': {
        const { problem, omega, request } = call.request;
        const answer = await found(pathways.get(problem)).evaluate(omega, { ...request, signal });
        return { answer, transfer: [answer.logits.buffer, answer.loss.buffer, ...(answer.gradient ? [answer.gradient.buffer] : [])] };
      }
      case 'evaluateRouterLogits': {
        const { problem, delta, gradient } = call.request;
        const answer = await found(routerLogits.get(problem)).evaluate(delta, { gradient, signal });
        return { answer, transfer: [answer.loss.buffer, ...(answer.gradient ? [answer.gradient.buffer] : [])] };
      }
      case 'disposeProblem': {
        const { problem } = call.request;
        (pathways.get(problem) ?? routerLogits.get(problem))?.dispose();
        pathways.delete(problem);
        routerLogits.delete(problem);
        return plain(undefined);
      }
      case 'release':
        release();
        return plain(undefined);
    }
  };

  return { run, release };
}

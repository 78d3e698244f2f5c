/**
 * Kernel regression for other tokens than the last one. References store the last token's pathway only, so the neighbours' own
 * pathways at the same places of their prompts are recorded here; and there is no gradient, so nothing else than this can be done.
 */
import type { AccessOptions } from '../../engine/access';
import { ROUTER_AS_TRAINED, type PlanEntry, type RoutingPlan } from '../../routing/plan';
import { resolveRule } from '../../routing/resolve';
import { gateProbabilities } from '../../routing/select';
import { coreExperts, CorePathway, rowChange } from './core';
import { ALPHAS } from './pathways';
import { logProbabilities } from './question';
import type { StepReport } from './result';
import type { Outcome, RunContext } from './run';
import type { TokenChoice } from './settings';

/** Positions in a prompt of T tokens, ascending; fewer where the prompt is shorter. The middle ones start at floor((T - count) / 2). */
export function tokenPositions({ place, count }: TokenChoice, length: number): number[] {
  const n = Math.min(count, length);
  const start = { first: 0, middle: Math.floor((length - n) / 2), last: length - n }[place];
  return Array.from({ length: n }, (_, i) => start + i);
}

/** The router's distributions of a prompt at some positions. [positions][C * E] */
async function pathwaysAt({ session, settings, signal }: RunContext, ids: readonly number[], positions: readonly number[]): Promise<Float64Array[]> {
  const { feedForward } = session.access.config;
  if (feedForward.kind === 'dense') throw new TypeError('a dense model has no pathways');
  const { routing } = await session.access.lastLogits(ids, ROUTER_AS_TRAINED, { routing: true, ...(signal && { signal }) });
  if (routing === undefined) throw new TypeError('no routing was recorded');
  const rule = resolveRule(ROUTER_AS_TRAINED, feedForward, { layer: 0, token: 0, promptLength: 1 });
  const { layers, experts } = routing;
  return positions.map((position) => {
    const out = new Float64Array(settings.layers.length * experts);
    settings.layers.forEach((layer, c) => {
      const at = (position * layers + layer) * experts;
      out.set(gateProbabilities(routing.logits.subarray(at, at + experts), rule, feedForward.scoring), c * experts);
    });
    return out;
  });
}

/** Puts a pathway in the router's place at each position. */
function planAt(omegas: readonly Float64Array[], positions: readonly number[], layers: readonly number[], experts: number): RoutingPlan {
  const entries = positions.flatMap((position, n) =>
    layers.map((layer, c): PlanEntry => ({ layers: [layer], tokens: [position], override: [...(omegas[n] ?? new Float64Array()).subarray(c * experts, (c + 1) * experts)] })),
  );
  return { format: 'moe-plan', version: '1.0', entries };
}

export async function* otherTokenSteps(context: RunContext): AsyncGenerator<StepReport, Outcome> {
  const { session, question, settings, meter, watch, signal } = context;
  const { layers, token, core: coreSize, projection } = settings;
  const { experts } = question;
  const options: AccessOptions = signal ? { signal } : {};
  const neighbours = session.neighbours(question, settings);
  const positions = tokenPositions(token, question.ids.length);
  const own = await pathwaysAt(context, question.ids, positions);
  const encoded = await Promise.all(neighbours.map(({ index }) => session.encode(index)));
  const theirs: { positions: number[]; omegas: Float64Array[] }[] = [];
  for (const { ids } of encoded) {
    const places = tokenPositions(token, ids.length);
    theirs.push({ positions: places, omegas: await pathwaysAt(context, ids, places) });
  }
  const tokens = encoded.reduce((sum, { ids }) => sum + ids.length, 0);
  meter.prompts(tokens);
  const mixed = (alpha: number): Float64Array[] =>
    own.map((start, n) => {
      if (neighbours.length === 0) return start;
      const pathway = new CorePathway(start, experts, coreExperts(start, experts, coreSize), projection);
      const mean = new Float64Array(start.length);
      // A shorter neighbour lends its last place to those that it lacks.
      neighbours.forEach(({ weight }, b) => (theirs[b]?.omegas[n] ?? theirs[b]?.omegas.at(-1) ?? start).forEach((value, i) => (mean[i] = (mean[i] ?? 0) + weight * value)));
      pathway.moveTo(mean.map((value, i) => alpha * (start[i] ?? 0) + (1 - alpha) * value));
      return pathway.omega;
    });
  const lossOf = async (omegas: readonly Float64Array[]): Promise<number> => {
    meter.whole(tokens);
    let total = 0;
    for (const [b, { ids, target }] of encoded.entries()) {
      const { logits } = await session.access.lastLogits(ids, planAt(omegas, theirs[b]?.positions ?? [], layers, experts), options);
      total -= (neighbours[b]?.weight ?? 0) * (logProbabilities(logits, [target])[0] ?? 0);
    }
    return total;
  };
  const lastOf = (omegas: readonly Float64Array[]): Float32Array => Float32Array.from(omegas.at(-1) ?? []);
  const report = async (step: number, steps: number, omegas: readonly Float64Array[], surrogateLoss?: number): Promise<StepReport> => {
    const answer = watch ? await question.answer(planAt(omegas, positions, layers, experts), signal) : undefined;
    const trueLoss = question.singleToken && question.right !== undefined ? answer?.logProb[question.right] : undefined;
    const omega = lastOf(omegas);
    return {
      step,
      steps,
      ...(surrogateLoss !== undefined && { surrogateLoss }),
      ...(trueLoss !== undefined && { trueLoss: -trueLoss }),
      omega,
      change: rowChange(omega, lastOf(own), experts),
      ...(answer && { optionLogProb: answer.logProb }),
      cost: meter.cost(),
    };
  };
  const outcome = (alpha: number): Outcome => {
    const omegas = mixed(alpha);
    return { omega: lastOf(omegas), neighbours, plan: planAt(omegas, positions, layers, experts), route: 'plan', alpha, notes: ['Weights and differences shown are those of the last of the chosen tokens.'] };
  };
  if (settings.alphaRegression !== 'search' || neighbours.length === 0) {
    const alpha = settings.alphaRegression === 'search' ? 1 : settings.alphaRegression;
    yield await report(0, 1, own);
    yield await report(1, 1, mixed(alpha));
    return outcome(alpha);
  }
  let best = { alpha: 1, loss: Infinity };
  for (const [step, alpha] of ALPHAS.entries()) {
    const omegas = alpha === 1 ? own : mixed(alpha);
    const loss = await lossOf(omegas);
    if (loss < best.loss) best = { alpha, loss };
    yield await report(step, ALPHAS.length, omegas, loss);
  }
  yield await report(ALPHAS.length, ALPHAS.length, mixed(best.alpha), best.loss);
  return outcome(best.alpha);
}

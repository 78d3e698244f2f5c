/** One cycle of online rerouting on a given context, and a whole run that writes text between its cycles. */
import { PlaygroundError } from '../../base/errors';
import type { ModelAccess } from '../../engine/access';
import type { Sampling } from '../../engine/engine';
import { ROUTER_AS_TRAINED } from '../../routing/plan';
import { changedLayers, deltaPlan, noDelta, rowsOf, type Delta } from './delta';
import { chooseLayers, layerConfidence } from './layers';
import { descend, type RerouteStep } from './optimise';
import { checkRerouting, type ReroutingSettings } from './settings';

/** Work in tokens times layers; a backward pass counts as two. */
export interface RerouteCost {
  readonly forward: number;
  readonly backward: number;
  readonly milliseconds: number;
}

export interface CycleReport {
  readonly cycle: number;
  /** Tokens that the loss was taken over, the first one only as context. */
  readonly context: number;
  /** C_l of the unchanged model on this context. [L] */
  readonly confidence: readonly number[];
  /** Layers that were updated, ascending. */
  readonly layers: readonly number[];
  /** Before the first step, and after each. */
  readonly steps: readonly RerouteStep[];
  readonly delta: Delta;
  /** Of the steps and the pass that chose the layers; held-out tokens are not counted. */
  readonly cost: RerouteCost;
}

export interface CycleRequest {
  readonly settings: ReroutingSettings;
  /** Tokens of `ids` that are the context; those after it are held out and their loss is reported. All when absent. */
  readonly context?: number;
  readonly cycle?: number;
  /** Values of the cycle before. */
  readonly before?: Delta;
  readonly observe?: (step: RerouteStep) => void;
  readonly signal?: AbortSignal;
}

/** Weights that make a sum of losses the mean over predictions of tokens `from` to `to` - 1. */
export function meanWeights(length: number, from: number, to: number): number[] {
  const first = Math.max(1, from);
  const count = to - first;
  return Array.from({ length }, (_, t) => (t + 1 >= first && t + 1 < to ? 1 / count : 0));
}

/**
 * Fits added logits to a context. Keys and values are those of the full pass under the new logits in every step.
 * @param ids whole text; what follows the context is never part of the loss
 * @throws PlaygroundError `bad-input` for settings or a context that cannot be, or a model without gradients; `cancelled`
 */
export async function rerouteCycle(access: ModelAccess, ids: readonly number[], request: CycleRequest): Promise<CycleReport> {
  const { settings, context = ids.length, cycle = 0, observe, signal } = request;
  checkRerouting(settings);
  const { gradients, config } = access;
  if (gradients === undefined || config.feedForward.kind !== 'moe') throw new PlaygroundError('bad-input', 'This model offers no gradients of its routing, so it cannot be rerouted.');
  if (context < 2 || context > ids.length) throw new PlaygroundError('bad-input', `A context of ${context} tokens cannot be used: at least 2 are needed, and the text has ${ids.length}.`);
  const started = performance.now();
  const options = signal ? { signal } : {};
  const read = ids.slice(0, context);
  const { routing } = await access.score(read, ROUTER_AS_TRAINED, { routing: true, ...options });
  if (routing === undefined) throw new PlaygroundError('bad-input', 'This model has no routers, so it cannot be rerouted.');
  const confidence = layerConfidence(routing);
  const before = request.before !== undefined && settings.warmStart ? request.before : noDelta(routing.layers, routing.experts);
  const chosen = chooseLayers(confidence, settings);
  const layers = [...new Set([...chosen.map(({ layer }) => layer), ...changedLayers(before)])].sort((a, b) => a - b);
  const problem = await gradients.prepareRouterLogits([{ ids: read, weights: meanWeights(context, 1, context) }], layers, signal);
  const rest = ids.length > context ? await gradients.prepareRouterLogits([{ ids, weights: meanWeights(ids.length, context, ids.length) }], layers, signal) : undefined;
  let waited = 0;
  try {
    const result = await descend(problem, rowsOf(before, layers), {
      settings,
      weights: layers.map((layer) => chosen.find((one) => one.layer === layer)?.weight ?? 0),
      ...(observe ? { observe } : {}),
      ...(rest ? { heldOut: async (delta: Float32Array) => {
        const from = performance.now();
        const { loss } = await rest.evaluate(delta, { gradient: false, ...options });
        waited += performance.now() - from;
        return loss[0] ?? NaN;
      } } : {}),
      ...options,
    });
    const values = before.values.slice();
    layers.forEach((layer, c) => values.set(result.delta.subarray(c * routing.experts, (c + 1) * routing.experts), layer * routing.experts));
    const above = routing.layers - (layers[0] ?? 0);
    return {
      cycle,
      context,
      confidence,
      layers: chosen.map(({ layer }) => layer),
      steps: result.steps,
      delta: { layers: routing.layers, experts: routing.experts, values },
      cost: { forward: context * (routing.layers + (routing.layers - above) + above * (settings.steps + 1)), backward: 2 * context * above * settings.steps, milliseconds: performance.now() - started - waited },
    };
  } finally {
    problem.dispose();
    rest?.dispose();
  }
}

export type RerouteEvent =
  | { readonly type: 'step'; readonly cycle: number; readonly context: number; readonly step: RerouteStep }
  | { readonly type: 'cycle'; readonly report: CycleReport }
  | { readonly type: 'tokens'; readonly ids: readonly number[] };

export interface RerouteResult {
  /** Prompt and what was written. */
  readonly ids: readonly number[];
  readonly cycles: readonly CycleReport[];
}

/**
 * Reroutes after the prompt, writes `interval` tokens, reroutes on all that stands there, and so on. The logits hold for all
 * tokens, so keys and values are made anew after every cycle. `before` holds the logits of an earlier text, where there is one.
 */
export async function rerouteText(access: ModelAccess, prompt: readonly number[], maxNewTokens: number, sampling: Sampling, request: { readonly settings: ReroutingSettings; readonly before?: Delta; readonly observe?: (event: RerouteEvent) => void; readonly signal?: AbortSignal }): Promise<RerouteResult> {
  const { settings, observe, signal } = request;
  const options = signal ? { signal } : {};
  const cycles: CycleReport[] = [];
  let ids = [...prompt];
  while (true) {
    const before = cycles.at(-1)?.delta ?? request.before;
    const cycle = cycles.length;
    const context = ids.length;
    const report = await rerouteCycle(access, ids, { settings, cycle, ...(before ? { before } : {}), observe: (step) => observe?.({ type: 'step', cycle, context, step }), ...options });
    cycles.push(report);
    observe?.({ type: 'cycle', report });
    const left = maxNewTokens - (ids.length - prompt.length);
    if (left <= 0) return { ids, cycles };
    const written = await access.generate(ids, deltaPlan(report.delta), Math.min(settings.interval, left), sampling, options);
    ids = [...ids, ...written.ids];
    observe?.({ type: 'tokens', ids });
    if (written.reason !== 'length' || ids.length - prompt.length >= maxNewTokens) return { ids, cycles };
  }
}

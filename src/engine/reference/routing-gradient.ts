/** One prompt or one text: its loss under a change of routing, and the gradient with respect to that change, in float64. */
import type { MoeFeedForward } from '../../model/config';
import { ROUTER_AS_TRAINED, type RoutingRule } from '../../routing/plan';
import { resolveRule } from '../../routing/resolve';
import { gateProbabilities } from '../../routing/select';
import type { PathwayRequest, WeightedSequence } from '../gradients';
import type { LayerCache } from './attention';
import type { Breath } from '../breath';
import { forwardToken, type ReferenceModel } from './forward';
import { runHead, runTail, tailBackward, type Tail } from './tape';

export interface Prepared {
  readonly tail: Tail;
  /** The router's own distribution at the last token in the chosen layers. [C, E] */
  readonly router: Float64Array;
}

/** What a choice of layers needs of a model. */
export class Preparation {
  readonly rule: RoutingRule;

  constructor(
    readonly model: ReferenceModel,
    readonly settings: MoeFeedForward,
    readonly layers: readonly number[],
  ) {
    this.rule = resolveRule(ROUTER_AS_TRAINED, settings, { layer: 0, token: 0, promptLength: 1 });
  }

  get first(): number {
    return this.layers[0] ?? 0;
  }

  get each(): number {
    return this.layers.length * this.settings.experts;
  }

  /** Runs a text as trained. @param active tokens at its end that will be run again */
  async prepare(ids: readonly number[], active: number, breath: Breath): Promise<Prepared> {
    const { model, first, settings, layers } = this;
    const { config } = model;
    const size = ids.length * config.kvHeads * config.headDim;
    const caches: LayerCache[] = Array.from({ length: config.layers }, () => ({ keys: new Float64Array(size), values: new Float64Array(size) }));
    const rules = Array.from({ length: config.layers }, () => this.rule);
    const from = ids.length - active;
    const inputs: Float64Array[] = [];
    const router = new Float64Array(this.each);
    for (const [position, id] of ids.entries()) {
      await breath.take();
      const { routed } = forwardToken(model, id, position, caches, rules, (layer, x) => {
        if (layer === first - 1 && position >= from) inputs.push(x.slice());
      });
      if (position === ids.length - 1) layers.forEach((layer, c) => router.set(gateProbabilities(routed[layer]?.logits ?? [], this.rule, settings.scoring), c * settings.experts));
    }
    return { tail: { first, from, inputs, caches: caches.slice(first) }, router };
  }

  /** Row of a [C, E] array for a layer, or undefined for a layer that was not chosen. */
  row(values: Float64Array, layer: number): number[] | undefined {
    const c = this.layers.indexOf(layer);
    return c === -1 ? undefined : [...values.subarray(c * this.settings.experts, (c + 1) * this.settings.experts)];
  }
}

/** One prompt in float64. @param omega [C, E] @returns gradient [C, E], zeros where none was asked for */
export function pathwayGradient(preparation: Preparation, tail: Tail, omega: Float64Array, target: number, asked: PathwayRequest['gradient']): { loss: number; logits: Float64Array; gradient: Float64Array } {
  const { model, layers, settings, rule } = preparation;
  const run = runTail(model, tail, (layer) => {
    const override = preparation.row(omega, layer);
    return override === undefined ? rule : { ...rule, override };
  });
  const output = run.outputs[0] as Float64Array;
  const after = runHead(model, output, target);
  const { logits, loss } = after;
  const gradient = new Float64Array(preparation.each);
  if (asked) {
    const dx = new Float64Array(model.config.width);
    after.backward(1, dx);
    const core = (layer: number): readonly number[] => asked.core[layers.indexOf(layer)] ?? [];
    const wanted = asked.membership === 'straight-through' ? core : () => [];
    tailBackward(model, tail, run, [dx], wanted, (layer, _, { prob }) => {
      const c = layers.indexOf(layer);
      if (c !== -1) for (const e of core(layer)) gradient[c * settings.experts + e] = prob[e] as number;
    });
  }
  return { loss, logits, gradient };
}

/** One sequence in float64. @param delta [C, E] @returns gradient [C, E], zeros where none was asked for */
export function logitGradient(preparation: Preparation, tail: Tail, delta: Float64Array, { ids, weights }: WeightedSequence, wanted: boolean): { loss: number; gradient: Float64Array } {
  const { model, layers, settings, rule } = preparation;
  const run = runTail(model, tail, (layer) => {
    const bias = preparation.row(delta, layer);
    return bias === undefined ? rule : { ...rule, bias };
  });
  const gradient = new Float64Array(preparation.each);
  const dOutputs = run.outputs.map(() => new Float64Array(model.config.width));
  let loss = 0;
  run.outputs.forEach((output, t) => {
    const weight = weights[t] as number;
    if (weight === 0) return;
    const after = runHead(model, output, ids[t + 1] as number);
    loss += weight * after.loss;
    if (wanted) after.backward(weight, dOutputs[t] as Float64Array);
  });
  if (wanted) {
    tailBackward(model, tail, run, dOutputs, () => [], (layer, _, { logits }) => {
      const c = layers.indexOf(layer);
      if (c === -1 || logits === undefined) return;
      for (let e = 0; e < settings.experts; e++) gradient[c * settings.experts + e] = (gradient[c * settings.experts + e] as number) + (logits[e] as number);
    });
  }
  return { loss, gradient };
}

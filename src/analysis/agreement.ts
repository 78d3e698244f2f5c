/**
 * Whether two engines agree on one run. A decision (which experts, which token) may differ only where rounding
 * could turn it: where its margin is below a limit. What follows from such a turn is left out of the comparison:
 * after a token all later ones, after an expert the later layers of that token and of those after it.
 */
import type { Trace } from '../trace/trace';
import { gateReader, logitMargin } from './gate';

/** Largest differences that still count as agreement. */
export interface AgreementLimits {
  /** A decision with a margin up to this (router logits, or log-probability of the token) may differ. */
  readonly margin: number;
  /** Share of expert decisions that may differ for that reason. */
  readonly differingShare: number;
  readonly mix: number;
  readonly routerLogits: number;
  readonly nextLogits: number;
  readonly entropyNats: number;
  readonly logProbNats: number;
  readonly topProbability: number;
  /** Relative to the larger norm. */
  readonly outputNorm: number;
}

export const AGREEMENT_LIMITS: AgreementLimits = {
  margin: 1e-3,
  differingShare: 0.002,
  mix: 1e-4,
  routerLogits: 2e-3,
  nextLogits: 2e-3,
  entropyNats: 2e-3,
  logProbNats: 2e-3,
  topProbability: 1e-3,
  outputNorm: 1e-3,
};

/** One line of the report. */
export interface Criterion {
  readonly name: string;
  /** What was measured: a largest absolute difference, a share, or a count. */
  readonly value: number;
  readonly limit: number;
  /** Numbers compared; 0 when neither trace, or only one, recorded them. */
  readonly n: number;
  readonly pass: boolean;
}

/** A decision too close to call. */
export interface CloseDecision {
  readonly token: number;
  /** Layer number of the model; undefined for the choice of the next token. */
  readonly layer: number | undefined;
  readonly margin: number;
  /** Both engines decided alike nevertheless. */
  readonly same: boolean;
}

export interface Agreement {
  readonly pass: boolean;
  readonly criteria: readonly Criterion[];
  readonly close: readonly CloseDecision[];
  readonly tokens: number;
  /** Tokens before the first that legitimately diverged; all of them when none did. */
  readonly tokensCompared: number;
  /** (token, layer) pairs, and how many of them no earlier turn had touched. */
  readonly decisions: number;
  readonly decisionsCompared: number;
}

/** Largest absolute difference seen, and of how many. */
class Difference {
  max = 0;
  n = 0;

  add(a: number | undefined, b: number | undefined): void {
    // Unknown on both sides is agreement, on one side it is not.
    const difference = Number.isNaN(a) && Number.isNaN(b) ? 0 : Math.abs((a ?? NaN) - (b ?? NaN));
    this.max = Number.isNaN(difference) ? Infinity : Math.max(this.max, difference);
    this.n++;
  }

  criterion(name: string, limit: number): Criterion {
    return { name, value: this.max, limit, n: this.n, pass: this.max <= limit };
  }
}

/**
 * Compares two traces of the same run.
 * @returns a report; traces of other models or prompts simply fail it
 */
export function compareTraces(a: Trace, b: Trace, limits: AgreementLimits = AGREEMENT_LIMITS): Agreement {
  const close: CloseDecision[] = [];
  const { compared, wrong } = compareTokens(a, b, limits, close);
  const sameShape = a.model.experts === b.model.experts && a.model.moeLayers.join() === b.model.moeLayers.join();
  const routing = compareRouting(a, b, sameShape ? compared : 0, limits, close);
  const criteria: Criterion[] = [
    { name: 'tokens that differ', value: wrong, limit: 0, n: compared, pass: wrong === 0 },
    { name: 'models that differ', value: sameShape ? 0 : 1, limit: 0, n: 1, pass: sameShape },
    ...routing.criteria,
    ...compareOutput(a, b, routing.cleanOutputs, limits),
  ];
  return {
    pass: criteria.every((criterion) => criterion.pass),
    criteria,
    close,
    tokens: Math.max(a.tokens.ids.length, b.tokens.ids.length),
    tokensCompared: compared,
    decisions: routing.decisions,
    decisionsCompared: routing.compared,
  };
}

/** How many rows are comparable, and how many tokens differ without excuse. */
function compareTokens(a: Trace, b: Trace, limits: AgreementLimits, close: CloseDecision[]): { compared: number; wrong: number } {
  const shorter = Math.min(a.tokens.ids.length, b.tokens.ids.length);
  const longer = Math.max(a.tokens.ids.length, b.tokens.ids.length);
  for (let t = 0; t < shorter; t++) {
    if (a.tokens.ids[t] !== b.tokens.ids[t]) return divergedAt(t);
    const margin = tokenMargin(a, t);
    const next = [a.output.chosen?.[t], b.output.chosen?.[t]];
    const generated = t + 1 >= a.run.promptTokens;
    if (generated && margin <= limits.margin) close.push({ token: t, layer: undefined, margin, same: next[0] === next[1] });
  }
  if (shorter === longer) {
    // The last token's successor is not listed, but both engines chose it.
    const last = shorter - 1;
    const differs = a.output.chosen?.[last] !== b.output.chosen?.[last];
    return { compared: shorter, wrong: differs && tokenMargin(a, last) > limits.margin ? 1 : 0 };
  }
  return { compared: shorter, wrong: longer - shorter };

  function divergedAt(t: number): { compared: number; wrong: number } {
    const excused = t > 0 && t >= a.run.promptTokens && tokenMargin(a, t - 1) <= limits.margin;
    return { compared: t, wrong: excused ? 0 : longer - t };
  }
}

/** Log-probability by which a greedy run preferred its token; a sampled run is decided by the seed, and has no such margin. */
function tokenMargin({ output, run }: Trace, t: number): number {
  const greedy = run.sampling === undefined || run.sampling.temperature === 0;
  if (!greedy || output.top === undefined || output.top.count < 2) return Infinity;
  const at = t * output.top.count;
  return Math.log((output.top.prob[at] ?? 0) / (output.top.prob[at + 1] ?? 0));
}

interface RoutingComparison {
  readonly criteria: readonly Criterion[];
  /** Tokens whose output no turned decision has touched. */
  readonly cleanOutputs: number;
  readonly decisions: number;
  readonly compared: number;
}

function compareRouting(a: Trace, b: Trace, tokens: number, limits: AgreementLimits, close: CloseDecision[]): RoutingComparison {
  const layers = a.model.moeLayers.length;
  const gates = gateReader(a);
  const mix = new Difference();
  const logits = new Difference();
  const norms = new Difference();
  let wrong = 0;
  let turned = 0;
  let compared = 0;
  let cleanLayers = layers;
  let cleanOutputs = 0;
  for (let t = 0; t < tokens; t++) {
    for (let row = 0; row < cleanLayers; row++) {
      compared++;
      const cell = t * layers + row;
      compareRow(a.routing.logits, b.routing.logits, cell, a.model.experts, logits);
      const left = slotsOf(a, cell);
      const right = slotsOf(b, cell);
      const same = left.size === right.size && [...left.keys()].every((expert) => right.has(expert));
      const gate = gates?.(t, row);
      const margin = gate ? logitMargin(gate, left.size) : Infinity;
      if (margin <= limits.margin) close.push({ token: t, layer: a.model.moeLayers[row], margin, same });
      if (same) {
        for (const [expert, slot] of left) compareSlot(slot, right.get(expert) ?? slot);
      } else if (margin <= limits.margin) {
        turned++;
        cleanLayers = row + 1;
      } else wrong++;
    }
    if (cleanLayers === layers) cleanOutputs++;
  }
  return {
    criteria: [
      { name: 'expert choices that differ', value: wrong, limit: 0, n: compared, pass: wrong === 0 },
      { name: 'share of choices turned by rounding', value: compared === 0 ? 0 : turned / compared, limit: limits.differingShare, n: compared, pass: turned <= limits.differingShare * compared },
      mix.criterion('mixing weights', limits.mix),
      logits.criterion('router logits', limits.routerLogits),
      norms.criterion('expert output norms, relative', limits.outputNorm),
    ],
    cleanOutputs,
    decisions: tokens * layers,
    compared,
  };

  function compareSlot(left: number, right: number): void {
    mix.add(a.routing.mix[left], b.routing.mix[right]);
    const [x, y] = [a.routing.outputNorm?.[left], b.routing.outputNorm?.[right]];
    if (x !== undefined && y !== undefined) norms.add(0, x === y ? 0 : (x - y) / Math.max(x, y));
  }
}

/** Chosen experts of one (token, layer) with the index of their slot. */
function slotsOf({ routing }: Trace, cell: number): Map<number, number> {
  const used = routing.count?.[cell] ?? routing.slots;
  const first = cell * routing.slots;
  return new Map(Array.from({ length: used }, (_, i) => [routing.experts[first + i] ?? 0, first + i]));
}

function compareRow(a: ArrayLike<number> | undefined, b: ArrayLike<number> | undefined, row: number, width: number, into: Difference): void {
  if (a === undefined || b === undefined) return;
  for (let i = row * width; i < (row + 1) * width; i++) into.add(a[i], b[i]);
}

function compareOutput(a: Trace, b: Trace, tokens: number, limits: AgreementLimits): Criterion[] {
  const [x, y] = [a.output, b.output];
  const entropy = new Difference();
  const logProb = new Difference();
  const top = new Difference();
  const logits = new Difference();
  const vocabulary = (x.logits?.length ?? 0) / a.tokens.ids.length;
  for (let t = 0; t < tokens; t++) {
    compareRow(x.entropy, y.entropy, t, 1, entropy);
    compareRow(x.logProb, y.logProb, t, 1, logProb);
    compareRow(x.logits, y.logits, t, vocabulary, logits);
    compareCandidates(x.top, y.top, t, top);
  }
  return [
    logits.criterion('next-token logits', limits.nextLogits),
    entropy.criterion('next-token entropy, nats', limits.entropyNats),
    logProb.criterion('log-probability of tokens, nats', limits.logProbNats),
    top.criterion('probability of candidates', limits.topProbability),
  ];
}

/** By id: candidates of nearly equal probability may stand in another order, and the last may drop out of one list. */
function compareCandidates(x: Trace['output']['top'], y: Trace['output']['top'], t: number, into: Difference): void {
  if (x === undefined || y === undefined) return;
  const right = new Map(Array.from({ length: y.count }, (_, i) => [y.ids[t * y.count + i] ?? 0, y.prob[t * y.count + i] ?? 0]));
  const least = y.prob[(t + 1) * y.count - 1] ?? 0;
  for (let i = t * x.count; i < (t + 1) * x.count; i++) into.add(x.prob[i], right.get(x.ids[i] ?? 0) ?? least);
}

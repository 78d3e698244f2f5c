/** What temperature, top-k and top-p make of a recorded next-token distribution. Nothing is run. */
import { CANDIDATES, type Sampling } from '../engine/engine';
import { samplingWeights } from '../engine/sampling';
import type { Trace } from '../trace/trace';

export type CutSetting = Pick<Sampling, 'temperature' | 'topK' | 'topP'>;

export interface SampledView {
  /** Probability with which each token that stays would be drawn, by id. */
  readonly drawn: ReadonlyMap<number, number>;
  /** The model's own probability of all that stay. */
  readonly mass: number;
  /** What ends the list of those that stay; undefined when nothing is cut. */
  readonly cut: 'greedy' | 'top-k' | 'top-p' | undefined;
  /** From the logits of the whole vocabulary, or from a top-k that the listed candidates hold in full. */
  readonly exact: boolean;
  /** Tokens whose probability is known. */
  readonly known: number;
}

/** The logits after a token, as numbers up to a common constant, with the ids that they belong to. */
function known(trace: Trace, token: number): { readonly ids: ArrayLike<number> | undefined; readonly logits: ArrayLike<number>; readonly whole: boolean } | undefined {
  const { logits, top } = trace.output;
  const tokens = trace.tokens.ids.length;
  if (token < 0 || token >= tokens) return undefined;
  if (logits !== undefined) {
    const vocabulary = logits.length / tokens;
    return { ids: undefined, logits: logits.subarray(token * vocabulary, (token + 1) * vocabulary), whole: true };
  }
  if (top === undefined || top.count === 0) return undefined;
  const at = token * top.count;
  return { ids: top.ids.subarray(at, at + top.count), logits: top.prob.slice(at, at + top.count).map((p) => Math.log(Math.max(p, Number.MIN_VALUE))), whole: false };
}

/** The distribution after a token as the settings would draw from it; undefined where the trace lists no candidates. */
export function sampledView(trace: Trace, token: number, setting: CutSetting): SampledView | undefined {
  const row = known(trace, token);
  if (row === undefined) return undefined;
  const { ids, logits, whole } = row;
  const { weights, cut } = samplingWeights(logits, setting);
  let total = 0;
  let all = 0;
  let mass = 0;
  let most = -Infinity;
  for (let i = 0; i < logits.length; i += 1) most = Math.max(most, logits[i] ?? -Infinity);
  for (let i = 0; i < weights.length; i += 1) {
    const p = Math.exp((logits[i] ?? -Infinity) - most);
    all += p;
    if ((weights[i] ?? 0) === 0) continue;
    total += weights[i] ?? 0;
    mass += p;
  }
  const drawn = new Map<number, number>();
  for (let i = 0; i < weights.length; i += 1) {
    const weight = weights[i] ?? 0;
    if (weight > 0) drawn.set(ids?.[i] ?? i, weight / total);
  }
  const exact = whole || setting.temperature === 0 || (setting.topK > 0 && setting.topK <= Math.min(CANDIDATES, logits.length));
  return { drawn, mass: whole ? mass / all : mass * Math.exp(most), cut, exact, known: logits.length };
}

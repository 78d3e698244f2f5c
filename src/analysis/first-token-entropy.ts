/**
 * First-token entropy of steps: H_init of GlimpRouter (https://arxiv.org/abs/2601.05110), the entropy of the
 * distribution from which a step's first token comes. In a trace that is the entropy after the token before it.
 */
import type { Trace } from '../trace/trace';

export interface StepEntropies {
  /** First tokens of the steps whose entropy is known. [n] */
  readonly tokens: Uint32Array;
  /** Nats. [n] */
  readonly nats: Float64Array;
  readonly n: number;
}

/**
 * H_init of each step; steps without a token before them, or without a recorded entropy, are left out.
 * @param candidates entropy of that many likeliest candidates renormalised to 1, as the paper's code takes 20
 * (0 to ln candidates); the whole vocabulary when absent
 */
export function firstTokenEntropies(trace: Trace, starts: Uint32Array, candidates?: number): StepEntropies {
  const known = Array.from(starts, (token) => [token, entropyBefore(trace, token, candidates)] as const).filter(([, nats]) => !Number.isNaN(nats));
  return { tokens: Uint32Array.from(known, ([token]) => token), nats: Float64Array.from(known, ([, nats]) => nats), n: known.length };
}

/** Entropy of the distribution that token `token` was taken from, nats; NaN where unknown. */
export function entropyBefore({ output }: Trace, token: number, candidates?: number): number {
  if (token < 1) return NaN;
  if (candidates === undefined) return output.entropy?.[token - 1] ?? NaN;
  const { top } = output;
  if (top === undefined || top.count < candidates) return NaN;
  const at = (token - 1) * top.count;
  const prob = top.prob.slice(at, at + top.count).sort().subarray(top.count - candidates);
  const sum = prob.reduce((total, p) => total + p, 0);
  return prob.reduce((nats, p) => (p > 0 ? nats - (p / sum) * Math.log(p / sum) : nats), 0);
}

/** Mean of the entropies that the tokens of each step were taken from, nats: known only after the step, so a comparison, no rule. */
export function stepMeanEntropies(trace: Trace, starts: Uint32Array, end: number = trace.tokens.ids.length): StepEntropies {
  const tokens: number[] = [];
  const nats: number[] = [];
  starts.forEach((start, step) => {
    let [sum, n] = [0, 0];
    for (let t = start; t < (starts[step + 1] ?? end); t++) {
      const entropy = entropyBefore(trace, t);
      if (Number.isNaN(entropy)) continue;
      sum += entropy;
      n++;
    }
    if (n === 0) return;
    tokens.push(start);
    nats.push(sum / n);
  });
  return { tokens: Uint32Array.from(tokens), nats: Float64Array.from(nats), n: tokens.length };
}

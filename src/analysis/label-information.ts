/**
 * How much the first-ranked expert of a token tells about its label: mutual information (Shannon), with the same number
 * for shuffled labels beside it, since the estimate is biased upwards by about (labels - 1)(experts - 1) / 2n nats (Miller 1955).
 */
import { uniformAt } from '../base/pcg';
import type { Choices } from './choices';
import type { Labels } from './specialisation';

export interface LabelInformation {
  /** I(label; top-1 expert), 0 to the smaller of the two entropies. */
  readonly nats: number;
  /** Entropy of the labels. */
  readonly labelNats: number;
  /** Mean and largest of `nats` over the shuffles: what chance alone gives for these counts. NaN without shuffles. */
  readonly shuffledMeanNats: number;
  readonly shuffledMaxNats: number;
  readonly shuffles: number;
  /** Tokens with a label and at least one expert. */
  readonly n: number;
}

/**
 * Mutual information of labels and top-1 experts in one layer, and its label-shuffled control. O(shuffles T)
 * @param control the same seed gives the same shuffles
 */
export function labelInformation<T>(choices: Choices, labels: Labels<T>, control: { readonly shuffles: number; readonly seed: number } = { shuffles: 20, seed: 1 }): LabelInformation {
  const pairs: [label: number, expert: number][] = [];
  for (let t = 0; t < choices.tokens; t++) {
    const label = labels.of[t] ?? -1;
    const first = choices.start[t] ?? 0;
    if (label >= 0 && first < (choices.start[t + 1] ?? 0)) pairs.push([label, choices.ids[first] ?? 0]);
  }
  const y = Uint32Array.from(pairs, ([label]) => label);
  const e = Uint32Array.from(pairs, ([, expert]) => expert);
  const counts = new Uint32Array(Math.max(labels.names.length, 1) * choices.experts);
  const labelNats = entropyOf(y, counts);
  const marginals = labelNats + entropyOf(e, counts);
  const joint = new Uint32Array(y.length);
  const information = (): number => {
    for (let i = 0; i < y.length; i++) joint[i] = (y[i] ?? 0) * choices.experts + (e[i] ?? 0);
    return Math.max(0, marginals - entropyOf(joint, counts));
  };
  const nats = information();
  let [sum, max] = [0, NaN];
  for (let s = 0; s < control.shuffles; s++) {
    shuffle(y, control.seed, s * y.length);
    const shuffled = information();
    sum += shuffled;
    max = Number.isNaN(max) ? shuffled : Math.max(max, shuffled);
  }
  return { nats, labelNats, shuffledMeanNats: control.shuffles === 0 ? NaN : sum / control.shuffles, shuffledMaxNats: max, shuffles: control.shuffles, n: y.length };
}

/** Entropy in nats of how often each value occurs; 0 of nothing. `counts` is all 0 before and after, one per possible value. */
function entropyOf(values: Uint32Array, counts: Uint32Array): number {
  for (const value of values) counts[value] = (counts[value] ?? 0) + 1;
  let weighted = 0;
  for (const value of values) {
    const count = counts[value] ?? 0;
    if (count > 0) weighted += count * Math.log(count);
    counts[value] = 0;
  }
  return values.length === 0 ? 0 : Math.log(values.length) - weighted / values.length;
}

/** Fisher-Yates in place, with draws `from` onwards of a seeded stream. */
function shuffle(values: Uint32Array, seed: number, from: number): void {
  for (let i = values.length - 1; i > 0; i--) {
    const j = Math.floor(uniformAt(seed, from + i) * (i + 1));
    const [a, b] = [values[i] ?? 0, values[j] ?? 0];
    values[i] = b;
    values[j] = a;
  }
}

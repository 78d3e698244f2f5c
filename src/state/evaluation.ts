/** What was measured of a checkpoint, as training/evaluate.py writes it beside the weights. Nothing malformed gets through. */
import * as v from 'valibot';
import { Faults } from '../trace/faults';
import { parseJson, refuseHarmful } from '../trace/json';
import { checkAgainst } from '../trace/sentences';

const finite = v.pipe(v.number(), v.finite());
const positive = v.pipe(v.number(), v.finite(), v.minValue(0));
const share = v.pipe(v.number(), v.minValue(0), v.maxValue(1));
const whole = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
/** Absent, or null with the same meaning. */
const maybe = <const S extends v.GenericSchema>(schema: S) => v.exactOptional(v.nullable(schema));

/** A proportion of n items with its 95 % Wilson interval. */
const proportion = { n: whole, accuracy: share, low: v.pipe(v.number(), v.minValue(-1e-9), v.maxValue(1)), high: v.pipe(v.number(), v.minValue(0), v.maxValue(1 + 1e-9)) };
const byTemplate = v.object({ home: v.object(proportion), away: v.object(proportion) });

const schema = v.object({
  model: v.string(),
  sha256: v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/, 'a SHA-256 as 64 lower-case hexadecimal digits')),
  created: v.pipe(v.string(), v.isoTimestamp('a time such as 2026-01-31T12:00:00Z')),
  command: v.string(),
  window: maybe(whole),
  /** Tokens of training text that each model has seen, by the key of its column in `domains`. */
  tokensSeen: maybe(v.record(v.string(), whole)),
  /**
   * Bits per byte of validation text, `low` to `high` its 95 % interval. `peer` is this model after as many tokens as
   * `denseMatch`. `xz` knows only the text, `xzPrimed` and `ngram` the domain's training text.
   */
  domains: v.array(v.object({ domain: v.string(), tokens: whole, bpb: positive, low: maybe(positive), high: maybe(positive), peer: maybe(positive), denseMatch: maybe(positive), denseSmall: maybe(positive), xz: positive, xzPrimed: maybe(positive), ngram: positive })),
  /** Mutual information of domain and first expert, and the mean of it with labels shuffled over windows. */
  specialisation: maybe(v.array(v.object({ layer: whole, miBits: positive, controlBits: positive, ratio: positive, maxBits: positive }))),
  /** Load over validation text, weighted by domain as in training. */
  balance: maybe(v.array(v.object({ layer: whole, load: v.array(share), maxVio: finite, normalisedEntropy: v.pipe(v.number(), v.minValue(0), v.maxValue(1 + 1e-6)), dead: whole }))),
  kSweep: maybe(v.array(v.object({ k: v.pipe(whole, v.minValue(1)), bpb: positive, ...proportion }))),
  /** Level 0 is all levels together; `chance` is the mean of 1 / options, 0 where the answer is written out. */
  families: v.array(v.object({ kind: v.picklist(['single', 'steps']), family: v.string(), template: v.picklist(['home', 'away']), level: whole, ...proportion, chance: share })),
  accuracy: v.object({ single: byTemplate, steps: byTemplate, denseSmallSteps: maybe(byTemplate) }),
  summary: v.object({
    bpbMean: positive,
    bpbXz: maybe(positive),
    bpbNgram: maybe(positive),
    bpbDenseMatch: maybe(positive),
    bpbAtDenseMatchTokens: maybe(positive),
    bpbDenseSmall: maybe(positive),
    miRatioMedian: maybe(positive),
    maxVioMax: maybe(finite),
    deadExperts: maybe(whole),
    homeAccuracy: share,
    awayAccuracy: share,
    /** Accuracy on away items when the pathway is optimised with the answer known. */
    oracleAway: maybe(share),
    oracleAwayLow: maybe(share),
    oracleAwayHigh: maybe(share),
    denseSmallSteps: maybe(share),
    moeSteps: maybe(share),
    worseThanXz: maybe(v.array(v.string())),
    worseThanNgram: maybe(v.array(v.string())),
  }),
});

export type Evaluation = v.InferOutput<typeof schema>;
export type DomainRow = Evaluation['domains'][number];
export type FamilyRow = Evaluation['families'][number];
export type SpecialisationRow = NonNullable<Evaluation['specialisation']>[number];
export type BalanceRow = NonNullable<Evaluation['balance']>[number];
export type SweepRow = NonNullable<Evaluation['kSweep']>[number];
export type Proportion = Evaluation['accuracy']['single']['home'];

export type EvaluationResult = { readonly ok: true; readonly evaluation: Evaluation } | { readonly ok: false; readonly errors: readonly string[] };

/** Reads evaluation.json. On any fault all of them come back as sentences, and no number. */
export function readEvaluation(text: string): EvaluationResult {
  const faults = new Faults();
  const value = parseJson(text, faults);
  if (faults.count === 0) refuseHarmful(value, faults);
  const evaluation = faults.count === 0 ? checkAgainst(schema, value, faults) : undefined;
  if (evaluation !== undefined) checkConsistency(evaluation, faults);
  return evaluation === undefined || faults.count > 0 ? { ok: false, errors: faults.list().map(({ message }) => message) } : { ok: true, evaluation };
}

/** What needs two fields at once: intervals around their value, one load an expert, loads that sum to 1. */
function checkConsistency({ domains, families, balance, kSweep, accuracy }: Evaluation, faults: Faults): void {
  const interval = (path: string, { accuracy: value, low, high }: Proportion): void => {
    if (low > value + 1e-9 || high < value - 1e-9) faults.add(path, `${path} has the accuracy ${value}, which lies outside its own interval ${low} to ${high}.`);
  };
  if (domains.length === 0) faults.add('domains', 'domains is an empty list, but at least one domain must be measured.');
  families.forEach((row, i) => interval(`families[${i}]`, row));
  domains.forEach(({ bpb, low, high }, i) => {
    if ((low ?? bpb) > bpb || (high ?? bpb) < bpb) faults.add(`domains[${i}]`, `domains[${i}] has ${bpb} bits per byte, which lies outside its own interval ${low} to ${high}.`);
  });
  kSweep?.forEach((row, i) => interval(`kSweep[${i}]`, row));
  for (const kind of ['single', 'steps'] as const) for (const template of ['home', 'away'] as const) interval(`accuracy.${kind}.${template}`, accuracy[kind][template]);
  balance?.forEach(({ load }, i) => {
    const sum = load.reduce((total, value) => total + value, 0);
    if (load.length === 0 || load.length !== balance[0]?.load.length) faults.add(`balance[${i}].load`, `balance[${i}].load is a list of ${load.length}, but every layer needs the load of the same experts.`);
    else if (Math.abs(sum - 1) > 0.01) faults.add(`balance[${i}].load`, `balance[${i}].load sums to ${sum.toFixed(3)}, but the shares of a layer's experts sum to 1.`);
  });
}

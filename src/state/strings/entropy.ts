/** The Entropy view. */
const plural = (n: number, noun: string): string => `${n} ${noun}${n === 1 ? '' : 's'}`;

/** `1`, `1 and 4`, `1, 4 and 7`. */
const list = (steps: readonly number[]): string => {
  const names = steps.map((step) => String(step + 1));
  return names.length < 2 ? (names[0] ?? '') : `${names.slice(0, -1).join(', ')} and ${names.at(-1) ?? ''}`;
};
/** Steps that are named one by one at most. */
const NAMED = 7;

/** What the two models do: as it happened, or as it would. */
interface Tense {
  readonly go: string;
  readonly writes: string;
}
const NOW: Tense = { go: 'go', writes: 'writes' };
const WOULD: Tense = { go: 'would go', writes: 'would write' };

export const entropyStrings = {
  title: 'Entropy',
  region: 'First-token entropy',
  formula: 'H of the first token of each step',
  over: { label: 'Entropy is taken over', all: 'full vocabulary', '20': 'top-20, renormalised', '10': 'top-10, renormalised' },
  aboveOf: (above: number, n: number) => `${above} of ${n} by the large model`,
  writer: { small: 'small', large: 'large' },
  pattern: {
    label: 'Pattern that separates steps',
    placeholder: '\\n\\n',
    stopped: (ms: number) => `This pattern was still searching after ${ms} ms, so it was stopped. A simpler one is faster.`,
    failed: 'The pattern could not be run in this browser.',
    early: (done: number, all: number) => `The pattern is slow: only the first ${done} of ${all} tokens were searched.`,
  },
  chart: {
    step: 'step',
    writer: 'written by',
    tokens: 'tokens, each with its own H',
    mean: 'mean of step',
    stale: 'reads otherwise',
    tauName: 'Threshold \u03c4 of the steps',
    none: 'This text has no step with a known entropy. Choose another delimiter, or press Run.',
    share: (share: string, n: string, calibrated: boolean) => (calibrated ? `${share} of ${n} calibration steps at or above` : n === '1' ? `${share} of the only step here` : `${share} of the ${n} steps here at or above`),
    spoken: (label: string, n: number, lead: string) => `${label}: ${plural(n, 'step')}. ${lead}`,
  },
  models: {
    pair: 'small',
    small: { two: 'dense-small', one: 'moe, top-1' },
    variant: 'our variant',
    large: 'large',
    largeName: (k: number) => `moe, top-${k}`,
  },
  second: {
    progress: 'Loading the small model',
    bytes: (done: string, total: string) => `small model: ${done} of ${total}`,
    cancelLong: 'Stop loading the small model',
    ready: (name: string) => `${name} is ready`,
    load: 'load the small model',
  },
  control: {
    handOver: 'hand over',
    ofSteps: 'of steps',
    setTau: 'or set \u03c4',
    setDoubt: 'threshold',
    doubtUnit: '0 to 1',
    tauExact: (unit: string) => `exact threshold in ${unit}`,
    doubtExact: 'exact threshold, 0 to 1',
    by: 'decide by',
    method: { glimprouter: 'first token', stepMean: 'step mean', selfCheck: 'self-check', random: 'random', relay: 'relay', small: 'all small', large: 'all large' },
    first: 'first steps by large',
    stepsExact: 'Steps that the large model writes first',
    more: 'more settings',
    fewer: 'fewer settings',
    note: 'method note',
    gate: 'look at',
    gates: { entropy: 'entropy', maxProbability: 'highest probability', variance: 'variance' },
    probe: 'first token of the small model',
    probes: { discard: 'thrown away', keep: 'kept' },
    final: 'answer always by large',
    stepLimit: 'longest step',
    stepLimitUnit: 'tokens',
    maxSteps: 'at most',
    maxStepsUnit: 'steps',
    coin: 'coin seed',
  },
  rule: {
    glimprouter: {
      entropy: 'A step whose first token has H \u2265 \u03c4 is written by the large model.',
      maxProbability: 'A step is written by the large model where 1 \u2212 the highest probability of its first token reaches the threshold.',
      variance: 'A step is written by the large model where 1 \u2212 the variance of its first distribution, in parts of the most it can be, reaches the threshold (after Mowst).',
    },
    stepMean: 'The small model writes each step; one whose mean H is \u2265 \u03c4 is thrown away and written again by the large model.',
    selfCheck: 'The small model writes each step and is then asked how likely it finds another text; where that reaches the threshold, the large model writes the step again.',
    random: 'A coin decides before each step. It is the same coin for the same seed: a larger share only adds steps.',
    relay: 'The large model writes the first steps, the small one all others.',
    small: 'The small model writes everything.',
    large: 'The large model writes everything.',
    discard: ' The probe token is thrown away.',
    keep: ' The probe token stays, whoever goes on.',
  },
  lead: {
    none: 'No step yet: press Run.',
    unsure: (large: readonly number[], small: readonly number[], would: boolean): string => {
      const { go, writes } = would ? WOULD : NOW;
      const n = large.length + small.length;
      if (large.length === 0) return `No step starts unsure. The small model ${writes} ${n === 1 ? 'the only one' : n === 2 ? 'both' : `all ${n}`}.`;
      if (small.length === 0) return n === 1 ? `The only step starts unsure and ${would ? 'would go' : 'goes'} to the large model.` : `${n === 2 ? 'Both' : `All ${n}`} steps start unsure and ${go} to the large model.`;
      if (Math.max(large.length, small.length) > NAMED) return `${large.length} of ${n} steps start unsure and ${go} to the large model. The small one ${writes} the other ${small.length}.`;
      return `${large.length === 1 ? `Step ${list(large)} starts unsure and ${would ? 'would go' : 'goes'}` : `Steps ${list(large)} start unsure and ${go}`} to the large model. The small one ${writes} ${list(small)}.`;
    },
    /** A rule that is not the first token's. */
    other: (rule: 'stepMean' | 'selfCheck' | 'random' | 'relay', large: readonly number[], small: readonly number[], would: boolean): string => {
      const { writes } = would ? WOULD : NOW;
      const n = large.length + small.length;
      const who = { stepMean: 'Unsure on the whole,', selfCheck: 'Doubted by the small model,', random: 'By the coin,', relay: 'In relay,' }[rule];
      if (large.length === 0) return `${who} no step: the small model ${writes} all ${n}.`;
      if (small.length === 0) return `${who} every step is the large model\u2019s.`;
      if (Math.max(large.length, small.length) > NAMED) return `${who} ${large.length} of ${n} steps are the large model\u2019s. The small one ${writes} the other ${small.length}.`;
      return `${who} ${large.length === 1 ? `step ${list(large)} is` : `steps ${list(large)} are`} the large model\u2019s. The small one ${writes} ${list(small)}.`;
    },
    small: (n: number) => `The small model alone: ${plural(n, 'step')}.`,
    large: (n: number) => `The large model alone: ${plural(n, 'step')}.`,
    final: ' The answer is the large model\u2019s in any case.',
  },
  text: {
    alone: (model: string) => `This text was written by ${model} alone: its own uncertainty is shown. Run lets both models write it.`,
    stale: (n: number) => `${n === 1 ? 'One step' : `${n} steps`} would read otherwise under these labels. Run writes ${n === 1 ? 'it' : 'them'} anew.`,
    own: 'Run lets both models write the prompt above.',
    waits: (family: string, level: number) => `A question of the benchmark (${family}, level ${level}): Run lets both models answer it.`,
    right: (given: string) => `Answer ${given}: right.`,
    wrong: (given: string, expected: string) => `Answer ${given}: wrong, ${expected} was expected.`,
    noAnswer: (expected: string) => `No answer was given; ${expected} was expected.`,
    question: 'next question',
    both: 'Both models wrote this text, as the labels say.',
  },
  buys: {
    title: 'What \u03c4 buys',
    formula: { share: 'accuracy against share of steps handed over', cost: 'accuracy against cost of the large model alone' },
    axis: { share: 'share of steps', cost: 'cost' },
    axisLabel: 'What accuracy is set against',
    percent: '% correct',
    random: 'random steps, same share',
    lead: (correct: string, share: string) => `${correct} correct with ${share} of the steps.`,
    leadCost: (correct: string, cost: string) => `${correct} correct at ${cost} of the large model\u2019s operations.`,
    foot: { share: (n: string) => `share of steps written by the large model; ${n} items, 95 % band`, cost: (n: string) => `operations in parts of the large model alone; ${n} items, 95 % band` },
    absent: 'No measured curve comes with this build. Measure some items below, and they appear here.',
    here: 'measured here',
    shipped: (n: string) => `measured on ${n} items`,
    spoken: (points: string) => `Right answers by share of steps handed over: ${points}.`,
    columns: ['set', 'share aimed at', 'large share', 'cost', 'accuracy', 'low', 'high'],
  },
  time: {
    title: 'Time per run',
    formula: 'probe, small decode, large prefill, large decode',
    question: (now: string, alone: string) => `${now} a question, ${alone} with the large model alone`,
    was: (now: string, alone: string) => `${now}, was ${alone} with the large model alone`,
    measure: 'time the large model alone',
    flops: (share: string) => `${share} of its operations`,
    columns: ['part', 'tokens', 'ms', 'operations'],
    part: { probe: 'probe', smallDecode: 'small', largePrefill: 'large reads', largeDecode: 'large writes' },
    none: 'Run lets both models write, and the time of each part appears here.',
    seconds: (s: string) => `${s} s`,
    milliseconds: (ms: string) => `${ms} ms`,
    spoken: (parts: string) => `Time by part: ${parts}.`,
  },
  bench: {
    title: 'Measured here',
    formula: 'right answers by share of steps handed over; the same questions for all rules',
    count: 'questions',
    all: 'all',
    start: 'Measure',
    startLong: 'Measure hand-over on questions of the benchmark',
    resume: 'Go on',
    resumeLong: 'Go on measuring hand-over',
    cancel: 'Cancel',
    cancelLong: 'Cancel the measuring of hand-over',
    progressLabel: 'Questions measured',
    progress: (done: number, total: number) => `${done} of ${total} questions`,
    remaining: (minutes: string) => `about ${minutes} left`,
    minutes: (m: number) => (m < 1 ? 'less than a minute' : `${Math.round(m)} min`),
    export: 'results as JSON',
    clear: 'clear',
    clearLong: 'Clear what was measured here',
    cannot: 'The questions or the small model could not be loaded.',
    failed: 'The measuring stopped: ',
    needs: 'The models have to be loaded first.',
    arm: { small: 'small alone', large: 'large alone', entropy: 'first token', random: 'random' },
    aimed: (name: string, share: string) => `${name}, ${share}`,
    columns: ['rule', 'right', 'n', 'share of right answers', 'low', 'high', 'large share', 'cost'],
    heads: ['rule', 'right', '95 %', 'large share', 'cost'],
    settings: 'Greedy, steps end at a blank line, the answer stays with the writer of its step. Thresholds are quantiles of the calibration set. Cost counts probes and re-reading, in parts of the large model alone.',
  },
  table: ['step', 'first token H, nats', 'mean H, nats', 'written by', 'by this rule', 'tokens', 'text'],
  note: {
    title: 'Method note',
    lines: [
      'The text is cut into steps where the delimiter stands. Before each step the small model is asked for the distribution of the step\u2019s first token; its entropy H decides, by one threshold, which model writes the whole step. Nothing is verified or rolled back. This is GlimpRouter (arXiv 2601.05110), run as published but for the models: theirs have 4 and 32 billion parameters and write until they stop thinking.',
      'The published code takes the entropy over the 20 likeliest tokens, renormalised; here it is over the whole vocabulary, and the switch in the head of this panel shows theirs. Each model keeps what it has read: a hand-over costs the reading of the other\u2019s tokens and no more.',
      'Step mean and self-check judge a step after it was written, so they pay for what they throw away. The relay and the coin look at nothing. With the mixture itself at one expert a token as the small model, both parts are one checkpoint: that form is ours, not the paper\u2019s.',
    ],
  },
} as const;

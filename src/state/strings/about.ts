/** Strings of "About this model": what was measured of the checkpoint, a sentence a figure. */
const list = (names: readonly string[]): string => (names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} and ${names.at(-1) ?? ''}`);
const plural = (n: number, one: string, many: string): string => `${n} ${n === 1 ? one : many}`;

export const about = {
  title: 'About this model',
  short: 'Model',
  open: 'About this model: what was measured',
  loading: 'Looking for the measurements.',
  absent: 'This checkpoint has not been measured yet: there is no evaluation.json beside its weights.',
  refused: (n: number) => `The measurements cannot be shown: evaluation.json has ${plural(n, 'fault', 'faults')}.`,
  stale: (measured: string, weights: string) => `These measurements are of other weights (${measured}\u2026) than those that this page loads (${weights}\u2026).`,

  bits: {
    title: 'Bits per byte',
    formula: '\u2212\u03a3 log\u2082 p / bytes of held-out text, less is better; bar: 95 % interval',
    axis: 'bits per byte',
    mean: 'mean',
    model: 'this model',
    reference: { denseMatch: 'dense, as many active parameters', peer: 'this model when it had seen fewer tokens', denseSmall: 'dense, small', ngram: 'order-5 n-gram of the domain', xzPrimed: 'xz after the training text', xz: 'xz alone' },
    short: { denseMatch: 'dense-match', peer: 'earlier', denseSmall: 'dense-small', ngram: 'n-gram', xzPrimed: 'xz primed', xz: 'xz' },
    better: 'better than this model',
    seen: (tokens: string) => `${tokens} tokens seen`,
    several: (n: number) => `${n} references`,
    less: (name: string, by: string) => `${name} ${by} less`,
    sentence: (mean: string, domains: number, better: readonly { readonly name: string; readonly domains: number }[]) =>
      `${mean} bits per byte in the mean of ${plural(domains, 'domain', 'domains')}. ${better.length === 0 ? 'No reference is better in any domain.' : `Better than the model: ${list(better.map(({ name, domains: n }) => `${name} in ${n}`))}.`}`,
    columns: ['domain', 'tokens', 'this model', 'low', 'high', 'dense-match', 'earlier', 'dense-small', 'n-gram', 'xz primed', 'xz'],
    n: (tokens: string, window: number | undefined) => `${tokens} tokens${window === undefined ? '' : `, windows of ${window}`}`,
  },

  specialisation: {
    title: 'Specialisation by layer',
    formula: 'mutual information of domain and first expert, bits',
    axis: 'bits, logarithmic',
    measured: 'measured',
    control: 'domain labels shuffled',
    most: (bits: string) => `at most ${bits}`,
    ratio: (times: string) => `${times}\u00d7`,
    sentence: (least: string, most: string, control: string, ratio: string) =>
      `The first expert tells ${least === most ? least : `${least} to ${most}`} bits about the domain; with labels shuffled over the windows at most ${control} remain. The median ratio is ${ratio}. This is a correlation, not a role.`,
    columns: ['layer', 'bits', 'shuffled, bits', 'ratio', 'most possible'],
  },

  balance: {
    title: 'Balance by layer',
    formula: 'share of choices by expert, 1 is even; MaxVio = E max load \u2212 1',
    columns: ['layer', 'MaxVio', 'entropy', 'dead'],
    even: 'even share',
    sentence: (layer: number, times: string, dead: number, entropy: string) =>
      `Layer ${layer} is the least even: its busiest expert takes ${times} times an even share. ${dead === 0 ? 'No expert is dead' : `${plural(dead, 'expert is', 'experts are')} dead (under a hundredth of an even share)`}; the normalised entropy of the load is ${entropy} or more in every layer.`,
    n: (experts: number) => `${experts} experts a layer, domains weighted as in training`,
    loadOf: (expert: number) => `load of E${expert}`,
  },

  families: {
    title: 'Accuracy by task',
    formula: 'share of right answers with its 95 % Wilson interval',
    all: 'all levels',
    level: (level: number) => `level ${level}`,
    home: 'wording seen in training',
    away: 'other wording',
    chance: 'by chance among the options',
    kinds: { single: 'one token, best of the options', steps: 'written out step by step' },
    sentence: (families: number, above: number, away: number) =>
      `In the wording seen in training ${above} of ${families} families are above chance by more than their interval; in other wording ${away}.`,
    columns: ['kind', 'family', 'template', 'level', 'n', 'accuracy', 'low', 'high', 'chance'],
    n: (items: string) => `${items} items`,
  },

  sweep: {
    title: 'Experts per token',
    formula: 'the same weights with another top-k; seen wording',
    bits: 'bits per byte',
    accuracy: 'right answers',
    k: 'k',
    trained: 'as trained',
    sentence: (best: number, bits: string, right: number, share: string) => `Bits per byte are lowest at k = ${best} (${bits}); most answers are right at k = ${right} (${share}).`,
    level: (best: number, bits: string, low: string, high: string) => `Bits per byte are lowest at k = ${best} (${bits}); right answers stay within their intervals (${low === high ? low : `${low} to ${high}`}).`,
    columns: ['k', 'bits per byte', 'n', 'accuracy', 'low', 'high'],
    n: (n: string) => `${n} items`,
  },

  summary: {
    title: 'Wording and headroom',
    formula: 'share of right answers; the oracle knows the answer',
    rows: {
      home: 'seen wording',
      away: 'other wording',
      oracle: 'other wording, oracle pathway',
      stepsHome: 'steps, seen wording',
      stepsAway: 'steps, other wording',
      denseSmall: 'steps, seen, dense-small',
    },
    sentence: (home: string, away: string, oracle: string | undefined) =>
      `${home} right in the wording seen in training, ${away} in other wording.${oracle === undefined ? '' : ` Moving the last token\u2019s routing weights with the answer known reaches ${oracle}: what better routing could win at most in this way.`}`,
    columns: ['what', 'n', 'accuracy', 'low', 'high'],
  },

  cite: {
    title: 'How to cite',
    copy: 'Copy BibTeX',
    entry: 'BibTeX entry',
    note: 'The page revision is the commit of this build; the model revision is the beginning of the SHA-256 of the weights, as in links.',
  },

  provenance: {
    title: 'Where this is from',
    command: 'command',
    date: 'measured',
    weights: 'weights, SHA-256',
    tokens: 'trained on',
    trained: (tokens: string) => `${tokens} tokens`,
    held: 'held-out text',
    note: 'One run of one seed. Intervals are over items, not over runs.',
  },
} as const;

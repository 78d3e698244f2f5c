/** The Entropy view. */
export const entropyStrings = {
  title: 'Entropy',
  pattern: {
    label: 'Pattern that separates steps',
    placeholder: '\\n\\n',
    stopped: (ms: number) => `This pattern was still searching after ${ms} ms, so it was stopped. A simpler one is faster.`,
    failed: 'The pattern could not be run in this browser.',
    early: (done: number, all: number) => `The pattern is slow: only the first ${done} of ${all} tokens were searched.`,
  },
} as const;

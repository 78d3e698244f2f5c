/** Strings of Re-mix's figures of many questions: by step, by cost, by expert, by setting. */
export const remixFigures = {
  source: { here: 'this page', shipped: 'shipped' },
  sourceLabel: 'Results that are shown',

  steps: {
    title: 'Accuracy by step',
    formula: '95 % intervals',
    empty: 'Run the benchmark, with NGD or the oracle among its arms.',
    axis: 'step',
    arms: { ngd: 'NGD', oracle: 'oracle' } as Readonly<Record<string, string>>,
    fixed: 'wrong to right', broken: 'right to wrong',
    say: (arm: string, from: string, to: string, fixed: number, broken: number) => `${arm}: ${from} right before, ${to} after the last step; ${fixed} answers became right, ${broken} wrong.`,
    columns: ['arm', 'step', 'right', 'low', 'high', 'wrong to right', 'right to wrong'] as const,
  },

  cost: {
    title: 'Cost and accuracy',
    formula: 'passes over the question',
    empty: 'Run the benchmark: every arm gets its place.',
    axis: 'times the cost of base',
    say: 'Up is better, left is cheaper; the oracle uses the label.',
    columns: ['arm', 'cost relative to base', 'right', 'low', 'high'] as const,
  },

  use: {
    title: 'Experts in use',
    formula: 'last token, before and after',
    empty: 'Run the benchmark: it counts which experts are inside the cut.',
    arm: 'Arm of the figure',
    before: 'before', after: 'after',
    layer: (layer: number) => `L${layer}`,
    say: (questions: number, layers: number, before: string, after: string) => `Over ${questions} ${questions === 1 ? 'question' : 'questions'}, ${layers} ${layers === 1 ? 'layer' : 'layers'}: ${before} experts of a layer in use before, ${after} after.`,
    columns: ['arm', 'layer', 'expert', 'before', 'after'] as const,
  },

  ablation: {
    title: 'One setting varied at a time',
    formula: 'right answers, 95 % intervals; the line is base',
    axes: { k: 'neighbours', epsilon: 'radius \u03b5', steps: 'steps', kernel: 'kernel', layers: 'layers', core: 'core experts', token: 'token' } as Readonly<Record<string, string>>,
    label: (axis: string, rows: string) => `Share of right answers by ${axis}: ${rows}`,
    values: { gaussian: 'Gaussian', matern: 'Mat\u00e9rn', polynomial: 'polynomial', linear: 'linear', all: 'all', first1: 'first', first3: 'first 3', middle1: 'middle', middle3: 'middle 3', last1: 'last', last3: 'last 3' } as Readonly<Record<string, string>>,
    layers: (kind: string, n: string) => `${{ F: 'first', M: 'middle', L: 'last' }[kind] ?? kind} ${n}`,
    usedMark: 'as the benchmark runs',
    columns: ['setting', 'value', 'questions', 'right', 'low', 'high', 'wrong to right', 'right to wrong', 'p (McNemar)', 'cost'] as const,
  },

  logits: {
    title: 'Added logits',
    formula: 'on every token, layer by expert',
    label: 'Logits added to the router, layer by expert',
    cell: (layer: number, expert: number, value: string) => `Layer ${layer}, expert ${expert}: ${value} on its router logit`,
    step: (step: number) => `after step ${step}`,
    columns: ['layer', 'expert', 'added logit'] as const,
  },
};

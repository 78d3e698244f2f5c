/** A small evaluation of the shape that training/evaluate.py writes, for tests of its parser and its charts. */
import type { Evaluation, FamilyRow } from '../evaluation';

const domain = (name: string, bpb: number, peer: number, denseMatch: number, denseSmall: number, xz: number, xzPrimed: number, ngram: number): Evaluation['domains'][number] =>
  ({ domain: name, tokens: 8000, bpb, low: bpb - 0.02, high: bpb + 0.02, peer, denseMatch, denseSmall, xz, xzPrimed, ngram });

const family = (kind: FamilyRow['kind'], name: string, template: FamilyRow['template'], chance: number, levels: readonly (readonly [accuracy: number, low: number, high: number, n: number])[]): FamilyRow[] =>
  levels.map(([accuracy, low, high, n], level) => ({ kind, family: name, template, level, n, accuracy, low, high, chance }));

export const evaluationFixture: Evaluation = {
  model: 'moe',
  sha256: '0123456789abcdef'.repeat(4),
  created: '2026-01-31T12:00:00+00:00',
  command: 'python -m training.evaluate --name moe',
  window: 512,
  tokensSeen: { bpb: 42_000_000, denseMatch: 20_000_000, peer: 20_100_000, denseSmall: 40_000_000 },
  domains: [domain('chess', 1.19, 1.22, 1.25, 1.4, 2.58, 2.04, 1.86), domain('german', 2.03, 2.11, 1.98, 2.3, 2.82, 2.26, 2.01), domain('json', 1.03, 1.05, 1.1, 1.3, 1.81, 0.93, 1.28)],
  specialisation: [
    { layer: 0, miBits: 0.6, controlBits: 0.02, ratio: 30, maxBits: 1.585 },
    { layer: 1, miBits: 1.2, controlBits: 0.03, ratio: 40, maxBits: 1.585 },
  ],
  balance: [
    { layer: 0, load: [0.25, 0.25, 0.3, 0.2], maxVio: 0.2, normalisedEntropy: 0.993, dead: 0 },
    { layer: 1, load: [0.4, 0.3, 0.3, 0], maxVio: 0.6, normalisedEntropy: 0.786, dead: 1 },
  ],
  kSweep: [
    { k: 1, bpb: 1.62, n: 500, accuracy: 0.41, low: 0.37, high: 0.45 },
    { k: 2, bpb: 1.42, n: 500, accuracy: 0.58, low: 0.54, high: 0.62 },
    { k: 4, bpb: 1.44, n: 500, accuracy: 0.56, low: 0.52, high: 0.6 },
    { k: 8, bpb: 1.71, n: 500, accuracy: 0.39, low: 0.35, high: 0.43 },
  ],
  families: [
    ...family('single', 'parity', 'home', 0.5, [[0.8, 0.72, 0.86, 100], [0.9, 0.77, 0.96, 40], [0.8, 0.63, 0.9, 30], [0.67, 0.49, 0.81, 30]]),
    ...family('single', 'parity', 'away', 0.5, [[0.52, 0.42, 0.62, 100], [0.5, 0.35, 0.65, 40], [0.53, 0.36, 0.7, 30], [0.53, 0.36, 0.7, 30]]),
    ...family('steps', 'sums', 'home', 0, [[0.3, 0.2, 0.42, 60], [0.5, 0.3, 0.7, 20], [0.3, 0.15, 0.52, 20], [0.1, 0.03, 0.3, 20]]),
    ...family('steps', 'sums', 'away', 0, [[0.1, 0.05, 0.2, 60], [0.2, 0.08, 0.42, 20], [0.1, 0.03, 0.3, 20], [0, 0, 0.16, 20]]),
  ],
  accuracy: {
    single: { home: { n: 100, accuracy: 0.8, low: 0.71, high: 0.87 }, away: { n: 100, accuracy: 0.52, low: 0.42, high: 0.62 } },
    steps: { home: { n: 60, accuracy: 0.3, low: 0.2, high: 0.42 }, away: { n: 60, accuracy: 0.1, low: 0.05, high: 0.2 } },
    denseSmallSteps: { home: { n: 60, accuracy: 0.22, low: 0.13, high: 0.34 }, away: { n: 60, accuracy: 0.08, low: 0.04, high: 0.18 } },
  },
  summary: {
    bpbMean: 1.417,
    bpbXz: 2.403,
    bpbNgram: 1.717,
    bpbDenseMatch: 1.443,
    miRatioMedian: 35,
    maxVioMax: 0.6,
    deadExperts: 1,
    homeAccuracy: 0.8,
    awayAccuracy: 0.52,
    oracleAway: 0.91,
    oracleAwayLow: 0.84,
    oracleAwayHigh: 0.95,
    bpbAtDenseMatchTokens: 1.46,
    bpbDenseSmall: 1.667,
    denseSmallSteps: 0.22,
    moeSteps: 0.3,
    worseThanXz: [],
    worseThanNgram: ['german'],
  },
};

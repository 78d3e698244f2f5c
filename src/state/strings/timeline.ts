/** The entropy row: steps, threshold and the totals at its right. */
import { count } from './words';

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

export const timelineStrings = {
  legend: 'uncertainty before each token was written',
  stepEnd: 'step ends at',
  ends: { 'blank-line': 'blank line', newline: 'newline', sentence: 'sentence', pattern: 'own pattern' },
  over: (n: string) => `over the ${n} likeliest tokens`,
  firstKey: 'first token of a step',
  aboveKey: (above: number, n: number) => `above \u03c4: ${above} of ${n}`,
  counted: (n: number, above: number) => `${n === 1 ? 'One step' : `${capital(count(n))} steps`}, ${count(above)} above \u03c4`,
  tau: '\u03c4',
  tauName: 'Threshold \u03c4',
  tauExact: 'exact value of \u03c4',
  tauValue: (value: string, unit: string, above: number, n: number) => `${value} ${unit}, ${above} of ${n} first tokens above`,
  firstTokens: (n: number) => `first tokens here, n ${n}`,
  calibrated: (n: string) => `first tokens, n ${n}`,
  ofCalibration: 'of the calibration set',
  ofThisText: 'of steps of this text',
  tip: (h: string, unit: string) => `H ${h} ${unit}`,
  tipUnknown: 'no distribution in this trace',
  menu: {
    label: (token: number, text: string) => `Alternatives to token ${token}, ${text}`,
    on: 'continue from here, drawn anew',
    onHint: 'Keeps the text up to this token and draws what follows with a new seed',
    greedy: 'At temperature 0 the likeliest token is always taken, so a new draw is the same.',
    none: 'This trace lists no candidates.',
  },
} as const;

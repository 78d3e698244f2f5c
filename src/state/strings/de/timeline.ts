/** Die Entropiezeile: Schritte, Schwelle und die Summen rechts davon. */
import type { timelineStrings as english } from '../timeline';
import type { Translation } from '../translation';
import { plural, unitText } from './words';

export const timelineStrings: Translation<typeof english> = {
  legend: 'Unsicherheit vor dem Schreiben jedes Tokens',
  stepEnd: 'Schrittende',
  ends: { 'blank-line': 'Leerzeile', newline: 'Zeilenende', sentence: 'Satz', pattern: 'eigenes Muster' },
  over: (n) => `über die ${n} wahrscheinlichsten Token`,
  firstKey: 'Schrittbeginn',
  aboveKey: (above, n) => `über \u03c4: ${above} von ${n}`,
  counted: (n, above) => `${plural(n, 'Schritt', 'Schritte')}, ${above === 0 ? 'keiner' : above} über \u03c4`,
  tau: '\u03c4',
  tauName: 'Schwelle \u03c4',
  tauExact: 'genauer Wert von \u03c4',
  tauValue: (value, unit, above, n) => `${value} ${unitText(unit)}, ${above} von ${n} ersten Token darüber`,
  firstTokens: (n) => `erste Token hier, n ${n}`,
  calibrated: (n) => `erste Token, n ${n}`,
  ofCalibration: 'der Kalibriermenge',
  ofThisText: 'der Schritte hier',
  tip: (h, unit) => `H ${h} ${unitText(unit)}`,
  tipUnknown: 'keine Verteilung in diesem Trace',
  menu: {
    label: (token, text) => `Alternativen zu Token ${token}, ${text}`,
    on: 'ab hier weiter, neu gezogen',
    onHint: 'Behält den Text bis zu diesem Token und zieht das Folgende mit einem neuen Seed',
    greedy: 'Bei Temperatur 0 wird immer das wahrscheinlichste Token genommen; ein neuer Zug ist derselbe.',
    none: 'Dieser Trace nennt keine Kandidaten.',
  },
};

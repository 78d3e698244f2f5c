/** "Über dieses Modell": was am Checkpoint gemessen wurde, ein Satz je Abbildung. */
import type { about as english } from '../about';
import type { Translation } from '../translation';
import { full, list, plural } from './words';

export const about: Translation<typeof english> = {
  title: 'Über dieses Modell',
  short: 'Modell',
  open: 'Über dieses Modell: was gemessen wurde',
  loading: 'Messwerte werden gesucht.',
  absent: 'Dieser Checkpoint ist noch nicht vermessen: Neben seinen Gewichten liegt keine evaluation.json.',
  refused: (n) => `Die Messwerte lassen sich nicht zeigen: evaluation.json hat ${n} Fehler.`,
  stale: (measured, weights) => `Diese Messwerte gehören zu anderen Gewichten (${measured}\u2026) als denen, die diese Seite lädt (${weights}\u2026).`,

  bits: {
    title: 'Bit pro Byte',
    formula: '\u2212\u03a3 log\u2082 p / Bytes zurückgelegten Textes, weniger ist besser; Balken: 95-%-Intervall',
    axis: 'Bit pro Byte',
    mean: 'Mittel',
    model: 'dieses Modell',
    reference: { denseMatch: 'dicht, gleich viele aktive Parameter', peer: 'dieses Modell nach weniger Token', denseSmall: 'dicht, klein', ngram: '5-Gramm-Modell der Domäne', xzPrimed: 'xz nach dem Trainingstext', xz: 'xz allein' },
    short: { denseMatch: 'dense-match', peer: 'früher', denseSmall: 'dense-small', ngram: 'n-Gramm', xzPrimed: 'xz mit Text', xz: 'xz' },
    better: 'besser als dieses Modell',
    seen: (tokens) => `${tokens} Token gesehen`,
    several: (n) => `${n} Vergleichswerte`,
    less: (name, by) => `${name} ${full(by)} weniger`,
    sentence: (mean, domains, better) =>
      `${full(mean)} Bit pro Byte im Mittel über ${plural(domains, 'Domäne', 'Domänen')}. ${better.length === 0 ? 'In keiner Domäne ist ein Vergleichswert besser.' : `Besser als das Modell: ${list(better.map(({ name, domains: n }) => `${name} in ${n}`))}.`}`,
    columns: ['Domäne', 'Token', 'dieses Modell', 'von', 'bis', 'dense-match', 'früher', 'dense-small', 'n-Gramm', 'xz mit Text', 'xz'],
    n: (tokens, window) => `${tokens} Token${window === undefined ? '' : `, Fenster von ${window}`}`,
  },

  specialisation: {
    title: 'Spezialisierung je Schicht',
    formula: 'Transinformation von Domäne und erstem Experten, Bit',
    axis: 'Bit, logarithmisch',
    measured: 'gemessen',
    control: 'Domänen vertauscht',
    most: (bits) => `höchstens ${bits}`,
    ratio: (times) => `${times}\u00d7`,
    sentence: (least, most, control, ratio) =>
      `Der erste Experte verrät ${least === most ? full(least) : `${full(least)} bis ${full(most)}`} Bit über die Domäne; sind die Domänen über die Fenster vertauscht, bleiben höchstens ${full(control)}. Das Verhältnis ist im Median ${ratio}. Das ist eine Korrelation, keine Rolle.`,
    columns: ['Schicht', 'Bit', 'vertauscht, Bit', 'Verhältnis', 'höchstens möglich'],
  },

  balance: {
    title: 'Auslastung je Schicht',
    formula: 'Anteil der Wahlen je Experte, 1 ist gleich; MaxVio = E max Last \u2212 1',
    columns: ['Schicht', 'MaxVio', 'Entropie', 'tot'],
    even: 'gleichmäßiger Anteil',
    sentence: (layer, times, dead, entropy) =>
      `Schicht ${layer} ist am ungleichsten: Ihr meistgenutzter Experte nimmt das ${times}\u2011Fache des gleichmäßigen Anteils. ${dead === 0 ? 'Kein Experte ist tot' : `${plural(dead, 'Experte ist', 'Experten sind')} tot (unter einem Hundertstel davon)`}; die normierte Entropie der Last ist in jeder Schicht mindestens ${full(entropy)}.`,
    n: (experts) => `${experts} Experten je Schicht, Domänen wie im Training gewichtet`,
    loadOf: (expert) => `Last von E${expert}`,
  },

  families: {
    title: 'Genauigkeit je Aufgabe',
    formula: 'Anteil richtiger Antworten mit 95-%-Wilson-Intervall',
    all: 'alle Stufen',
    level: (level) => `Stufe ${level}`,
    home: 'Wortlaut aus dem Training',
    away: 'anderer Wortlaut',
    chance: 'Zufall unter den Optionen',
    kinds: { single: 'ein Token, beste der Optionen', steps: 'Schritt für Schritt ausgeschrieben' },
    sentence: (families, above, away) => `Im Wortlaut des Trainings liegen ${above} von ${families} Familien um mehr als ihr Intervall über dem Zufall, in anderem Wortlaut ${away}.`,
    columns: ['Art', 'Familie', 'Wortlaut', 'Stufe', 'n', 'Genauigkeit', 'von', 'bis', 'Zufall'],
    n: (items) => `${items} Aufgaben`,
  },

  sweep: {
    title: 'Experten pro Token',
    formula: 'dieselben Gewichte mit anderem Top-k; bekannter Wortlaut',
    bits: 'Bit pro Byte',
    accuracy: 'richtige Antworten',
    k: 'k',
    trained: 'wie trainiert',
    sentence: (best, bits, right, share) => `Am wenigsten Bit pro Byte bei k = ${best} (${full(bits)}); die meisten richtigen Antworten bei k = ${right} (${share}).`,
    level: (best, bits, low, high) => `Am wenigsten Bit pro Byte bei k = ${best} (${full(bits)}); die richtigen Antworten bleiben in ihren Intervallen (${low === high ? low : `${low} bis ${high}`}).`,
    columns: ['k', 'Bit pro Byte', 'n', 'Genauigkeit', 'von', 'bis'],
    n: (n) => `${n} Aufgaben`,
  },

  summary: {
    title: 'Wortlaut und Spielraum',
    formula: 'Anteil richtiger Antworten; das Orakel kennt die Antwort',
    rows: {
      home: 'bekannter Wortlaut',
      away: 'anderer Wortlaut',
      oracle: 'anderer Wortlaut, Orakelpfad',
      stepsHome: 'Schritte, bekannter Wortlaut',
      stepsAway: 'Schritte, anderer Wortlaut',
      denseSmall: 'Schritte, bekannt, dense-small',
    },
    sentence: (home, away, oracle) =>
      `${home} richtig im Wortlaut des Trainings, ${away} in anderem Wortlaut.${oracle === undefined ? '' : ` Werden die Routing-Gewichte des letzten Tokens mit Kenntnis der Antwort verschoben, sind es ${oracle}: mehr kann besseres Routing auf diesem Weg nicht gewinnen.`}`,
    columns: ['was', 'n', 'Genauigkeit', 'von', 'bis'],
  },

  cite: {
    title: 'Zitieren',
    copy: 'BibTeX kopieren',
    entry: 'BibTeX-Eintrag',
    note: 'Page revision ist der Commit dieses Builds, model revision der Anfang des SHA-256 der Gewichte, wie in Links.',
  },

  provenance: {
    title: 'Woher das stammt',
    command: 'Befehl',
    date: 'gemessen',
    weights: 'Gewichte, SHA-256',
    tokens: 'trainiert auf',
    trained: (tokens) => `${tokens} Token`,
    held: 'zurückgelegter Text',
    note: 'Ein Lauf mit einem Seed. Die Intervalle gelten für die Aufgaben, nicht für Trainingsläufe.',
  },
};

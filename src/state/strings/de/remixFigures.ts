/** Abbildungen von Re-Mix über viele Fragen: nach Schritt, Aufwand, Experte und Einstellung. */
import type { remixFigures as english } from '../remixFigures';
import type { Translation } from '../translation';
import { plural } from './words';

export const remixFigures: Translation<typeof english> = {
  source: { here: 'diese Seite', shipped: 'mitgeliefert' },
  sourceLabel: 'Gezeigte Ergebnisse',

  steps: {
    title: 'Genauigkeit je Schritt',
    formula: '95-%-Intervalle',
    empty: 'Den Benchmark ausführen, mit NGD oder dem Orakel unter den Varianten.',
    axis: 'Schritt',
    arms: { ngd: 'NGD', oracle: 'Orakel' },
    fixed: 'falsch zu richtig', broken: 'richtig zu falsch',
    say: (arm, from, to, fixed, broken) => `${arm}: ${from} richtig vorher, ${to} nach dem letzten Schritt; ${fixed} Antworten wurden richtig, ${broken} falsch.`,
    columns: ['Variante', 'Schritt', 'richtig', 'von', 'bis', 'falsch zu richtig', 'richtig zu falsch'],
  },

  cost: {
    title: 'Aufwand und Genauigkeit',
    formula: 'Durchgänge durch die Frage',
    empty: 'Den Benchmark ausführen: Jede Variante bekommt ihren Platz.',
    axis: 'Vielfaches des Aufwands der Basis',
    say: 'Oben ist besser, links ist billiger; das Orakel benutzt die Lösung.',
    columns: ['Variante', 'Aufwand gegenüber Basis', 'richtig', 'von', 'bis'],
  },

  use: {
    title: 'Benutzte Experten',
    formula: 'letztes Token, vorher und nachher',
    empty: 'Den Benchmark ausführen: Er zählt, welche Experten in der Auswahl sind.',
    arm: 'Variante der Abbildung',
    before: 'vorher', after: 'nachher',
    layer: (layer) => `L${layer}`,
    say: (questions, layers, before, after) => `Über ${plural(questions, 'Frage', 'Fragen')}, ${plural(layers, 'Schicht', 'Schichten')}: vorher ${before} Experten je Schicht in Gebrauch, nachher ${after}.`,
    columns: ['Variante', 'Schicht', 'Experte', 'vorher', 'nachher'],
  },

  ablation: {
    title: 'Je eine Einstellung verändert',
    formula: 'richtige Antworten, 95-%-Intervalle; die Linie ist die Basis',
    axes: { k: 'Nachbarn', epsilon: 'Radius \u03b5', steps: 'Schritte', kernel: 'Kern', layers: 'Schichten', core: 'Kernexperten', token: 'Token' },
    label: (axis, rows) => `Anteil richtiger Antworten nach ${axis}: ${rows}`,
    values: { gaussian: 'Gauß', matern: 'Mat\u00e9rn', polynomial: 'polynomiell', linear: 'linear', all: 'alle', first1: 'erste', first3: 'erste 3', middle1: 'mittlere', middle3: 'mittlere 3', last1: 'letzte', last3: 'letzte 3' },
    layers: (kind, n) => `${{ F: 'erste', M: 'mittlere', L: 'letzte' }[kind] ?? kind} ${n}`,
    usedMark: 'wie der Benchmark läuft',
    columns: ['Einstellung', 'Wert', 'Fragen', 'richtig', 'von', 'bis', 'falsch zu richtig', 'richtig zu falsch', 'p (McNemar)', 'Aufwand'],
  },

  logits: {
    title: 'Addierte Logits',
    formula: 'auf jedem Token, Schicht mal Experte',
    label: 'Zum Router addierte Logits, Schicht mal Experte',
    cell: (layer, expert, value) => `Schicht ${layer}, Experte ${expert}: ${value} auf seinem Router-Logit`,
    step: (step) => `nach Schritt ${step}`,
    columns: ['Schicht', 'Experte', 'addierter Logit'],
  },
};

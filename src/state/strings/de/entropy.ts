/** Die Ansicht Entropie. */
import type { entropyStrings as english } from '../entropy';
import type { Translation } from '../translation';
import { list, plural, unitText } from './words';

const steps = (n: number): string => plural(n, 'Schritt', 'Schritte');
/** `1`, `1 und 4`, `1, 4 und 7`: Schritte, ab 1 gezählt. */
const named = (indices: readonly number[]): string => list(indices.map((index) => index + 1));
/** So viele Schritte werden höchstens einzeln genannt. */
const NAMED = 7;

const small = (would: boolean): string => (would ? 'Das kleine Modell schriebe' : 'Das kleine Modell schreibt');
const goes = (would: boolean, one: boolean): string => (would ? (one ? 'ginge' : 'gingen') : one ? 'geht' : 'gehen');

export const entropyStrings: Translation<typeof english> = {
  title: 'Entropie',
  region: 'Entropie des ersten Tokens',
  formula: 'H des ersten Tokens',
  over: { label: 'Die Entropie wird genommen über', all: 'ganzes Vokabular', '20': 'Top-20, renormiert', '10': 'Top-10, renormiert' },
  aboveOf: (above, n) => `${above} von ${n} vom großen Modell`,
  writer: { small: 'klein', large: 'groß' },
  pattern: {
    label: 'Muster, das Schritte trennt',
    placeholder: '\\n\\n',
    stopped: (ms) => `Dieses Muster suchte nach ${ms} ms noch immer und wurde angehalten. Ein einfacheres ist schneller.`,
    failed: 'Das Muster konnte in diesem Browser nicht laufen.',
    early: (done, all) => `Das Muster ist langsam: Nur die ersten ${done} von ${all} Token wurden durchsucht.`,
  },
  chart: {
    step: 'Schritt',
    writer: 'schreibt',
    tokens: 'Token, jedes mit seiner H',
    mean: 'Mittel',
    stale: 'läse sich anders',
    tauName: 'Schwelle \u03c4 der Schritte',
    none: 'Dieser Text hat keinen Schritt mit bekannter Entropie. Ein anderes Trennzeichen wählen oder auf Ausführen drücken.',
    share: (share, n, calibrated) => (calibrated ? `${share} von ${n} Kalibrierschritten \u2265 \u03c4` : n === '1' ? `${share} des einzigen Schritts hier` : `${share} der ${n} Schritte hier \u2265 \u03c4`),
    spoken: (label, n, lead) => `${label}: ${steps(n)}. ${lead}`,
  },
  models: {
    pair: 'klein',
    small: { two: 'dense-small', one: 'moe, Top-1' },
    variant: 'eigene Variante',
    large: 'groß',
    largeName: (k) => `moe, Top-${k}`,
  },
  second: {
    progress: 'Das kleine Modell wird geladen',
    bytes: (done, total) => `kleines Modell: ${done} von ${total}`,
    cancelLong: 'Das Laden des kleinen Modells abbrechen',
    ready: (name) => `${name} ist bereit`,
    load: 'das kleine Modell laden',
  },
  control: {
    handOver: 'abgeben',
    ofSteps: 'der Schritte',
    setTau: 'oder \u03c4 setzen',
    setDoubt: 'Schwelle',
    doubtUnit: '0 bis 1',
    tauExact: (unit) => `genaue Schwelle in ${unitText(unit)}`,
    doubtExact: 'genaue Schwelle, 0 bis 1',
    by: 'nach',
    method: { glimprouter: 'erstem Token', stepMean: 'Schrittmittel', selfCheck: 'Selbsttest', random: 'Zufall', relay: 'Staffel', small: 'alles klein', large: 'alles groß' },
    first: 'erste Schritte vom großen',
    stepsExact: 'Schritte, die das große Modell zuerst schreibt',
    more: 'mehr Einstellungen',
    fewer: 'weniger Einstellungen',
    note: 'zur Methode',
    gate: 'betrachten',
    gates: { entropy: 'Entropie', maxProbability: 'höchste Wahrscheinlichkeit', variance: 'Varianz' },
    probe: 'erstes Token des kleinen Modells',
    probes: { discard: 'verwerfen', keep: 'behalten' },
    final: 'Antwort immer vom großen',
    stepLimit: 'längster Schritt',
    stepLimitUnit: 'Token',
    maxSteps: 'höchstens',
    maxStepsUnit: 'Schritte',
    coin: 'Seed der Münze',
  },
  rule: {
    glimprouter: {
      entropy: 'Ein Schritt, dessen erstes Token H \u2265 \u03c4 hat, wird vom großen Modell geschrieben.',
      maxProbability: 'Ein Schritt wird vom großen Modell geschrieben, wenn 1 \u2212 höchste Wahrscheinlichkeit seines ersten Tokens die Schwelle erreicht.',
      variance: 'Ein Schritt wird vom großen Modell geschrieben, wenn 1 \u2212 Varianz seiner ersten Verteilung, in Teilen der größtmöglichen, die Schwelle erreicht (nach Mowst).',
    },
    stepMean: 'Das kleine Modell schreibt jeden Schritt; einer mit mittlerer H \u2265 \u03c4 wird verworfen und vom großen Modell noch einmal geschrieben.',
    selfCheck: 'Das kleine Modell schreibt jeden Schritt und wird dann gefragt, für wie wahrscheinlich es einen anderen Text hält; erreicht das die Schwelle, schreibt das große Modell den Schritt noch einmal.',
    random: 'Vor jedem Schritt entscheidet eine Münze. Bei gleichem Seed ist es dieselbe Münze: Ein größerer Anteil nimmt nur Schritte hinzu.',
    relay: 'Das große Modell schreibt die ersten Schritte, das kleine alle anderen.',
    small: 'Das kleine Modell schreibt alles.',
    large: 'Das große Modell schreibt alles.',
    discard: ' Das probeweise Token wird verworfen.',
    keep: ' Das probeweise Token bleibt, wer auch weiterschreibt.',
  },
  lead: {
    none: 'Noch kein Schritt: auf Ausführen drücken.',
    unsure: (large, smallSteps, would) => {
      const n = large.length + smallSteps.length;
      if (large.length === 0) return `Kein Schritt beginnt unsicher. ${small(would)} ${n === 1 ? 'den einzigen' : n === 2 ? 'beide' : `alle ${n}`}.`;
      if (smallSteps.length === 0) return n === 1 ? `Der einzige Schritt beginnt unsicher und ${goes(would, true)} ans große Modell.` : `${n === 2 ? 'Beide' : `Alle ${n}`} Schritte beginnen unsicher und ${goes(would, false)} ans große Modell.`;
      const one = large.length === 1;
      if (Math.max(large.length, smallSteps.length) > NAMED) return `${large.length} von ${n} Schritten ${one ? 'beginnt' : 'beginnen'} unsicher und ${goes(would, one)} ans große Modell. ${small(would)} die übrigen ${smallSteps.length}.`;
      return `${one ? 'Schritt' : 'Die Schritte'} ${named(large)} ${one ? 'beginnt' : 'beginnen'} unsicher und ${goes(would, one)} ans große Modell. ${small(would)} ${named(smallSteps)}.`;
    },
    other: (rule, large, smallSteps, would) => {
      const n = large.length + smallSteps.length;
      const who = { stepMean: 'Im Ganzen unsicher:', selfCheck: 'Vom kleinen Modell bezweifelt:', random: 'Nach der Münze:', relay: 'In der Staffel:' }[rule];
      if (large.length === 0) return `${who} kein Schritt. ${small(would)} alle ${n}.`;
      if (smallSteps.length === 0) return `${who} jeder Schritt, das große Modell ${would ? 'schriebe' : 'schreibt'} alle.`;
      const one = large.length === 1;
      if (Math.max(large.length, smallSteps.length) > NAMED) return `${who} ${large.length} von ${n} Schritten ${goes(would, one)} ans große Modell. ${small(would)} die übrigen ${smallSteps.length}.`;
      return `${who} ${one ? 'Schritt' : 'Schritte'} ${named(large)} ${goes(would, one)} ans große Modell. ${small(would)} ${named(smallSteps)}.`;
    },
    small: (n) => `Das kleine Modell allein: ${steps(n)}.`,
    large: (n) => `Das große Modell allein: ${steps(n)}.`,
    final: ' Die Antwort gehört in jedem Fall dem großen Modell.',
  },
  text: {
    alone: (model) => `Diesen Text schrieb ${model} allein: Gezeigt wird seine eigene Unsicherheit. Ausführen lässt beide Modelle schreiben.`,
    stale: (n) => `${n === 1 ? 'Ein Schritt läse' : `${n} Schritte läsen`} sich unter diesen Marken anders. Ausführen schreibt ${n === 1 ? 'ihn' : 'sie'} neu.`,
    own: 'Ausführen lässt beide Modelle den Prompt oben fortsetzen.',
    waits: (family, level) => `Eine Frage des Benchmarks (${family}, Stufe ${level}): Ausführen lässt beide Modelle antworten.`,
    right: (given) => `Antwort ${given}: richtig.`,
    wrong: (given, expected) => `Antwort ${given}: falsch, erwartet war ${expected}.`,
    noAnswer: (expected) => `Es kam keine Antwort; erwartet war ${expected}.`,
    question: 'nächste Frage',
    both: 'Diesen Text schrieben beide Modelle, wie die Marken sagen.',
  },
  buys: {
    title: 'Was \u03c4 bringt',
    formula: { share: 'Genauigkeit gegen Anteil abgegebener Schritte', cost: 'Genauigkeit gegen Aufwand des großen Modells allein' },
    axis: { share: 'Schrittanteil', cost: 'Aufwand' },
    axisLabel: 'Wogegen die Genauigkeit steht',
    percent: '% richtig',
    random: 'zufällige Schritte, gleicher Anteil',
    lead: (correct, share) => `${correct} richtig mit ${share} der Schritte.`,
    leadCost: (correct, cost) => `${correct} richtig bei ${cost} der Operationen des großen Modells.`,
    foot: { share: (n) => `Anteil der vom großen Modell geschriebenen Schritte; ${n} Aufgaben, 95-%-Band`, cost: (n) => `Operationen in Teilen des großen Modells allein; ${n} Aufgaben, 95-%-Band` },
    absent: 'Mit dieser Fassung kommt keine gemessene Kurve. Unten einige Aufgaben messen, dann erscheinen sie hier.',
    here: 'hier gemessen',
    shipped: (n) => `an ${n} Aufgaben gemessen`,
    spoken: (points) => `Richtige Antworten nach Anteil abgegebener Schritte: ${points}.`,
    columns: ['Menge', 'Zielanteil', 'Anteil groß', 'Aufwand', 'Genauigkeit', 'von', 'bis'],
  },
  time: {
    title: 'Zeit je Lauf',
    formula: 'Probe, klein schreibt, groß liest, groß schreibt',
    question: (now, alone) => `${now} je Frage, ${alone} mit dem großen Modell allein`,
    was: (now, alone) => `${now}, ${alone} mit dem großen Modell allein`,
    measure: 'das große Modell allein messen',
    flops: (share) => `${share} seiner Operationen`,
    columns: ['Teil', 'Token', 'ms', 'Operationen'],
    part: { probe: 'Probe', smallDecode: 'klein', largePrefill: 'groß liest', largeDecode: 'groß schreibt' },
    none: 'Ausführen lässt beide Modelle schreiben; dann erscheint hier die Zeit jedes Teils.',
    seconds: (s) => `${s} s`,
    milliseconds: (ms) => `${ms} ms`,
    spoken: (parts) => `Zeit je Teil: ${parts}.`,
  },
  bench: {
    title: 'Hier gemessen',
    formula: 'richtige Antworten nach Anteil abgegebener Schritte; für alle Regeln dieselben Fragen',
    count: 'Fragen',
    all: 'alle',
    start: 'Messen',
    startLong: 'Das Abgeben an Fragen des Benchmarks messen',
    resume: 'Weiter',
    resumeLong: 'Das Messen des Abgebens fortsetzen',
    cancel: 'Abbrechen',
    cancelLong: 'Das Messen des Abgebens abbrechen',
    progressLabel: 'Gemessene Fragen',
    progress: (done, total) => `${done} von ${total} Fragen`,
    remaining: (minutes) => `noch etwa ${minutes}`,
    minutes: (m) => (m < 1 ? 'weniger als eine Minute' : `${Math.round(m)} min`),
    export: 'Ergebnisse als JSON',
    clear: 'leeren',
    clearLong: 'Das hier Gemessene löschen',
    cannot: 'Die Fragen oder das kleine Modell konnten nicht geladen werden.',
    failed: 'Die Messung hat abgebrochen: ',
    needs: 'Zuerst müssen die Modelle geladen sein.',
    arm: { small: 'klein allein', large: 'groß allein', entropy: 'erstes Token', random: 'Zufall' },
    aimed: (name, share) => `${name}, ${share}`,
    columns: ['Regel', 'richtig', 'n', 'Anteil richtiger Antworten', 'von', 'bis', 'Anteil groß', 'Aufwand'],
    heads: ['Regel', 'richtig', '95 %', 'Anteil groß', 'Aufwand'],
    settings: 'Gierig; Schritte enden an einer Leerzeile; die Antwort bleibt bei dem, der ihren Schritt schreibt. Schwellen sind Quantile der Kalibriermenge. Der Aufwand zählt Proben und erneutes Lesen, in Teilen des großen Modells allein.',
  },
  table: ['Schritt', 'H des ersten Tokens, Nat', 'mittlere H, Nat', 'geschrieben von', 'nach dieser Regel', 'Token', 'Text'],
  note: {
    title: 'Zur Methode',
    lines: [
      'Der Text wird dort in Schritte geteilt, wo das Trennzeichen steht. Vor jedem Schritt wird das kleine Modell nach der Verteilung seines ersten Tokens gefragt; deren Entropie H entscheidet an einer Schwelle, welches Modell den ganzen Schritt schreibt. Nichts wird geprüft oder zurückgenommen. Das ist GlimpRouter (arXiv 2601.05110), wie veröffentlicht, nur mit anderen Modellen: Dort haben sie 4 und 32 Milliarden Parameter und schreiben, bis sie zu Ende gedacht haben.',
      'Der veröffentlichte Code nimmt die Entropie über die 20 wahrscheinlichsten Token, renormiert; hier geht sie über das ganze Vokabular, und der Schalter am Kopf dieses Bereichs zeigt die dortige. Jedes Modell behält, was es gelesen hat: Ein Abgeben kostet das Lesen der Token des anderen und nicht mehr.',
      'Schrittmittel und Selbsttest urteilen über einen Schritt, nachdem er geschrieben ist, und zahlen also für das, was sie verwerfen. Staffel und Münze sehen nichts an. Ist das kleine Modell die Mischung selbst mit einem Experten je Token, so sind beide Teile ein Checkpoint: Diese Form ist unsere eigene, nicht die des Artikels.',
    ],
  },
};

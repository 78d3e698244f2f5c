/**
 * Der deutsche Katalog: dieselbe Form wie der englische in ../../strings.ts, als eigenes Stück der Seite, das nur lädt,
 * wer Deutsch liest. Begriffe stehen in docs/GLOSSARY_DE.md.
 */
import type { Strings } from '../../strings';
import { about } from './about';
import { compareStrings } from './compare';
import { deviceStrings } from './device';
import { engineStrings } from './engine';
import { dockStrings } from './dock';
import { edits } from './edits';
import { embedStrings } from './embed';
import { entropyStrings } from './entropy';
import { heatStrings } from './heat';
import { keyStrings } from './keys';
import { lessonStrings } from './lessons';
import { linkStrings } from './link';
import { offlineStrings } from './offline';
import { recoveryStrings } from './recovery';
import { nameStrings } from './names';
import { remixStrings } from './remix';
import { remixFigures } from './remixFigures';
import { sharingStrings } from './sharing';
import { steering } from './steering';
import { timelineStrings } from './timeline';
import { traceStrings } from './traces';
import { localised } from '../../../base/numerals';
import { count, full, ordinal, plural, unitText } from './words';

export const german: Strings = {
  words: { count, ordinal },
  names: nameStrings,
  document: {
    title: 'MoE Playground: ein Mixture-of-Experts-Sprachmodell von innen sehen',
    description: 'Ein echtes, trainiertes Mixture-of-Experts-Sprachmodell läuft auf der eigenen GPU, im Browser. Zu sehen ist, zu welchen Experten jedes Token geht; das Routing lässt sich ändern, und alles Gemessene lässt sich exportieren.',
  },
  units: { bits: 'Bit', nats: 'Nat' },
  dock: dockStrings,
  about,
  compare: compareStrings,
  offline: offlineStrings,
  device: deviceStrings,
  engine: engineStrings,
  recovery: recoveryStrings,
  remix: remixStrings,
  entropy: entropyStrings,
  remixFigures,
  steering,
  traces: traceStrings,
  lessons: lessonStrings,
  brand: 'MoE Playground',
  startPage: 'MoE Playground, Startseite',
  skip: 'Zur Routing-Tabelle springen',
  close: 'Schließen',
  cancel: 'Abbrechen',
  dismiss: 'Ausblenden',
  retry: 'Noch einmal versuchen',
  menu: 'Menü',
  tools: 'Werkzeuge',
  privacy: 'Nichts, was hier eingegeben wird, verlässt diese Seite.',
  limits: 'Ein so kleines Modell setzt Texte im Stil dessen fort, was es gelesen hat. Es kennt wenige Tatsachen, verrechnet sich oft und befolgt keine Anweisungen.',

  prompt: {
    label: 'Prompt',
    placeholder: 'Text eingeben, den das Modell fortsetzen soll',
    run: 'Ausführen',
    stop: 'Anhalten',
    runKeys: 'Strg \u21b5',
    empty: 'Der Prompt ist leer: einige Wörter eingeben oder ein Beispiel wählen, dann auf Ausführen drücken.',
    busy: 'Das Modell lädt noch; der Lauf beginnt, sobald es bereit ist.',
  },

  tool: {
    examples: 'Beispiele',
    open: 'Öffnen',
    openHint: 'Eine Trace-Datei öffnen',
    share: 'Teilen',
    keys: 'Tasten und Hilfe',
    theme: (theme) => ({ system: 'Farben: wie das System', light: 'Farben: hell', dark: 'Farben: dunkel' })[theme],
  },

  setting: {
    temperature: { short: 'T', long: 'Temperatur', hint: 'bei 0 immer das wahrscheinlichste Token' },
    topK: { short: 'Top-k', long: 'Top-k', hint: 'des nächsten Tokens; 0 behält alle Token' },
    topP: { short: 'Top-p', long: 'Top-p', hint: 'des nächsten Tokens; 1 behält alle Token' },
    seed: { short: 'Seed', long: 'Seed', hint: 'derselbe Seed zieht denselben Text' },
    maxNewTokens: { short: 'Token', long: 'Neue Token', hint: 'höchstens so viele; 0 liest nur den Prompt' },
    exact: (short) => `genauer Wert von ${short}`,
    newSeed: 'neu',
    newSeedLong: 'Neuer Seed',
    sampling: 'Sampling',
    off: 'aus',
  },

  model: {
    label: 'Modell',
    shape: (layers, experts, topK) => `${layers} Schichten \u00d7 ${experts} Experten, Top-${topK}`,
    denseShape: (layers) => `${layers} Schichten, keine Experten`,
    webgpu: 'WebGPU',
    software: 'Software-Adapter',
    softwareShort: ': richtige Zahlen, langsam',
    softwareHint: 'Dieser Adapter rechnet auf dem Prozessor: Die Zahlen stimmen, aber es dauert.',
    replay: 'Nur Wiedergabe',
    notLoaded: 'Modell nicht geladen',
    load: (size) => (size === '' ? 'Modell laden' : `Modell laden (${size})`),
    saveData: 'Daten sparen',
    downloading: (done, total) => `${done} von ${total} geladen`,
    stage: {
      manifest: 'Modell wird gesucht',
      download: 'Gewichte werden geladen',
      verify: 'Gewichte werden geprüft',
      adapter: 'GPU wird angefragt',
      runtime: 'Engine für den Prozessor wird geladen',
      compare: 'Schnellere Engine wird gesucht',
      upload: 'Gewichte gehen auf die GPU',
      compile: 'Kernel werden übersetzt',
      measure: 'Schnellere Kernel werden gewählt',
    },
    ready: 'Das Modell ist bereit.',
    cancelled: 'Das Laden wurde abgebrochen. Der aufgezeichnete Lauf bleibt offen.',
    progress: 'Modell wird geladen',
  },

  notice: {
    region: 'Meldungen',
    details: 'Einzelheiten',
    restart: 'Engine neu starten',
    noWebgpuHint: {
      chromium: 'In Chrome und Edge braucht WebGPU Version 113 oder neuer und die Hardwarebeschleunigung, die in den Einstellungen unter \u201eSystem\u201c steht.',
      firefox: 'In Firefox ist WebGPU unter Windows ab Version 141 und unter macOS 26 eingeschaltet; Firefox für Android hat es noch nicht.',
      safari: 'In Safari gibt es WebGPU ab Version 26 (macOS, iOS und iPadOS 26).',
      other: 'Aktuelle Versionen von Chrome, Edge, Safari 26 und Firefox auf dem Desktop haben WebGPU.',
    },
    replayStays: 'Aufgezeichnete Läufe und geöffnete Trace-Dateien gehen hier trotzdem in vollem Umfang.',
    stopped: (tokens) => `Angehalten: ${tokens} Token behalten.`,
    contextFull: 'Der Text ist so lang, wie das Modell lesen kann; der Lauf endet hier.',
  },

  open: {
    drop: 'Trace hier ablegen, um ihn zu öffnen',
    dropHint: 'Von dieser Seite, npm run trace oder hf_moe_trace.py geschrieben oder von moe-atlas, vLLM, SGLang, llama.cpp oder C3PO; auch als gzip',
    failed: (name) => `${name} wurde nicht geöffnet`,
    refused: (faults) => `Diese Datei ist kein Trace, den die Seite lesen kann (${faults} Fehler).`,
    tooLarge: (bytes, most) => `Diese Datei hat ${Math.round(bytes / 1e6)} MB, mehr als die ${Math.round(most / 1e6)} MB, die die Seite öffnet: weniger Token exportieren oder die Logits weglassen.`,
    kept: 'Was vorher auf der Seite war, ist noch da.',
    count: (n) => `${n} Fehler`,
    opened: (name, tokens) => `${name} geöffnet, ${tokens} Token.`,
    noRecorded: (status) => `Der aufgezeichnete Lauf konnte nicht geladen werden (${status}). Eine Trace-Datei öffnen, oder das Modell laden und auf Ausführen drücken.`,
  },

  link: linkStrings,
  embed: embedStrings,
  sharing: sharingStrings,

  share: {
    title: 'Teilen',
    link: 'Link zu diesem Prompt, diesen Einstellungen und diesem Token',
    copyLink: 'Link kopieren',
    copied: 'Kopiert',
    copyFailed: 'Der Browser hat das Kopieren nicht erlaubt: Text markieren und von Hand kopieren.',
    longLink: 'Dieser Link hat mehr als 2.000 Zeichen; manche Programme kürzen ihn. Die Trace-Datei ist der sicherere Weg.',
    trace: 'Trace: jedes Token mit Router-Logits, gewählten Experten und Mischgewichten, als JSON',
    exportTrace: 'Trace exportieren',
    withoutPrompt: 'Den Prompt des Laufs weglassen',
    withLogits: 'Die Logits des ganzen Vokabulars dazunehmen',
    text: 'Text dieses Laufs',
    copyText: 'Text kopieren',
    nothing: 'Es gibt noch keinen Lauf: auf Ausführen drücken oder einen Trace öffnen.',
    exported: (name) => `${name} gespeichert.`,
  },

  examples: {
    title: 'Beispiele',
  },

  keys: keyStrings,

  edits,

  sentence: {
    region: 'Satz',
    tokens: 'Token',
    position: (n) => `Token ${n}`,
    of: (n) => `von ${n}`,
    recorded: 'Aufzeichnung',
    fromFile: (name) => `aus ${name}`,
    live: 'Live-Lauf',
    prompt: 'Prompt',
    generated: 'erzeugt',
    unit: 'Einheit der Entropie',
    entropyTip: (h) => `H ${h}`,
    layer: (layer) => `Schicht ${layer}`,
    expert: (expert) => `E${expert}`,
    uses: 'mal in diesem Text',
    token: (n, text, generated, h) => `Token ${n}, ${text}, ${generated ? 'erzeugt' : 'Prompt'}${h === '' ? '' : `, Unsicherheit ${h}`}`,
    none: 'Noch keine Token',
  },

  playback: {
    group: 'Wiedergabe',
    first: 'Erstes Token',
    previous: 'Voriges Token',
    play: 'Abspielen',
    pause: 'Pause',
    next: 'Nächstes Token',
    last: 'Letztes Token',
    previousStage: 'Vorige Stufe',
    nextStage: 'Nächste Stufe',
    back: 'Zurück',
    forth: 'Weiter',
    still: (stage, stages, name) => `Stufe ${stage} von ${stages}: ${name}`,
    speed: 'Tempo der Wiedergabe',
    speedValue: (speed) => `${localised(String(speed).replace(/^0\./, '.'))}\u00d7`,
  },

  heat: heatStrings,
  timeline: timelineStrings,

  flow: {
    title: (layer) => `In Schicht ${layer}`,
    region: 'Das Innere einer Schicht',
    layer: 'Schicht',
    previousLayer: 'Vorige Schicht',
    nextLayer: 'Nächste Schicht',
    stages: { score: 'Bewerten', cut: 'Wählen', run: 'Rechnen', combine: 'Mischen' },
    stageGroup: 'Stufen',
    caption: {
      score: (experts, token) => `Der Router gibt jedem der ${experts} Experten einen Anteil an \u201e${token}\u201c.`,
      cut: (chosen, dropped) => `${chosen === 1 ? 'Der beste kommt' : `Die besten ${count(chosen)} kommen`} in die Auswahl; ${dropped} ${dropped === 1 ? 'ruht' : 'ruhen'}.`,
      run: (names) => `Nur ${names} ${names.includes(' und ') ? 'rechnen' : 'rechnet'}.`,
      combine: (parts) => `Addiert ${parts}.`,
      combineUnknown: (names) => `Die Ausgaben von ${names} kommen hinzu, mit Gewichten, die dieser Trace nicht enthält.`,
      nothing: 'Kein Experte hat gerechnet: Das Token geht unverändert vorbei.',
    },
    part: (weight, expert) => `${full(weight)} von E${expert}`,
    and: ' und ',
    cutLabel: (k) => `Top ${k}`,
    residual: 'Residuum: das Token geht unverändert vorbei',
    residualShort: 'Residuum: unverändert',
    shared: 'gemeinsam',
    ranBefore: 'rechnete davor',
    toLayer: (layer) => `zu L${layer}`,
    toOutput: 'zur Ausgabe',
    columns: { expert: 'Experte', norm: '\u2016out\u2016', normLong: 'Länge des Ausgabevektors', share: 'der Token', tokens: 'seine Token hier, nach Gewicht', corpusTokens: 'überrepräsentierte Token, Lift' },
    corpusNote: (n) => `aus ${n} Validierungs-Token. Eine Korrelation, keine Rolle.`,
    note: (n) => `n ${n} Token dieses Textes. Eine Korrelation, keine Rolle.`,
    spoken: (layer, caption) => `Fluss durch Schicht ${layer}. ${caption}`,
  },

  router: {
    title: 'Router',
    where: (layer, token, text) => `Schicht ${layer}, Token ${token} \u201e${text}\u201c`,
    columns: { slot: 'Platz', expert: 'Exp.', logit: 'Logit', softmax: 'Softmax', share: 'Anteil', mix: 'Mix' },
    cutTopK: 'Top-k',
    cutTopP: 'Top-p',
    k: (k) => `k = ${k}`,
    p: (p, count_) => `p = ${full(p)}, ${count_} gewählt`,
    missed: (expert, by) => `E${expert} fehlten ${full(by)}`,
    sums: (softmax, mix) => `Summen ${softmax}, ${mix}`,
    sumsHint: 'Summe aller Softmax-Werte und Summe der Mischgewichte',
    sumMix: (mix) => `Summe der Gewichte ${mix}`,
    off: 'aus',
    rest: (n) => `und ${n} weitere`,
    showAll: (n) => `alle ${n}`,
    sortId: 'Nach Nummer ordnen',
    sortRank: 'Nach Rang ordnen',
    showFew: 'weniger',
  },

  next: {
    title: 'Nächstes Token',
    after: (text) => `nach \u201e${text}\u201c`,
    other: 'andere',
    otherLong: (n) => `alle ${n} anderen Token`,
    chosen: 'geschrieben',
    entropy: (h, unit) => `H ${h} ${unitText(unit)}`,
    columns: { token: 'Token', probability: 'Wahrscheinlichkeit' },
    empty: 'Dieser Trace enthält keine Wahrscheinlichkeiten des nächsten Tokens.',
  },

  panel: {
    tabs: 'Bereiche',
    inspect: 'Ansehen',
    remix: 'Re-Mix',
    edits: 'Eingriffe',
    stats: 'Statistik',
    trace: 'Trace',
    compare: 'Vergleich',
    which: 'Statistik',
    parts: { router: 'Router', flow: 'Fluss' },
    part: 'Teil der Schicht',
    largeCells: (layer) => `Experten der Schicht ${layer}`,
    sheet: 'Ansicht',
    grow: 'Mehr zeigen',
    shrink: 'Weniger zeigen',
    layerTitle: (layer) => `Schicht ${layer}`,
    next: 'weiter',
  },

  spoken: {
    step: (n, text, layer, experts) => `Token ${n}, ${text}. Schicht ${layer}: ${experts}.`,
    running: 'Läuft.',
    done: (tokens) => `Fertig, ${plural(tokens, 'neues Token', 'neue Token')}.`,
  },
};

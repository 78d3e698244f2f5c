/**
 * Every string that is seen or spoken, in one place. Values are texts or functions of their
 * parameters. English is written here and in strings/*.ts; German is the same shape in strings/de/.
 * Whoever adds English adds German in the same commit: the compiler asks for it.
 */
import { deviceStrings } from './strings/device';
import { dockStrings } from './strings/dock';
import { edits } from './strings/edits';
import { engineStrings } from './strings/engine';
import { embedStrings } from './strings/embed';
import { entropyStrings } from './strings/entropy';
import { heatStrings } from './strings/heat';
import { keyStrings } from './strings/keys';
import { lessonStrings } from './strings/lessons';
import { linkStrings } from './strings/link';
import { offlineStrings } from './strings/offline';
import { recoveryStrings } from './strings/recovery';
import { sharingStrings } from './strings/sharing';
import { nameStrings } from './strings/names';
import { timelineStrings } from './strings/timeline';
import type { Translation } from './strings/translation';
import { count, ordinal } from './strings/words';
import { about } from './strings/about';
import { compareStrings } from './strings/compare';
import type { remixStrings } from './strings/remix';
import type { remixFigures } from './strings/remixFigures';
import type { steering } from './strings/steering';
import { traceStrings } from './strings/traces';

export const english = {
  words: { count, ordinal },
  names: nameStrings,
  /** The tab's title and what search engines show; the same as in index.html. */
  document: {
    title: 'MoE Playground: see inside a Mixture-of-Experts language model',
    description: 'A real, trained Mixture-of-Experts language model runs on your GPU, in your browser. See which experts each token goes to, change the routing, and export what you measure.',
  },
  units: { bits: 'bits', nats: 'nats' },
  dock: dockStrings,
  about,
  compare: compareStrings,
  offline: offlineStrings,
  device: deviceStrings,
  engine: engineStrings,
  recovery: recoveryStrings,
  // The rest of these three comes with their panel: strings/late.ts.
  remix: { title: 'Re-mix' } as typeof remixStrings,
  entropy: entropyStrings,
  remixFigures: {} as typeof remixFigures,
  steering: {} as typeof steering,
  traces: traceStrings,
  lessons: lessonStrings,
  brand: 'MoE Playground',
  startPage: 'MoE Playground, start',
  skip: 'Skip to the routing table',
  close: 'Close',
  cancel: 'Cancel',
  dismiss: 'Dismiss',
  retry: 'Try again',
  menu: 'Menu',
  tools: 'Tools',
  privacy: 'Nothing you type leaves this page.',
  limits: 'A model this small continues text in the style of what it has read. It knows few facts, often gets sums wrong and follows no instructions.',

  prompt: {
    label: 'Prompt',
    placeholder: 'Type a text for the model to continue',
    run: 'Run',
    stop: 'Stop',
    runKeys: 'Ctrl \u21b5',
    empty: 'The prompt is empty: type a few words, or choose an example, then press Run.',
    busy: 'The model is still loading; the run starts when it is ready.',
  },

  tool: {
    examples: 'Examples',
    open: 'Open',
    openHint: 'Open a trace file',
    share: 'Share',
    keys: 'Keys and help',
    theme: (theme: 'system' | 'light' | 'dark') => ({ system: 'Theme: as the system', light: 'Theme: light', dark: 'Theme: dark' })[theme],
  },

  setting: {
    temperature: { short: 'T', long: 'Temperature', hint: '0 always takes the most likely token' },
    topK: { short: 'top-k', long: 'Top-k', hint: 'of the next token; 0 keeps all tokens' },
    topP: { short: 'top-p', long: 'Top-p', hint: 'of the next token; 1 keeps all tokens' },
    seed: { short: 'seed', long: 'Seed', hint: 'the same seed draws the same text' },
    maxNewTokens: { short: 'tokens', long: 'New tokens', hint: 'at most this many; 0 reads the prompt only' },
    exact: (short: string) => `exact value of ${short}`,
    newSeed: 'new',
    newSeedLong: 'New seed',
    sampling: 'Sampling',
    off: 'off',
  },

  model: {
    label: 'Model',
    shape: (layers: number, experts: number, topK: number) => `${layers} layers \u00d7 ${experts} experts, top-${topK}`,
    denseShape: (layers: number) => `${layers} layers, no experts`,
    webgpu: 'WebGPU',
    software: 'software adapter',
    softwareShort: ': right numbers, slow',
    softwareHint: 'This adapter computes on the processor: the numbers are right, but slow.',
    replay: 'Replay only',
    notLoaded: 'Model not loaded',
    load: (size: string) => (size === '' ? 'Load model' : `Load model (${size})`),
    saveData: 'Save-Data is on',
    downloading: (done: string, total: string) => `Loading ${done} of ${total}`,
    stage: {
      manifest: 'Looking up the model',
      download: 'Loading the weights',
      verify: 'Checking the weights',
      adapter: 'Asking for the GPU',
      runtime: 'Loading the engine for the processor',
      compare: 'Trying which engine is faster',
      upload: 'Moving weights to the GPU',
      compile: 'Compiling the kernels',
      measure: 'Choosing the faster kernels',
    },
    ready: 'The model is ready.',
    cancelled: 'Loading was stopped. The recorded run stays open.',
    progress: 'Loading the model',
  },

  notice: {
    region: 'Messages',
    details: 'Details',
    restart: 'Restart the engine',
    noWebgpuHint: {
      chromium: 'In Chrome and Edge, WebGPU needs version 113 or later and hardware acceleration switched on in the settings under System.',
      firefox: 'In Firefox, WebGPU is on by default on Windows from version 141 and on macOS 26; Firefox for Android has none yet.',
      safari: 'In Safari, WebGPU comes with version 26 (macOS, iOS and iPadOS 26).',
      other: 'Current versions of Chrome, Edge, Safari 26 and Firefox on desktop have WebGPU.',
    },
    replayStays: 'Recorded runs and opened trace files still work here in full.',
    stopped: (tokens: number) => `Stopped: ${tokens} ${tokens === 1 ? 'token' : 'tokens'} kept.`,
    contextFull: 'The text has reached the longest length that the model can read, so the run ended there.',
  },

  open: {
    drop: 'Drop a trace to open it',
    dropHint: 'Written by this page, npm run trace or hf_moe_trace.py, or by moe-atlas, vLLM, SGLang, llama.cpp or C3PO; gzip too',
    failed: (name: string) => `${name} was not opened`,
    refused: (faults: number) => `This file is not a trace that the page can read (${faults} ${faults === 1 ? 'fault' : 'faults'}).`,
    tooLarge: (bytes: number, most: number) => `This file has ${Math.round(bytes / 1e6)} MB, more than the ${Math.round(most / 1e6)} MB that the page opens: export fewer tokens, or leave out the logits.`,
    kept: 'What was on the page before is still there.',
    count: (n: number) => `${n} ${n === 1 ? 'fault' : 'faults'}`,
    opened: (name: string, tokens: number) => `${name} opened, ${tokens} tokens.`,
    noRecorded: (status: string) => `The recorded run could not be loaded (${status}). Open a trace file, or load the model and press Run.`,
  },

  link: linkStrings,
  embed: embedStrings,
  sharing: sharingStrings,

  share: {
    title: 'Share',
    link: 'Link to this prompt, these settings and this token',
    copyLink: 'Copy link',
    copied: 'Copied',
    copyFailed: 'The browser did not allow copying: select the text and copy it by hand.',
    longLink: 'This link is longer than 2,000 characters, which some programs cut. The trace file is the safer way.',
    trace: 'Trace: every token with its router logits, chosen experts and mixing weights, as JSON',
    exportTrace: 'Export trace',
    withoutPrompt: 'Leave out the prompt text of the run',
    withLogits: 'Add the logits of the whole vocabulary',
    text: 'Text of this run',
    copyText: 'Copy text',
    nothing: 'There is no run yet: press Run or open a trace first.',
    exported: (name: string) => `${name} saved.`,
  },

  examples: {
    title: 'Examples',
  },

  keys: keyStrings,

  edits,

  sentence: {
    region: 'Sentence',
    tokens: 'Tokens',
    position: (n: number) => `Token ${n}`,
    of: (n: number) => `of ${n}`,
    recorded: 'recorded run',
    fromFile: (name: string) => `from ${name}`,
    live: 'live run',
    prompt: 'prompt',
    generated: 'generated',
    unit: 'Unit of entropy',
    entropyTip: (h: string) => `H ${h}`,
    layer: (layer: number) => `layer ${layer}`,
    expert: (expert: number) => `E${expert}`,
    uses: 'uses in this text',
    token: (n: number, text: string, generated: boolean, h: string) => `token ${n}, ${text}, ${generated ? 'generated' : 'prompt'}${h === '' ? '' : `, uncertainty ${h}`}`,
    none: 'No tokens yet',
  },

  playback: {
    group: 'Playback',
    first: 'First token',
    previous: 'Previous token',
    play: 'Play',
    pause: 'Pause',
    next: 'Next token',
    last: 'Last token',
    previousStage: 'Previous stage',
    nextStage: 'Next stage',
    back: 'Back',
    forth: 'Next',
    still: (stage: number, stages: number, name: string) => `stage ${stage} of ${stages}: ${name}`,
    speed: 'Playback speed',
    speedValue: (speed: number) => `${String(speed).replace(/^0\./, '.')}\u00d7`,
  },

  heat: heatStrings,
  timeline: timelineStrings,

  flow: {
    title: (layer: number) => `Inside layer ${layer}`,
    region: 'Inside one layer',
    layer: 'layer',
    previousLayer: 'Previous layer',
    nextLayer: 'Next layer',
    stages: { score: 'Score', cut: 'Cut', run: 'Run', combine: 'Combine' },
    stageGroup: 'Stages',
    caption: {
      score: (experts: number, token: string) => `The router gives each of the ${experts} experts a share of \u201c${token}\u201d.`,
      cut: (chosen: number, dropped: number) => `The best ${count(chosen)} ${chosen === 1 ? 'passes' : 'pass'} the cut; ${dropped} stay idle.`,
      run: (names: string) => `Only ${names} ${names.includes(' and ') ? 'compute' : 'computes'}.`,
      combine: (parts: string) => `Adds ${parts} to the token.`,
      combineUnknown: (names: string) => `Adds the outputs of ${names}, with weights that this trace does not hold.`,
      nothing: 'No expert ran: the token passes by unchanged.',
    },
    part: (weight: string, expert: number) => `${weight} of E${expert}`,
    and: ' and ',
    cutLabel: (k: number) => `top ${k}`,
    residual: 'residual: the token passes by unchanged',
    residualShort: 'residual: unchanged',
    shared: 'shared',
    ranBefore: 'ran before',
    toLayer: (layer: number) => `to L${layer}`,
    toOutput: 'to output',
    columns: { expert: 'expert', norm: '\u2016out\u2016', normLong: 'length of the output vector', share: 'of tokens', tokens: 'tokens of this text that it took, by weight', corpusTokens: 'most over-represented tokens, lift' },
    corpusNote: (n: string) => `n ${n} validation tokens. A correlation, not a role.`.replace('n  ', 'over '),
    note: (n: number) => `n ${n} tokens of this text. A correlation, not a role.`,
    spoken: (layer: number, caption: string) => `Flow through layer ${layer}. ${caption}`,
  },

  router: {
    title: 'Router',
    where: (layer: number, token: number, text: string) => `layer ${layer}, token ${token} \u201c${text}\u201d`,
    columns: { slot: 'slot', expert: 'expert', logit: 'logit', softmax: 'softmax', share: 'share', mix: 'mix' },
    cutTopK: 'top-k',
    cutTopP: 'top-p',
    k: (k: number) => `k = ${k}`,
    p: (p: string, count_: number) => `p = ${p}, ${count_} chosen`,
    missed: (expert: number, by: string) => `E${expert} missed the cut by ${by}`,
    sums: (softmax: string, mix: string) => `sums ${softmax}, ${mix}`,
    sumsHint: 'sum of all softmax values, and of the weights in the mix',
    sumMix: (mix: string) => `mix sums to ${mix}`,
    off: 'off',
    rest: (n: number) => `and ${n} more`,
    showAll: (n: number) => `all ${n}`,
    sortId: 'Order by expert',
    sortRank: 'Order by rank',
    showFew: 'fewer',
  },

  next: {
    title: 'Next token',
    after: (text: string) => `after \u201c${text}\u201d`,
    other: 'other',
    otherLong: (n: string) => `all ${n} other tokens`,
    chosen: 'written',
    entropy: (h: string, unit: string) => `H ${h} ${unit}`,
    columns: { token: 'token', probability: 'probability' },
    empty: 'This trace holds no next-token probabilities.',
  },

  panel: {
    tabs: 'Sections',
    inspect: 'Inspect',
    remix: 'Re-mix',
    edits: 'Edits',
    stats: 'Stats',
    trace: 'Trace',
    compare: 'Compare',
    which: 'Statistics',
    parts: { router: 'Router', flow: 'Flow' },
    part: 'Part of the layer',
    largeCells: (layer: number) => `Experts of layer ${layer}`,
    sheet: 'Inspector',
    grow: 'Show more',
    shrink: 'Show less',
    layerTitle: (layer: number) => `Layer ${layer}`,
    next: 'next',
  },

  spoken: {
    step: (n: number, text: string, layer: number, experts: string) => `Token ${n}, ${text}. Layer ${layer}: ${experts}.`,
    running: 'Running.',
    done: (tokens: number) => `Finished, ${tokens} new tokens.`,
  },
} as const;

/** What a catalogue has to be: the keys of the English one, with texts, parameters and lists of the same shape. */
export type Strings = Translation<typeof english>;

/**
 * The catalogue in use. A live binding: every reader sees the language of now, as long as it reads when it draws.
 * A text that is kept at module level stays in the language that was in use when the module was loaded.
 */
export let strings: Strings = english;
let language = 'en';

/** The BCP 47 tag of the catalogue in use. */
export function shownLanguage(): string {
  return language;
}

/** Puts another catalogue into use. Only `language.ts` calls it, which also has the page drawn anew. */
export function adoptCatalogue(tag: string, catalogue: Strings): void {
  language = tag;
  strings = catalogue;
}

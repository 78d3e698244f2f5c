/** Every reading that a lesson may use, and what kind of value it has. docs/LESSONS.md explains each. */

/**
 * `count` a number as it stands, `ratio` a number with two decimals, `share` in [0, 1], `fine` a share with three decimals, `bits`, `expert` an expert's id, `layer` a layer's number,
 * `position` a place in the text from 0 (written from 1), `word` a text, `phrase` several tokens as they read, `token` the text of a token, `flag` true or false.
 */
export type Kind = 'count' | 'ratio' | 'share' | 'fine' | 'bits' | 'expert' | 'layer' | 'position' | 'word' | 'phrase' | 'token' | 'flag';

export const KINDS = {
  // where the visitor looks
  token: 'position',
  layer: 'layer',
  stage: 'count',
  panel: 'word',
  heat: 'word',
  pinned: 'flag',
  trace: 'word',
  model: 'word',
  live: 'flag',
  // the run on the page
  tokens: 'count',
  promptTokens: 'count',
  layers: 'count',
  experts: 'count',
  topK: 'count',
  text: 'token',
  word: 'word',
  layerNumber: 'count',
  // the router of one layer for one token
  chosen: 'expert',
  isChosen: 'flag',
  softmax: 'share',
  mix: 'share',
  missed: 'expert',
  margin: 'fine',
  routerBits: 'bits',
  surestLayer: 'layer',
  // the next token
  bits: 'bits',
  likeliest: 'token',
  probability: 'fine',
  next: 'token',
  unsurest: 'position',
  unsurestBits: 'bits',
  written: 'phrase',
  // the whole text
  uses: 'count',
  busiest: 'expert',
  busiestUses: 'count',
  unused: 'count',
  maxOverMean: 'ratio',
  auxLoss: 'ratio',
  mostUneven: 'layer',
  leastUneven: 'layer',
  corpusUnused: 'count',
  corpusMaxOverMean: 'ratio',
  // interventions
  edits: 'count',
  off: 'flag',
  k: 'count',
  settled: 'flag',
  mixWanted: 'share',
  chosenBefore: 'expert',
  isChosenBefore: 'flag',
  softmaxBefore: 'share',
  mixBefore: 'share',
  likeliestBefore: 'token',
  likeliestChanged: 'flag',
  textChanged: 'flag',
  klBits: 'bits',
  bitsBefore: 'bits',
  rerunTokens: 'count',
  // steps and their threshold
  tau: 'bits',
  steps: 'count',
  stepsAbove: 'count',
  shareAboveDefault: 'share',
  // re-mixing
  question: 'word',
  answeredRight: 'flag',
  rightNow: 'flag',
  mixSource: 'word',
  mixFound: 'flag',
  neighbourhood: 'word',
  rightBefore: 'fine',
  rightAfter: 'fine',
} as const satisfies Record<string, Kind>;

export type ReadingName = keyof typeof KINDS;
export const READING_NAMES = Object.keys(KINDS) as [ReadingName, ...ReadingName[]];

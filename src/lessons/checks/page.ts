/** Readings of what the visitor looks at and has changed: place, panels, edits, threshold, re-mixing. */
import { nextTokenDifference, topChange } from '../../analysis/next-token-difference';
import { selectExperts } from '../../routing/select';
import { enabledEdits } from '../../state/edits';
import { planOf } from '../../state/editPlan';
import { layerView } from '../../state/layerView';
import { nextTokenView } from '../../state/nextToken';
import { effectView, type EffectView } from '../../state/remix/effectView';
import { ruleAt, type RoutingRule } from '../../state/ruleAt';
import type { AppState, OpenTrace } from '../../state/state';
import { DEFAULTS } from '../../state/settings';
import { shareCount, stepEntropy, type StepEntropy } from '../../state/stepEntropy';
import type { Trace } from '../../trace/trace';
import { bits, type Place, type Reader } from './context';
import { ROUTING } from './routing';

/** The run without edits: the one beside the run on the page, or that run itself. */
const baseOf = ({ traces }: AppState): OpenTrace | undefined => traces.baseline ?? traces.current;

function lastPart(path: string): string {
  return path.split('/').at(-1) ?? path;
}

/** The rule that the edits ask for at a place. */
function wanted({ state, layer, token }: Place): { readonly rule: RoutingRule; readonly base: Trace } | undefined {
  const base = baseOf(state)?.trace;
  return base === undefined ? undefined : { rule: ruleAt(planOf(state.edits.list, base.model, base.run.plan), base, layer, token), base };
}

/** Weights that the wanted rule gives on the recorded logits: exact in the first layer that the edits change. */
function mixWanted(place: Place): number | undefined {
  const asked = wanted(place);
  const logits = asked?.base.routing.logits;
  if (asked === undefined || logits === undefined) return undefined;
  const { model } = asked.base;
  const at = (place.token * model.moeLayers.length + place.row) * model.experts;
  const { mix, chosen } = selectExperts(logits.subarray(at, at + model.experts), asked.rule, model.scoring === 'sigmoid' ? 'sigmoid' : 'softmax');
  if (place.expert === undefined) return mix[place.rank - 1];
  const slot = chosen.indexOf(place.expert);
  return slot < 0 ? 0 : mix[slot];
}

/** The runs before and with the edits, once the run with them is on the page. */
function pair({ state, trace }: Place): { readonly before: Trace; readonly now: Trace } | undefined {
  const before = state.traces.baseline?.trace;
  return before === undefined || state.edits.phase !== 'done' || state.run.status !== 'idle' ? undefined : { before, now: trace };
}

/** Same tokens at every position. */
function sameText(a: Trace, b: Trace): boolean {
  return a.tokens.ids.length === b.tokens.ids.length && a.tokens.ids.every((id, i) => id === b.tokens.ids[i]);
}

function stepsOf({ state, trace }: Place): StepEntropy {
  const { stepEnd: end, candidates } = state.view;
  return stepEntropy(trace, { end, candidates, pattern: state.entropy.pattern });
}

const effects = new WeakMap<Float32Array, EffectView>();

/** The answer options before the mix and now; undefined while either is not known. */
function effectOf({ remix }: AppState): EffectView | undefined {
  const logits = remix.effect?.after.logits;
  if (remix.question === undefined || logits === undefined) return undefined;
  const value = effects.get(logits) ?? effectView(remix.question, logits);
  effects.set(logits, value);
  return value;
}

/** The same place in the run without edits. */
function atBase(place: Place): Place {
  return { ...place, trace: baseOf(place.state)?.trace ?? place.trace };
}

export const PAGE = {
  token: ({ state }) => state.focus.token,
  layerNumber: ({ state, trace }) => trace.model.moeLayers[state.focus.row],
  layer: ({ state, trace }) => trace.model.moeLayers[state.focus.row],
  stage: ({ state }) => state.focus.stage + 1,
  panel: ({ state }) => state.view.panel,
  heat: ({ state }) => state.view.heat,
  pinned: ({ state, layer, expert }) => state.view.pins.some((pin) => pin.layer === layer && (expert === undefined || pin.expert === expert)),
  trace: ({ state }) => lastPart(baseOf(state)?.name ?? ''),
  model: ({ trace }) => trace.model.id,
  live: ({ state }) => state.traces.current?.origin === 'live' && state.run.status === 'idle',
  tokens: ({ trace }) => trace.tokens.ids.length,
  promptTokens: ({ trace }) => trace.run.promptTokens,
  layers: ({ trace }) => trace.model.moeLayers.length,
  experts: ({ trace }) => trace.model.experts,
  topK: ({ trace }) => trace.model.topK,
  edits: ({ state }) => enabledEdits(state.edits.list).length,
  off: ({ state, layer, expert }) => enabledEdits(state.edits.list).some((edit) => edit.kind === 'ablate' && edit.layer === layer && (expert === undefined || edit.expert === expert)),
  k: (place) => {
    const selection = wanted(place)?.rule.selection;
    return selection?.kind === 'top-k' ? selection.k : undefined;
  },
  settled: ({ state }) => state.run.status === 'idle' && state.edits.phase === 'done' && (enabledEdits(state.edits.list).length === 0) === (state.traces.baseline === undefined),
  mixWanted,
  chosenBefore: ({ state, token, row, rank }) => {
    const base = baseOf(state)?.trace;
    return base === undefined ? undefined : layerView(base, token, row)?.chosen[rank - 1];
  },
  isChosenBefore: ({ state, token, row, expert }) => {
    const base = baseOf(state)?.trace;
    return base === undefined || expert === undefined ? undefined : layerView(base, token, row)?.chosen.includes(expert);
  },
  softmaxBefore: (place) => ROUTING.softmax(atBase(place)),
  mixBefore: (place) => ROUTING.mix(atBase(place)),
  likeliestBefore: ({ state, token }) => {
    const base = baseOf(state)?.trace;
    return base === undefined ? undefined : nextTokenView(base, token, 2)?.candidates[0]?.text;
  },
  likeliestChanged: (place) => {
    const both = pair(place);
    return both && topChange({ trace: both.before, token: place.token }, { trace: both.now, token: place.token })?.changed;
  },
  textChanged: (place) => {
    const both = pair(place);
    return both && !sameText(both.before, both.now);
  },
  klBits: (place) => {
    const both = pair(place);
    return bits(both && nextTokenDifference({ trace: both.before, token: place.token }, { trace: both.now, token: place.token })?.klNats);
  },
  bitsBefore: ({ state, token }) => bits(baseOf(state)?.trace.output.entropy?.[token]),
  rerunTokens: ({ state }) => state.edits.cost?.tokens,
  tau: ({ state }) => bits(state.view.tau),
  steps: (place) => stepsOf(place).tokens.length,
  stepsAbove: (place) => shareCount(stepsOf(place), place.state.view.tau).above,
  shareAboveDefault: (place) => {
    const { above, n } = shareCount(stepsOf(place), DEFAULTS.tau);
    return n === 0 ? undefined : above / n;
  },
  question: ({ state }) => state.remix.question?.item.id,
  answeredRight: ({ state: { remix } }) => remix.question && remix.question.item.options[remix.question.answer] === remix.question.item.answer,
  rightNow: ({ state }) => {
    const view = effectOf(state);
    return view && state.remix.question?.item.options[view.answer.after] === state.remix.question?.item.answer;
  },
  mixSource: ({ state }) => state.remix.mix?.source,
  mixFound: ({ state }) => state.remix.run.phase === 'done',
  neighbourhood: ({ state }) => state.remix.changes.neighbourhood ?? 'kNN',
  rightBefore: ({ state }) => effectOf(state)?.options.find(({ correct }) => correct)?.before,
  rightAfter: ({ state }) => effectOf(state)?.options.find(({ correct }) => correct)?.after,
} as const satisfies Record<string, Reader>;


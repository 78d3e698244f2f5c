/**
 * Force-replay: the model reads the text on screen once with the recorded experts and once as its router would have it, and the
 * page reports how far the two part. View-replay only draws what is recorded.
 */
import { klNats } from '../analysis/divergence';
import { choicesGiven, setDisagreement, topOfLogits } from '../analysis/replay';
import { PlaygroundError } from '../base/errors';
import type { ModelAccess, ScoredText } from '../engine/access';
import { moeLayerCount } from '../model/config';
import { ROUTER_AS_TRAINED, type RoutingPlan } from '../routing/plan';
import { replayPlan, type GivenChoices } from '../routing/replay';
import type { Trace } from '../trace/trace';
import { patch, type App } from './app';
import { chooseOther } from './compare';
import { forcedTrace, likeliest } from './forcedTrace';
import { withOpen } from './openTraces';
import { onModel, wordsOf, type CardText, type Outcome } from './steering/work';
import { strings } from './strings';

export interface ForcedReplay {
  /** Tokens that were run, and how many the trace has. */
  readonly n: number;
  readonly of: number;
  /** Numbers of the layers. */
  readonly layers: readonly number[];
  /** Share of the sets that differ from the router's own while the recorded ones are used, so that each layer is judged by itself; all, and by layer. */
  readonly own: number;
  readonly ownByLayer: readonly number[];
  /** The same for the router left alone from the first token on, so that differences add up. */
  readonly free: number;
  readonly freeByLayer: readonly number[];
  /** KL of the next-token distributions, recorded experts against the router's own, nats: mean and largest. */
  readonly meanKlNats: number;
  readonly largestKlNats: number;
  /** Tokens after which another next token is the likeliest. */
  readonly topChanged: number;
  /** Tokens after which the recorded likeliest next token is not the one found here; undefined where none is recorded. */
  readonly recordedTopChanged: number | undefined;
  /** Largest difference to a recorded entropy, nats; undefined where none is recorded. */
  readonly entropyGapNats: number | undefined;
  /** The trace is of other weights of the same shape, or does not say of which. */
  readonly otherWeights: boolean;
}

/** What a replay gives: the figures, and the run with the recorded experts as a trace. */
export interface Replayed {
  readonly report: ForcedReplay;
  readonly trace: Trace | undefined;
}

/** Runs it on the trace that the page shows, or says in a sentence why not. */
export function forceReplay(app: App): Promise<Outcome<Replayed>> {
  const { traces, session } = app.store.getState();
  const trace = traces.current?.trace;
  return onModel(app, async (access, text, signal) => {
    if (trace === undefined) throw new PlaygroundError('bad-input', strings.steering.noText);
    const loaded = session.phase === 'ready' ? session.model : undefined;
    const { report, forced, plan } = await replayRuns(access, trace, text, trace.model.sha256 === undefined || trace.model.sha256 !== loaded?.sha256, signal);
    const top = likeliest(forced.watched ?? new Float32Array(), report.n);
    const unnamed = [...new Set(top.ids)].filter((id) => trace.tokens.names?.has(id) !== true);
    const words = await wordsOf(access, unnamed);
    const engine = loaded?.engine;
    const made = forcedTrace(trace, forced, top, {
      title: strings.traces.replay.traceTitle(trace.title),
      created: new Date().toISOString(),
      exporter: app.services.exporter,
      run: engine === undefined ? {} : { engine: engine.backend, backend: engine.adapter === '' ? engine.backend : `${engine.backend} (${engine.adapter})` },
      plan,
      names: new Map(unnamed.map((id, i) => [id, words[i] ?? ''])),
    });
    return { report, trace: made };
  });
}

/** Takes the run with the recorded experts into the list of open traces, as B beside the one on the page. */
export function openForced(app: App, trace: Trace): void {
  const open = { trace, origin: 'live', name: '' } as const;
  patch(app, 'traces', { open: withOpen(app.store.getState().traces.open, open) });
  chooseOther(app, open);
  patch(app, 'view', { announcement: strings.traces.replay.isOther(trace.title) });
}

/** The figures alone. Throws like `replayRuns`. */
export async function replayOf(access: ModelAccess, trace: Trace, text: Pick<CardText, 'ids'>, otherWeights: boolean, signal: AbortSignal): Promise<ForcedReplay> {
  return (await replayRuns(access, trace, text, otherWeights, signal)).report;
}

/** @throws PlaygroundError `bad-input` when the model has other layers or experts than the trace, `cancelled` */
async function replayRuns(access: ModelAccess, trace: Trace, text: Pick<CardText, 'ids'>, otherWeights: boolean, signal: AbortSignal): Promise<{ report: ForcedReplay; forced: ScoredText; plan: RoutingPlan }> {
  const { config } = access;
  const experts = config.feedForward.kind === 'moe' ? config.feedForward.experts : 0;
  if (experts === 0 || trace.model.experts !== experts || trace.model.moeLayers.length !== moeLayerCount(config)) {
    throw new PlaygroundError('bad-input', strings.traces.replay.otherShape(trace.model.moeLayers.length, trace.model.experts));
  }
  const given = choicesGiven(trace, text.ids.length);
  const watch = Array.from({ length: config.vocabulary }, (_, id) => [id]);
  const options = { routing: true, watch, signal };
  const plan = replayPlan(given);
  const forced = await access.score(text.ids, plan, options);
  const free = await access.score(text.ids, ROUTER_AS_TRAINED, options);
  return { report: compare(trace, given, forced, free, otherWeights), forced, plan };
}

function compare(trace: Trace, given: GivenChoices, forced: ScoredText, free: ScoredText, otherWeights: boolean): ForcedReplay {
  const { layers, experts } = given;
  const n = forced.entropy.length;
  const router = (run: ScoredText): GivenChoices => topOfLogits(run.routing?.logits ?? new Float32Array(), layers, experts, trace.model.topK);
  const own = setDisagreement(given, router(forced));
  const alone = setDisagreement(given, router(free));
  const { top, entropy } = trace.output;
  let [sum, largest, changed, recordedChanged, gap] = [0, 0, 0, 0, 0];
  for (let t = 0; t < n; t++) {
    const [p, q] = [rowOf(forced, t, n), rowOf(free, t, n)];
    const kl = klNats(p, q);
    sum += kl;
    largest = Math.max(largest, kl);
    const likeliest = indexOfMost(p);
    if (likeliest !== indexOfMost(q)) changed++;
    if (top !== undefined && top.count > 0 && likeliest !== top.ids[t * top.count]) recordedChanged++;
    gap = Math.max(gap, Math.abs((entropy?.[t] ?? 0) - (forced.entropy[t] ?? 0)));
  }
  return {
    n,
    of: trace.tokens.ids.length,
    layers,
    own: own.share,
    ownByLayer: [...own.layers],
    free: alone.share,
    freeByLayer: [...alone.layers],
    meanKlNats: n === 0 ? 0 : sum / n,
    largestKlNats: largest,
    topChanged: changed,
    recordedTopChanged: top === undefined || top.count === 0 ? undefined : recordedChanged,
    entropyGapNats: entropy === undefined ? undefined : gap,
    otherWeights,
  };
}

/** Probabilities of the whole vocabulary after token t. [V] */
function rowOf({ watched }: ScoredText, t: number, n: number): Float32Array {
  const all = watched ?? new Float32Array();
  const width = all.length / n;
  return all.subarray(t * width, (t + 1) * width);
}

function indexOfMost(values: Float32Array): number {
  let best = 0;
  for (let i = 1; i < values.length; i++) if ((values[i] ?? 0) > (values[best] ?? 0)) best = i;
  return best;
}

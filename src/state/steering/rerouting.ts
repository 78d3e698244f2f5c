/** Online rerouting in the page: on the text on screen as if it came in, or while the model writes. */
import { PlaygroundError } from '../../base/errors';
import type { ModelAccess } from '../../engine/access';
import { rerouteText, type CycleReport } from '../../methods/rerouting/cycle';
import { deltaNorms, deltaPlan, randomDelta, type Delta } from '../../methods/rerouting/delta';
import { editDistance, gateEntropy } from '../../methods/rerouting/measure';
import type { RerouteStep } from '../../methods/rerouting/optimise';
import { rerouteReading } from '../../methods/rerouting/reading';
import { ROUTER_AS_TRAINED, type RoutingPlan } from '../../routing/plan';
import type { App } from '../app';
import { strings } from '../strings';
import type { LiveCycle, ReroutingCard, ReroutingReport } from './reroutingCard';
import { patchCard, runCard } from './slice';
import { onModel, promptOf, wordsOf, type CardText } from './work';

export { LAYER_CHOICES, OPTIMISERS, SIGNS, type ReroutingSettings } from '../../methods/rerouting/settings';
export type { RerouteStep } from '../../methods/rerouting/optimise';
export { REROUTING_SOURCES, type LiveCycle, type ReroutingCard, type ReroutingReport, type ReroutingSource } from './reroutingCard';

/** Fewest tokens that the first cycle is fitted to. */
const LEAST = 2;

/** Runs the card as it is set; every step is shown as it happens. */
export function runRerouting(app: App): Promise<void> {
  const card = app.store.getState().steering.rerouting;
  const before = card.fresh ? undefined : card.carried;
  patchCard(app, 'rerouting', { cycles: [], report: undefined, shown: undefined });
  return runCard(
    app,
    'rerouting',
    () => onModel(app, (access, text, signal) => (card.source === 'reading' ? read : write)(app, access, text, card, before, signal)),
    (report) => patchCard(app, 'rerouting', { report, carried: app.store.getState().steering.rerouting.cycles.at(-1)?.report?.delta }),
  );
}

/** Puts a step onto the screen; the first one of a cycle opens it. */
export function withStep(cycles: readonly LiveCycle[], cycle: number, context: number, step: RerouteStep): readonly LiveCycle[] {
  const before = cycles[cycle];
  const now: LiveCycle = before === undefined ? { context, steps: [step] } : { ...before, steps: [...before.steps, step] };
  return [...cycles.slice(0, cycle), now];
}

function onStep(app: App): (cycle: number, context: number, step: RerouteStep) => void {
  return (cycle, context, step) => patchCard(app, 'rerouting', { cycles: withStep(app.store.getState().steering.rerouting.cycles, cycle, context, step) });
}

function onCycle(app: App): (report: CycleReport) => void {
  return (report) => patchCard(app, 'rerouting', { cycles: app.store.getState().steering.rerouting.cycles.map((one, i) => (i === report.cycle ? { ...one, report } : one)) });
}

type Before = Delta | undefined;

async function read(app: App, access: ModelAccess, text: CardText, card: ReroutingCard, before: Before, signal: AbortSignal): Promise<ReroutingReport> {
  const { ids } = text;
  const began = performance.now();
  const first = Math.max(LEAST, Math.min(ids.length - 1, Math.round((card.first / 100) * ids.length)));
  const reports = await rerouteReading(access, ids, { settings: card.settings, first, ...(before ? { before } : {}), onStep: onStep(app), onCycle: onCycle(app), signal });
  const last = lastOf(reports);
  const cycles = performance.now() - began;
  const measured = await measure(access, ids, last, signal);
  const random = await access.score(ids, deltaPlan(randomDelta(last.delta, card.settings.seed)), { signal });
  const heldOut = (logProb: Float32Array): number => meanLoss(logProb.subarray(last.context));
  return {
    ...report(card, text, last, measured),
    heldOut: heldOut(measured.rerouted) - heldOut(measured.plain),
    randomHeldOut: heldOut(random.logProb) - heldOut(measured.plain),
    pace: { plain: measured.pass / ids.length, rerouted: (cycles + measured.pass) / ids.length },
  };
}

async function write(app: App, access: ModelAccess, text: CardText, card: ReroutingCard, before: Before, signal: AbortSignal): Promise<ReroutingReport> {
  const { prompt, sampling } = promptOf(app, text);
  const { newTokens, settings } = card;
  const asTrained = performance.now();
  const plain = await access.generate(prompt, ROUTER_AS_TRAINED, newTokens, sampling, { signal });
  const began = performance.now();
  const told = { step: onStep(app), cycle: onCycle(app) };
  const { ids, cycles } = await rerouteText(access, prompt, newTokens, sampling, {
    settings,
    ...(before ? { before } : {}),
    observe: (event) => (event.type === 'step' ? told.step(event.cycle, event.context, event.step) : event.type === 'cycle' ? told.cycle(event.report) : undefined),
    signal,
  });
  const ended = performance.now();
  const last = lastOf(cycles);
  const measured = await measure(access, ids, last, signal);
  return {
    ...report(card, { ids, words: await wordsOf(access, ids), of: ids.length }, last, measured),
    written: { plain: await access.decode(plain.ids), rerouted: await access.decode(ids.slice(prompt.length)) },
    pace: { plain: (began - asTrained) / Math.max(1, plain.ids.length), rerouted: (ended - began) / Math.max(1, ids.length - prompt.length) },
  };
}

function lastOf(reports: readonly CycleReport[]): CycleReport {
  const last = reports.at(-1);
  if (last === undefined) throw new PlaygroundError('bad-input', strings.steering.short);
  return last;
}

interface Measured {
  readonly plan: RoutingPlan;
  readonly plain: Float32Array;
  readonly rerouted: Float32Array;
  /** Of the text as trained, milliseconds. */
  readonly pass: number;
  readonly editDistance: readonly number[];
  readonly entropyBefore: readonly number[];
  readonly entropyAfter: readonly number[];
}

/** The whole text as trained and under the last logits. */
async function measure(access: ModelAccess, ids: readonly number[], { delta }: CycleReport, signal: AbortSignal): Promise<Measured> {
  const plan = deltaPlan(delta);
  const began = performance.now();
  const plain = await access.score(ids, ROUTER_AS_TRAINED, { routing: true, signal });
  const pass = performance.now() - began;
  const rerouted = await access.score(ids, plan, { routing: true, signal });
  return {
    plan,
    plain: plain.logProb,
    rerouted: rerouted.logProb,
    pass,
    editDistance: plain.routing && rerouted.routing ? editDistance(plain.routing, rerouted.routing) : [],
    entropyBefore: plain.routing ? gateEntropy(plain.routing) : [],
    entropyAfter: rerouted.routing ? gateEntropy(rerouted.routing, delta) : [],
  };
}

function report({ settings, source }: ReroutingCard, text: CardText, last: CycleReport, measured: Measured): Omit<ReroutingReport, 'pace'> {
  return {
    settings,
    source,
    text,
    context: last.context,
    plan: measured.plan,
    confidence: last.confidence,
    layers: last.layers,
    norms: deltaNorms(last.delta),
    editDistance: measured.editDistance,
    entropyBefore: measured.entropyBefore,
    entropyAfter: measured.entropyAfter,
    change: Array.from(measured.plain, (before, t) => (t === 0 ? undefined : before - (measured.rerouted[t] ?? NaN))),
    heldOut: NaN,
    randomHeldOut: NaN,
  };
}

function meanLoss(logProb: Float32Array): number {
  return -logProb.reduce((a, b) => a + b, 0) / logProb.length;
}

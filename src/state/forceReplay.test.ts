import { expect, test } from 'vitest';
import { accessOf } from '../engine/access';
import { createReferenceEngine } from '../engine/reference/engine';
import { traceModel } from '../engine/record';
import { TINY_CONFIG, tinyCheckpoint } from '../engine/testing/tiny-model';
import { ROUTER_AS_TRAINED } from '../routing/plan';
import type { Trace } from '../trace/trace';
import { smallTrace } from '../trace/testing/small';
import { choicesGiven, setDisagreement } from '../analysis/replay';
import { replayPlan } from '../routing/replay';
import { EXACT, importTrace, traceText } from '../trace/file';
import { replayOf } from './forceReplay';
import { forcedTrace, likeliest } from './forcedTrace';

const IDS = [5, 17, 40, 3, 88, 61, 22, 9];
const signal = new AbortController().signal;
const model = await createReferenceEngine().load(tinyCheckpoint(TINY_CONFIG, 5));
const access = accessOf(model, undefined);

/** What the tiny model does with the ids, as a trace. */
async function recordedTrace(): Promise<Trace> {
  const { routing, entropy } = await access.score(IDS, ROUTER_AS_TRAINED, { routing: true });
  if (routing === undefined) throw new Error('no routing');
  const { slots, chosen, mix, logits, count } = routing;
  return {
    ...smallTrace,
    model: traceModel('tiny', '', TINY_CONFIG),
    run: { promptTokens: IDS.length },
    tokens: { ids: Uint32Array.from(IDS), text: IDS.map(String), kind: IDS.map(() => 'prompt') },
    routing: { slots, experts: chosen, mix, logits, count },
    output: { entropy },
    marks: [],
  };
}

test("the model's own recording is replayed without disagreement, bit for bit", async () => {
  const trace = await recordedTrace();
  expect(await replayOf(access, trace, { ids: IDS }, false, signal)).toEqual({
    n: 8, of: 8, layers: [0, 1], own: 0, ownByLayer: [0, 0], free: 0, freeByLayer: [0, 0], meanKlNats: 0, largestKlNats: 0, topChanged: 0, recordedTopChanged: undefined, entropyGapNats: 0, otherWeights: false,
  });
});

test('one changed choice is found where it was made, and changes the outputs from there on', async () => {
  const trace = await recordedTrace();
  const experts = trace.routing.experts.slice();
  // Token 2, layer 0: another second expert.
  const at = 2 * 2 * 2;
  const other = [0, 1, 2, 3, 4, 5, 6, 7].find((e) => e !== experts[at] && e !== experts[at + 1]) ?? 0;
  experts[at + 1] = other;
  const changed = await replayOf(access, { ...trace, routing: { ...trace.routing, experts } }, { ids: IDS }, true, signal);
  expect(changed.ownByLayer[0]).toBe(1 / 8);
  expect(changed.freeByLayer).toEqual([1 / 8, 0]);
  expect(changed.free).toBe(1 / 16);
  expect(changed.largestKlNats).toBeGreaterThan(1e-3);
  expect(changed.entropyGapNats).toBeGreaterThan(1e-3);
  // The first token comes before the change.
  const first = await replayOf(access, { ...trace, routing: { ...trace.routing, experts } }, { ids: IDS.slice(0, 2) }, true, signal);
  expect(first).toMatchObject({ n: 2, of: 8, own: 0, free: 0, largestKlNats: 0 });
});

test('the run with recorded experts is a trace of its own, with those experts, that can be saved and opened', async () => {
  const trace = await recordedTrace();
  const experts = trace.routing.experts.map((e, i) => (Math.floor(i / 2) % 2 === 1 ? (e + 3) % 8 : e));
  const recorded = { ...trace, title: 'moved', tokens: { ...trace.tokens, names: new Map([[1, 'one']]) }, routing: { ...trace.routing, experts }, marks: [{ token: 1, type: 'note' }, { token: 6, type: 'note' }] } satisfies Trace;
  const ids = IDS.slice(0, 5);
  const given = choicesGiven(recorded, ids.length);
  const plan = replayPlan(given);
  const watch = Array.from({ length: TINY_CONFIG.vocabulary }, (_, id) => [id]);
  const forced = await access.score(ids, plan, { routing: true, watch });
  const top = likeliest(forced.watched!, 5);
  const made = forcedTrace(recorded, forced, top, { title: 'forced: moved', created: '2026-01-31T12:00:00.000Z', exporter: 'test@1', run: { engine: 'reference', backend: 'reference' }, plan, names: new Map([[2, 'two']]) })!;
  expect(made).toMatchObject({ title: 'forced: moved', run: { promptTokens: 5, engine: 'reference', method: { id: 'force-replay', params: { of: 'moved' } } }, tokens: { ids: Uint32Array.from(ids) }, marks: [{ token: 1 }] });
  expect(setDisagreement(choicesGiven(made), given)).toMatchObject({ share: 0, n: 5 });
  expect([...made.output.chosen!.subarray(0, 4)]).toEqual(IDS.slice(1, 5));
  // The text goes on after what was run.
  expect(made.output.chosen![4]).toBe(61);
  expect([...made.tokens.names!]).toEqual([[1, 'one'], [2, 'two']]);
  const again = importTrace(traceText(made, EXACT));
  expect(again.ok && again.notes).toEqual([]);
  expect(again.ok && traceText(again.trace, EXACT)).toBe(traceText(made, EXACT));
});

test('the likeliest are in descending order, ties to the lower id, and no more than there are', () => {
  expect(likeliest(Float32Array.of(0.25, 0.5, 0.25, 0.125, 0.125, 0.75), 2, 2)).toEqual({ count: 2, ids: Uint32Array.of(1, 0, 2, 0), prob: Float32Array.of(0.5, 0.25, 0.75, 0.125) });
  expect(likeliest(Float32Array.of(1), 1, 20)).toEqual({ count: 1, ids: Uint32Array.of(0), prob: Float32Array.of(1) });
});

test('a trace of another shape is refused with a sentence', async () => {
  await expect(replayOf(access, smallTrace, { ids: [1, 2] }, true, signal)).rejects.toThrow('The model on this page cannot take these experts: the trace has 2 layers of 3.');
});

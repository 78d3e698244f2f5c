import { describe, expect, it } from 'vitest';
import { traceModel, type TraceHeader } from '../../engine/record';
import { accessOf } from '../../engine/access';
import { createReferenceEngine } from '../../engine/reference/engine';
import { tinyCheckpoint } from '../../engine/testing/tiny-model';
import { generate } from '../../engine/generate';
import { collaborate } from '../../methods/collaboration/collaborate';
import { LINES, LINE_SETTINGS, PROMPT, tinyPair } from '../../methods/collaboration/testing/tiny-pair';
import type { CollaborationSettings } from '../../methods/collaboration/settings';
import { ROUTER_AS_TRAINED } from '../../routing/plan';
import { EXACT, importTrace, traceText } from '../../trace/file';
import { collaborationOf } from './record';
import { CollaborationWriting } from './writing';

async function writeAll(part: Partial<CollaborationSettings>) {
  const { small, large } = await tinyPair();
  const settings = { ...LINE_SETTINGS, ...part };
  // The prompt as the large model reads it.
  const model = await createReferenceEngine().load(tinyCheckpoint({ endOfText: [], tiedEmbedding: false, context: 128 }, 1));
  expect(accessOf(model, LINES).config).toEqual(large.access.config);
  const sequence = await model.createSequence();
  const read = await generate(model, sequence, { promptIds: PROMPT, maxNewTokens: 0, sampling: settings.sampling, plan: ROUTER_AS_TRAINED, record: { routing: true, logits: 'none' } }).next();
  if (read.done === true) throw new Error('The prompt was not read.');
  const models = [traceModel('small', 'a'.repeat(64), small.access.config), traceModel('large', 'b'.repeat(64), large.access.config)] as const;
  const header: TraceHeader = { title: 'two writers', created: '2026-01-01T00:00:00.000Z', exporter: 'test@1', model: models[1], run: { prompt: 'p', promptTokens: PROMPT.length, seed: 3, sampling: settings.sampling }, special: [] };
  const writing = new CollaborationWriting(header, models, { batch: read.value, text: PROMPT.map((id) => LINES.tokenText(id)), names: [] }, { settings: { ...settings }, small: 'small', large: 'large' });
  const lengths: number[] = [];
  const run = collaborate(small, large, PROMPT, settings, { routing: true });
  for (;;) {
    const next = await run.next();
    if (next.done === true) return { trace: writing.snapshot(next.value.end), result: next.value, lengths, writing };
    writing.add(next.value);
    lengths.push(writing.snapshot().tokens.ids.length);
  }
}

describe('a text that two models write', () => {
  it('becomes a trace: tokens, writers, decisions in marks, costs', async () => {
    const { trace, result, lengths } = await writeAll({ threshold: 3.5 });
    expect([...trace.tokens.ids]).toEqual([...PROMPT, ...result.ids]);
    expect([...(trace.tokens.writer ?? [])].slice(PROMPT.length)).toEqual([...result.writer]);
    expect(new Set(result.writer).size).toBe(2);
    expect(trace.models?.map(({ id }) => id)).toEqual(['small', 'large']);
    expect(trace.marks.map(({ token, decision }) => [token, decision])).toEqual(result.steps.map(({ position, writer }) => [position, writer === 1 ? 'large' : 'small']));
    trace.marks.forEach((mark, i) => {
      expect(mark.entropy).toBeCloseTo(result.steps[i]?.entropy ?? Number.NaN, 6);
      // The entropy before a step is the one that decided, and belongs to what the trace lists there.
      expect(trace.output.entropy?.[mark.token - 1]).toBeCloseTo(mark.entropy ?? Number.NaN, 4);
      expect(trace.output.chosen?.[mark.token - 1]).toBe(trace.tokens.ids[mark.token]);
    });
    expect(lengths).toEqual([...lengths].sort((a, b) => a - b));
    const record = collaborationOf(trace);
    expect(record?.end).toBe(result.end);
    expect(record?.costs.largeDecode.tokens).toBe(result.costs.largeDecode.tokens);
  });

  it('has no experts where the dense model wrote, and the large model\u2019s own where it did', async () => {
    const { trace } = await writeAll({ threshold: 3.5 });
    const layers = trace.model.moeLayers.length;
    for (const [t, writer] of [...(trace.tokens.writer ?? [])].entries()) expect(trace.routing.count?.[t * layers], `token ${t}`).toBe(writer === 1 ? trace.model.topK : 0);
  });

  it('goes through a file and comes back whole', async () => {
    const { trace } = await writeAll({ threshold: 3.5, probe: 'keep' });
    const read = importTrace(traceText(trace, EXACT));
    if (!read.ok) throw new Error(read.errors[0]?.message);
    expect(read.trace.marks).toEqual(trace.marks);
    expect(read.trace.tokens.writer).toEqual(trace.tokens.writer);
    expect(collaborationOf(read.trace)).toEqual(JSON.parse(JSON.stringify(collaborationOf(trace))));
  });

  it('says what was thrown away and why', async () => {
    const { trace, result } = await writeAll({ method: 'stepMean', threshold: 3.5 });
    const steps = collaborationOf(trace)?.steps ?? [];
    expect(steps).toHaveLength(result.steps.length);
    for (const step of steps) {
      expect(step.judgement).toBeGreaterThan(0);
      expect(step.writer).toBe((step.judgement ?? 0) >= 3.5 ? 'large' : 'small');
      if (step.writer === 'large') expect(step.discarded).toBeGreaterThan(0);
    }
  });
});

/** Entropies that the engine gives, against a float64 computation from the vocabulary logits of the same trace. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { entropyBefore } from '../analysis/first-token-entropy';
import type { Engine, LoadedModel } from '../engine/engine';
import { createWebgpuEngine } from '../engine/webgpu/engine';
import type { Checkpoint } from '../model/checkpoint';
import { ROUTER_AS_TRAINED } from '../routing/plan';
import { EXACT, importTrace, traceText } from '../trace/file';
import { runTrace } from './run-trace';
import { shippedCheckpoint } from './testing/shipped-checkpoint';

let checkpoint: Checkpoint;
let engine: Engine;
let model: LoadedModel;

beforeAll(async () => {
  checkpoint = await shippedCheckpoint();
  engine = await createWebgpuEngine();
  model = await engine.load(checkpoint);
}, 120_000);
afterAll(() => engine?.dispose());

/** Probabilities, descending, in float64. */
function softmax(logits: Float32Array): number[] {
  const most = logits.reduce((a, b) => Math.max(a, b), -Infinity);
  const terms = Array.from(logits, (z) => Math.exp(z - most));
  const sum = terms.reduce((a, b) => a + b, 0);
  return terms.map((term) => term / sum).sort((a, b) => b - a);
}

const entropy = (prob: readonly number[]): number => -prob.reduce((nats, p) => (p > 0 ? nats + p * Math.log(p) : nats), 0);

/** What `npm run trace -- --with-logits` writes, read back from its file form. */
test('are within 1e-4 nats of those of the logits, over the vocabulary and over the 20 likeliest', async () => {
  const prompt = 'list u i v z j c; move first to the end; add h; steps:\n\n';
  const { trace } = await runTrace(model, checkpoint, engine.info, { title: '', prompt, maxNewTokens: 24, sampling: { temperature: 0, topK: 0, topP: 1, seed: 1 }, plan: ROUTER_AS_TRAINED, withLogits: true });
  const read = importTrace(traceText(trace, EXACT));
  if (!read.ok) throw new Error('the trace was not read back');
  const { output, tokens } = read.trace;
  const V = checkpoint.config.vocabulary;
  expect(output.logits).toHaveLength(tokens.ids.length * V);
  let [most, range] = [0, 0];
  for (let t = 0; t < tokens.ids.length; t++) {
    const prob = softmax(output.logits!.subarray(t * V, (t + 1) * V));
    const top = prob.slice(0, 20);
    const kept = top.reduce((a, b) => a + b, 0);
    most = Math.max(most, Math.abs(output.entropy![t]! - entropy(prob)), Math.abs(entropyBefore(read.trace, t + 1, 20) - entropy(top.map((p) => p / kept))));
    range = Math.max(range, entropy(prob));
  }
  console.log(`${tokens.ids.length} tokens: largest difference ${most.toExponential(2)} nats, entropies up to ${range.toFixed(2)}`);
  expect(most).toBeLessThan(1e-4);
  expect(range).toBeGreaterThan(1);
}, 120_000);

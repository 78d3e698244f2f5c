/**
 * The file form of trace version 1 (docs/TRACE_FORMAT.md). The type `TraceFile` and the published
 * `public/schema/moe-trace-1.json` are derived from this schema. It checks structure; what needs two fields at
 * once (lengths, ranges) is checked by `file.ts`. Unknown keys are ignored, so that 1.x may add fields.
 */
import * as v from 'valibot';
import type { FileArray } from './arrays';
import { planSchema } from './plan-schema';

export const TRACE_FORMAT = 'moe-trace';
export const TRACE_VERSION = '1.0';

/** A field that may be absent, or null with the same meaning. */
function maybe<const S extends v.GenericSchema>(schema: S) {
  return v.exactOptional(v.nullable(schema));
}

const text = (most: number) => v.pipe(v.string(), v.maxLength(most));
const whole = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const wholeUpTo = (most: number) => v.pipe(v.number(), v.safeInteger(), v.minValue(0), v.maxValue(most));
const finite = v.pipe(v.number(), v.finite());
const hash = v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/, 'a SHA-256 as 64 lower-case hexadecimal digits'));
const freeObject = v.record(v.string(), v.unknown());

/** Numbers in either form. Only the outside is checked here; `arrays.ts` reads the elements against their shape. */
const numberArray = v.custom<FileArray>((value) => typeof value === 'object' && value !== null, 'a list of numbers, or an object with dtype, shape and b64');

/** An array of the given shape and meaning, e.g. `array('T, L, K', 'Chosen experts')`. */
function array(shape: string, meaning: string) {
  return v.pipe(numberArray, v.description(`[${shape}] ${meaning}`));
}

const modelSchema = v.object({
  id: v.pipe(text(500), v.description('Name of the checkpoint, e.g. allenai/OLMoE-1B-7B-0924.')),
  revision: maybe(text(200)),
  sha256: maybe(v.pipe(hash, v.description('Of the weights file.'))),
  layers: v.pipe(wholeUpTo(10_000), v.description('All transformer layers.')),
  moeLayers: v.pipe(v.array(whole), v.description('Ascending numbers of the layers that have a router; L is its length, and row l of the routing arrays is layer moeLayers[l].')),
  experts: v.pipe(wholeUpTo(65_536), v.description('E, the routed experts of a layer; 0 for a dense model.')),
  topK: v.pipe(wholeUpTo(65_536), v.description("The model's own number of chosen experts.")),
  sharedExperts: v.pipe(wholeUpTo(65_536), v.description('Experts that every token passes and no router chooses.')),
  scoring: v.pipe(v.picklist(['softmax', 'sigmoid', 'softmax-after-topk']), v.description('How router logits become gate probabilities.')),
  normTopk: v.pipe(v.boolean(), v.description('The mixing weights of the chosen experts are divided by their sum.')),
  vocabulary: maybe(v.pipe(wholeUpTo(4_294_967_295), v.description('V'))),
  context: maybe(v.pipe(whole, v.description('Longest sequence the model was trained for, in tokens.'))),
});

const runSchema = v.object({
  prompt: maybe(v.string()),
  promptTokens: maybe(v.pipe(whole, v.description('How many of the tokens are prompt; when absent, all before the first generated one.'))),
  seed: maybe(wholeUpTo(4_294_967_295)),
  sampling: maybe(
    v.object({
      temperature: maybe(v.pipe(finite, v.minValue(0), v.description('0 is greedy. 1 when absent.'))),
      topK: maybe(v.pipe(whole, v.description('0 is no cut, as when absent.'))),
      topP: maybe(v.pipe(v.number(), v.minValue(0), v.maxValue(1), v.description('1 is no cut, as when absent.'))),
    }),
  ),
  backend: maybe(v.pipe(text(500), v.description('What computed, with the adapter, e.g. webgpu (llvmpipe).'))),
  engine: maybe(v.picklist(['webgpu', 'onnx', 'reference'])),
  method: maybe(v.object({ id: text(200), params: maybe(freeObject) })),
  plan: maybe(v.pipe(planSchema, v.description('How routing deviated from the router: a RoutingPlan, see routing-plan-1.json.'))),
  interventions: maybe(v.pipe(v.array(freeObject), v.description('Free notes on what was changed by hand; `plan` is what counts.'))),
});

const tokensSchema = v.object({
  ids: array('T', 'Token ids.'),
  text: v.pipe(v.array(v.string()), v.description('[T] Printable text of each token.')),
  kind: v.pipe(v.array(v.picklist(['prompt', 'generated', 'special'])), v.description('[T]')),
  writer: maybe(array('T', 'Index into `models` of the model that wrote each token.')),
  names: maybe(
    v.pipe(
      v.object({ ids: array('any', 'Other token ids that the trace mentions.'), text: v.array(v.string()) }),
      v.description('Text of candidate ids, so that the trace is readable without a tokenizer.'),
    ),
  ),
});

const routingSchema = v.object({
  shape: v.pipe(v.array(whole), v.length(3), v.description('[T, L, K]: tokens, layers with a router, slots per token and layer.')),
  experts: array('T, L, K', 'Chosen experts in the order of selection. Slots past count hold 0, here and in the other arrays.'),
  mix: array('T, L, K', "Weight of each chosen expert's output in the sum that the layer adds, after renormalisation and edits; null where it is not known."),
  prob: maybe(array('T, L, K', 'Gate probability of each chosen expert over all experts, after bias and override, before the cut.')),
  logits: maybe(array('T, L, E', "The router's own logits, before anything in the plan.")),
  count: maybe(array('T, L', 'Chosen experts; K everywhere when absent.')),
  outputNorm: maybe(array('T, L, K', "Euclidean norm of each chosen expert's output, before its mixing weight.")),
});

const outputSchema = v.object({
  entropy: maybe(array('T', 'Entropy in nats of the distribution AFTER token t, over the full vocabulary at temperature 1.')),
  chosen: maybe(array('T', 'Id of the token that follows token t.')),
  logProb: maybe(array('T', 'Natural-log probability of token t given all before it; null where it is not known, as at t = 0.')),
  top: maybe(
    v.object({
      ids: array('T, N', 'The most likely next tokens, in descending order.'),
      p: array('T, N', 'Their probabilities at temperature 1 over the full vocabulary.'),
    }),
  ),
  logits: maybe(array('T, V', 'Vocabulary logits after token t.')),
});

const markSchema = v.object({
  token: whole,
  type: v.pipe(v.picklist(['step-start', 'window-start', 'note']), v.description('window-start: a text longer than the context was scored in windows, and from this token on in the next one.')),
  entropy: maybe(v.pipe(finite, v.description('Nats.'))),
  decision: maybe(v.string()),
  text: maybe(v.string()),
});

export const traceFileSchema = v.object({
  $schema: maybe(v.string()),
  format: v.literal(TRACE_FORMAT),
  version: v.pipe(v.string(), v.regex(/^1\.(0|[1-9][0-9]{0,5})$/, 'a version 1.x')),
  exporter: v.pipe(text(200), v.description('name@version of the program that wrote the file.')),
  created: v.pipe(v.string(), v.isoTimestamp('an ISO 8601 time such as 2026-01-31T12:00:00Z')),
  title: text(1000),
  fingerprint: maybe(v.pipe(hash, v.description('SHA-256 of the token ids (uint32, little endian) followed by the chosen experts (uint16, little endian, [T, L, K]).'))),
  model: modelSchema,
  models: maybe(v.pipe(v.array(modelSchema), v.description('All models that wrote tokens, where there was more than one.'))),
  run: maybe(runSchema),
  tokens: tokensSchema,
  routing: routingSchema,
  output: maybe(outputSchema),
  marks: maybe(v.array(markSchema)),
  view: maybe(v.pipe(v.record(v.string(), v.string()), v.description("State of the page, under its URL's keys."))),
  meta: maybe(v.pipe(freeObject, v.description('Anything else.'))),
});

/** A trace as it is on disk. */
export type TraceFile = v.InferOutput<typeof traceFileSchema>;
export type TraceFileModel = v.InferOutput<typeof modelSchema>;
export type TraceFileRun = v.InferOutput<typeof runSchema>;

/** The schema that stands for all number arrays; the JSON Schema spells it out. */
export const numberArraySchema: v.GenericSchema = numberArray;

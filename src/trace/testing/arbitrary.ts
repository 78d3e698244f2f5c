/** Random valid traces for property tests, of any shape from one token of a dense model upwards. */
import fc from 'fast-check';
import { pcgHash, uniformAt } from '../../base/pcg';
import type { RoutingPlan } from '../../routing/plan';
import type { TokenKind, Trace, TraceModel } from '../trace';

/** Float32 numbers at the edges of the format, among the ordinary ones. */
const EDGES = [0, -0, 1, -1, 2 ** -149, 2 ** -126, 3.4028234663852886e38, 65504, 65520, 2 ** -24, 2 ** -25, 0.1, 1 / 3];

/** Drawn from one seed: thousands of separately shrinking numbers would make generation the slowest part of a test. */
function floats(length: number, range: { readonly min?: number; readonly max?: number } = {}): fc.Arbitrary<Float32Array> {
  const { min = -Infinity, max = Infinity } = range;
  const draw = (seed: number, i: number): number => {
    const edge = EDGES[Math.floor(uniformAt(seed, 2 * i) * EDGES.length * 2)];
    const spread = Math.fround((uniformAt(seed, 2 * i + 1) - 0.5) * 20);
    const value = edge ?? spread;
    return value >= min && value <= max ? value : Math.max(Math.min(0, max), min);
  };
  return fc.nat().map((seed) => Float32Array.from({ length }, (_, i) => draw(seed, i)));
}

function words(length: number, max: number): fc.Arbitrary<Uint32Array> {
  return fc.nat().map((seed) => Uint32Array.from({ length }, (_, i) => Math.floor(uniformAt(seed, i) * (max + 1))));
}

/** The numbers 0..count-1 in an order that a seed gives. */
function shuffled(count: number, seed: number): number[] {
  return Array.from({ length: count }, (_, i) => i).sort((a, b) => pcgHash(seed + a) - pcgHash(seed + b));
}

/** A field that may be left out. */
const perhaps = <K extends string, T>(key: K, value: fc.Arbitrary<T>): fc.Arbitrary<{ [P in K]?: T }> =>
  fc.oneof(fc.constant({}), value.map((present) => ({ [key]: present }) as { [P in K]: T }));
/** Names that a file may hold but that no reader takes over: see docs/TRACE_FORMAT.md. */
const UNREAD_KEYS = /"(?:__proto__|prototype|constructor)":/;
const free: fc.Arbitrary<Record<string, unknown>> = fc
  .dictionary(fc.string(), fc.jsonValue({ maxDepth: 2 }), { maxKeys: 3 })
  .map((value) => JSON.stringify(value))
  .filter((text) => !UNREAD_KEYS.test(text))
  .map((text) => JSON.parse(text) as Record<string, unknown>);

interface Shape {
  readonly tokens: number;
  readonly moeLayers: readonly number[];
  readonly layers: number;
  readonly experts: number;
  readonly slots: number;
  readonly vocabulary: number;
}

const shapes: fc.Arbitrary<Shape> = fc
  .record({ tokens: fc.integer({ min: 1, max: 5 }), layers: fc.integer({ min: 1, max: 4 }), experts: fc.integer({ min: 0, max: 9 }), vocabulary: fc.integer({ min: 1, max: 70_000 }) })
  .chain((base) =>
    fc.record({
      moeLayers: base.experts === 0 ? fc.constant([]) : fc.subarray(Array.from({ length: base.layers }, (_, l) => l)),
      slots: fc.nat({ max: base.experts }),
    }).map((rest) => ({ ...base, ...rest })),
  );

const plans: fc.Arbitrary<RoutingPlan> = fc.constantFrom<RoutingPlan>(
  { format: 'moe-plan', version: '1.0', entries: [] },
  { format: 'moe-plan', version: '1.0', entries: [{ layers: 'all', tokens: 'all', k: 1 }] },
  { format: 'moe-plan', version: '1.0', entries: [{ layers: [0, 2], tokens: { from: 1, to: 3 }, topP: { p: 0.6, mass: 'all' }, mask: [1], bias: { 0: 5 }, scale: { 2: 0.5 } }] },
  { format: 'moe-plan', version: '1.0', entries: [{ layers: 'all', tokens: 'last', override: 'uniform', renormalise: 'off' }, { layers: [1], tokens: [0], selectionBias: { 1: -0.25 } }] },
);

function models(shape: Shape): fc.Arbitrary<TraceModel> {
  return fc
    .tuple(
      fc.record({
        id: fc.string(),
        topK: fc.nat({ max: shape.experts }),
        sharedExperts: fc.nat({ max: 2 }),
        scoring: fc.constantFrom('softmax', 'sigmoid', 'softmax-after-topk'),
        normTopk: fc.boolean(),
      }),
      perhaps('revision', fc.string()),
      perhaps('sha256', fc.constant('0123456789abcdef'.repeat(4))),
      perhaps('context', fc.nat()),
    )
    .map(([model, ...rest]) => ({ ...model, ...Object.assign({}, ...rest) as object, layers: shape.layers, moeLayers: shape.moeLayers, experts: shape.experts, vocabulary: shape.vocabulary }));
}

/** Chosen experts, counts, and zeroed slots past them. */
function routings(shape: Shape): fc.Arbitrary<Trace['routing']> {
  const { tokens, experts, slots } = shape;
  const rows = tokens * shape.moeLayers.length;
  const size = rows * slots;
  return fc
    .record({
      seed: fc.nat({ max: 2 ** 30 }),
      counts: fc.option(words(rows, slots), { nil: undefined }),
      // NaN in all used slots: weights that a program does not record.
      mix: fc.oneof({ weight: 5, arbitrary: floats(size) }, { weight: 1, arbitrary: fc.constant(new Float32Array(size).fill(NaN)) }),
      prob: fc.option(floats(size, { min: 0, max: 1 }), { nil: undefined }),
      outputNorm: fc.option(floats(size, { min: 0, max: 1e6 }), { nil: undefined }),
      logits: fc.option(floats(rows * experts), { nil: undefined }),
    })
    .map(({ seed, counts, mix, prob, outputNorm, logits }) => {
      const used = (i: number): boolean => i % slots < (counts?.[Math.floor(i / slots)] ?? slots);
      const cut = (values: Float32Array): Float32Array => values.map((value, i) => (used(i) ? value : 0));
      const orders = Array.from({ length: rows }, (_, row) => shuffled(experts, seed + row * experts));
      return {
        slots,
        experts: Uint16Array.from({ length: size }, (_, i) => (used(i) ? (orders[Math.floor(i / slots)]?.[i % slots] ?? 0) : 0)),
        mix: cut(mix),
        ...(prob && { prob: cut(prob) }),
        ...(outputNorm && { outputNorm: cut(outputNorm) }),
        ...(logits && { logits }),
        ...(counts && { count: Uint16Array.from(counts) }),
      };
    });
}

function outputs(shape: Shape): fc.Arbitrary<Trace['output']> {
  const { tokens, vocabulary } = shape;
  const candidates = Math.min(3, vocabulary);
  return fc
    .tuple(
      perhaps('entropy', floats(tokens, { min: 0 })),
      perhaps('chosen', words(tokens, vocabulary - 1)),
      perhaps('logProb', floats(tokens, { max: 0 }).map((values) => values.map((value, t) => (t === 0 ? NaN : value)))),
      perhaps('top', fc.record({ count: fc.constant(candidates), ids: words(tokens * candidates, vocabulary - 1), prob: floats(tokens * candidates, { min: 0, max: 1 }) })),
      vocabulary < 50 ? perhaps('logits', floats(tokens * vocabulary)) : fc.constant({}),
    )
    .map((parts) => Object.assign({}, ...parts) as Trace['output']);
}

export const arbitraryTrace: fc.Arbitrary<Trace> = shapes.chain((shape) => {
  const { tokens } = shape;
  const texts = fc.array(fc.string({ unit: 'binary' }), { minLength: tokens, maxLength: tokens });
  const column = <T>(value: fc.Arbitrary<T>): fc.Arbitrary<T[]> => fc.array(value, { minLength: tokens, maxLength: tokens });
  return fc.record({
    title: fc.string(),
    created: fc.date({ min: new Date(0), max: new Date(4e12), noInvalidDate: true }).map((date) => date.toISOString()),
    exporter: fc.constant('moe-playground@0.1.0'),
    model: models(shape),
    run: fc
      .tuple(
        fc.record({ promptTokens: fc.nat({ max: tokens }) }),
        perhaps('prompt', fc.string()),
        perhaps('seed', fc.nat()),
        perhaps('sampling', fc.record({ temperature: fc.double({ min: 0, max: 5, noNaN: true }).map((x) => x + 0), topK: fc.nat(), topP: fc.double({ min: 0, max: 1, noNaN: true }).map((x) => x + 0) })),
        perhaps('backend', fc.string()),
        perhaps('engine', fc.constantFrom('webgpu', 'onnx', 'reference')),
        perhaps('method', fc.record({ id: fc.string(), params: free })),
        perhaps('plan', plans),
        perhaps('interventions', fc.array(free, { maxLength: 2 })),
      )
      .map((parts) => Object.assign({}, ...parts) as Trace['run']),
    tokens: fc
      .tuple(
        fc.record({ ids: words(tokens, shape.vocabulary - 1), text: texts, kind: column(fc.constantFrom<TokenKind>('prompt', 'generated', 'special')) }),
        perhaps('names', fc.array(fc.tuple(fc.nat({ max: shape.vocabulary - 1 }), fc.string()), { maxLength: 4 }).map((pairs) => new Map(pairs))),
      )
      .map(([base, names]) => ({ ...base, ...names })),
    routing: routings(shape),
    output: outputs(shape),
    marks: fc.array(
      fc.tuple(fc.record({ token: fc.nat({ max: tokens - 1 }), type: fc.constantFrom('step-start', 'window-start', 'note') }), perhaps('entropy', fc.double({ min: 0, max: 9, noNaN: true }).map((x) => x + 0)), perhaps('text', fc.string()))
        .map((parts) => Object.assign({}, ...parts) as Trace['marks'][number]),
      { maxLength: 3 },
    ),
    view: fc.dictionary(fc.constantFrom('t', 'l', 'view', 'T'), fc.string()),
    meta: free,
  });
});

/** The run with recorded experts as a trace of its own, so that it can be looked at, compared and exported like any other. */
import { CANDIDATES } from '../engine/engine';
import type { ScoredText } from '../engine/access';
import type { Trace, TraceOutput, TraceRun } from '../trace/trace';
import type { RoutingPlan } from '../routing/plan';

export interface ForcedHeader {
  readonly title: string;
  /** ISO 8601 time. */
  readonly created: string;
  readonly exporter: string;
  readonly run: Pick<TraceRun, 'backend' | 'engine'>;
  readonly plan: RoutingPlan;
  /** Texts of candidates that the recorded trace does not name. */
  readonly names: ReadonlyMap<number, string>;
}

/** The N likeliest ids of each row of [n, V] probabilities, descending, ties to the lower id. */
export function likeliest(probabilities: Float32Array, n: number, most = CANDIDATES): NonNullable<TraceOutput['top']> {
  const width = n === 0 ? 0 : probabilities.length / n;
  const count = Math.min(most, width);
  const ids = new Uint32Array(n * count);
  const prob = new Float32Array(n * count);
  for (let t = 0; t < n; t++) {
    const row = probabilities.subarray(t * width, (t + 1) * width);
    const order = Array.from(row, (_, id) => id).sort((a, b) => (row[b] ?? 0) - (row[a] ?? 0) || a - b);
    for (let i = 0; i < count; i++) {
      const id = order[i] ?? 0;
      ids[t * count + i] = id;
      prob[t * count + i] = row[id] ?? 0;
    }
  }
  return { count, ids, prob };
}

/**
 * @param recorded the trace whose experts were forced
 * @param forced its first tokens, run with them, with routing
 */
export function forcedTrace(recorded: Trace, forced: ScoredText, top: NonNullable<TraceOutput['top']>, header: ForcedHeader): Trace | undefined {
  const { routing } = forced;
  if (routing === undefined) return undefined;
  const n = forced.entropy.length;
  const { tokens, run } = recorded;
  const last = recorded.output.chosen?.[n - 1] ?? top.ids[(n - 1) * top.count] ?? 0;
  return {
    title: header.title,
    created: header.created,
    exporter: header.exporter,
    model: recorded.model,
    run: {
      ...(run.prompt === undefined ? {} : { prompt: run.prompt }),
      promptTokens: Math.min(n, run.promptTokens),
      ...header.run,
      method: { id: 'force-replay', params: { of: recorded.title } },
      plan: header.plan,
    },
    tokens: {
      ids: tokens.ids.slice(0, n),
      text: tokens.text.slice(0, n),
      kind: tokens.kind.slice(0, n),
      names: new Map([...(tokens.names ?? []), ...header.names]),
    },
    routing: { slots: routing.slots, experts: routing.chosen, mix: routing.mix, prob: routing.prob, logits: routing.logits, count: routing.count, outputNorm: routing.outputNorm },
    output: { entropy: forced.entropy, logProb: forced.logProb, chosen: Uint32Array.from({ length: n }, (_, t) => tokens.ids[t + 1] ?? last), top },
    marks: recorded.marks.filter(({ token }) => token < n),
    view: {},
    meta: {},
  };
}

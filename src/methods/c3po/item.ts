/** Questions with options, and references: questions whose answer and routing are stored (public/benchmarks, public/references). */

/** A question that is answered by the most likely of some options. */
export interface BenchmarkItem {
  /** Unique in its file; `own` for a question typed by the visitor. */
  readonly id: string;
  /** Kind of task; empty for an own question. */
  readonly family: string;
  readonly level?: number;
  /** Whether the wording was seen in training. */
  readonly template?: 'home' | 'away';
  readonly prompt: string;
  /** At least two different texts, each with its leading space if it has one: what is scored is `prompt + option`. */
  readonly options: readonly string[];
  /** One of the options; absent where nobody knows it, and then there is no oracle and no true loss. */
  readonly answer?: string;
}

/** A labelled question with what the unchanged model does on it. */
export interface Reference extends BenchmarkItem {
  readonly answer: string;
  /** The option that the unchanged model finds most likely. */
  readonly baseAnswer: string;
  /** `baseAnswer === answer` */
  readonly correct: boolean;
  /** Log-probability of the right option less that of the best wrong one, nats; absent in older files. */
  readonly margin?: number;
  /** The router's distribution over all experts at the last prompt token, in every MoE layer. [L, E] */
  readonly pathway: Float32Array;
  /** Mean input embedding of the prompt's tokens. [D] */
  readonly embedding: Float32Array;
}

export interface ReferenceStore {
  /** L, E and D of the model that made them. */
  readonly layers: number;
  readonly experts: number;
  readonly width: number;
  readonly references: readonly Reference[];
}

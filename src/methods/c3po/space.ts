/** Distances between questions, and between pathways. */
import type { C3poSettings } from './settings';
import type { Reference, ReferenceStore } from './item';

/** Of one point to each reference of a store, in its order. */
export interface Distances {
  readonly distance: Float64Array;
  /** Cosine: of centred embeddings, or of pathways as they are. */
  readonly similarity: Float64Array;
}

function dot(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i] as number) * (b[i] as number);
  return sum;
}

function euclidean(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let squares = 0;
  for (let i = 0; i < a.length; i++) squares += ((a[i] as number) - (b[i] as number)) ** 2;
  return Math.sqrt(squares);
}

/** Divided by its norm; a vector of zeros stays one, and resembles nothing. */
function unit(values: Float64Array): Float64Array {
  const length = Math.sqrt(dot(values, values));
  return length === 0 ? values : values.map((value) => value / length);
}

interface Centred {
  /** Mean embedding of all references. [D] */
  readonly mean: Float64Array;
  /** Embeddings without it, of length 1. */
  readonly units: readonly Float64Array[];
}

const CENTRED = new WeakMap<ReferenceStore, Centred>();

function centred(store: ReferenceStore): Centred {
  const known = CENTRED.get(store);
  if (known) return known;
  const mean = new Float64Array(store.width);
  for (const { embedding } of store.references) embedding.forEach((value, i) => (mean[i] = (mean[i] as number) + value / store.references.length));
  const units = store.references.map(({ embedding }) => unit(Float64Array.from(embedding, (value, i) => value - (mean[i] as number))));
  const made = { mean, units };
  CENTRED.set(store, made);
  return made;
}

/** Of a question's embedding [D]. */
export function embeddingDistances(store: ReferenceStore, embedding: ArrayLike<number>, kind: C3poSettings['distance']): Distances {
  const { mean, units } = centred(store);
  const own = unit(Float64Array.from(embedding, (value, i) => value - (mean[i] as number)));
  const similarity = Float64Array.from(units, (other) => dot(own, other));
  const distance = kind === 'cosine' ? similarity.map((s) => 1 - s) : Float64Array.from(store.references, (reference) => euclidean(embedding, reference.embedding));
  return { distance, similarity };
}

/** The rows of some layers of a reference's pathway. [C, E] */
export function pathwayRows(reference: Reference, layers: readonly number[], experts: number): Float64Array {
  const out = new Float64Array(layers.length * experts);
  layers.forEach((layer, c) => out.set(reference.pathway.subarray(layer * experts, (layer + 1) * experts), c * experts));
  return out;
}

const ROWS = new WeakMap<ReferenceStore, { readonly layers: string; readonly rows: readonly Float64Array[] }>();

/** Rows of all references in the chosen layers; those of the layers asked for last are kept. */
function allRows(store: ReferenceStore, layers: readonly number[]): readonly Float64Array[] {
  const known = ROWS.get(store);
  if (known?.layers === layers.join()) return known.rows;
  const rows = store.references.map((reference) => pathwayRows(reference, layers, store.experts));
  ROWS.set(store, { layers: layers.join(), rows });
  return rows;
}

/** Of a pathway [C, E] in the chosen layers, always Euclidean. */
export function pathwayDistances(store: ReferenceStore, omega: ArrayLike<number>, layers: readonly number[]): Distances {
  const rows = allRows(store, layers);
  const length = Math.sqrt(dot(omega, omega));
  return {
    distance: Float64Array.from(rows, (row) => euclidean(omega, row)),
    similarity: Float64Array.from(rows, (row) => dot(omega, row) / (length * Math.sqrt(dot(row, row)) || 1)),
  };
}

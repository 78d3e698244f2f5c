/** The Row struct of shaders/common.wgsl: one token of a gradient problem. */

export interface RowInfo {
  readonly position: number;
  /** Rows of the cache with the first cached key and the first cached value. */
  readonly keys: number;
  readonly values: number;
  readonly cached: number;
  /** Rows of the batch that this one attends to begin here, and those that attend to it end there. */
  readonly first: number;
  readonly last: number;
  readonly wanted: number;
  readonly weight: number;
}

export const ROW_BYTES = 32;

export function encodeRows(rows: readonly RowInfo[]): ArrayBuffer {
  const data = new ArrayBuffer(ROW_BYTES * rows.length);
  const words = new Uint32Array(data);
  const floats = new Float32Array(data);
  rows.forEach((row, i) => {
    words.set([row.position, row.keys, row.values, row.cached, row.first, row.last, row.wanted], 8 * i);
    floats[8 * i + 7] = row.weight;
  });
  return data;
}

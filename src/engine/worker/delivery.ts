/** What a run has handed on, so that one that is made again after a loss hands on only what is new. */
import type { Recording, StepBatch } from '../engine';
import { sliceBatch } from '../slice';

export interface Delivered {
  readonly batch: StepBatch;
  readonly text: readonly string[];
}

/** Rows of a run in order, each once, however often the run is made. */
export class Delivery {
  readonly #ids: number[] = [];

  /** @param first position of the first row that is wanted; those before it are dropped */
  constructor(
    readonly first: number,
    readonly logits: Recording['logits'],
  ) {}

  /** Token ids so far, from `first` on. */
  get ids(): readonly number[] {
    return this.#ids;
  }

  /** Position and id of every token so far, from `from` on: what a run on another engine has to write too. */
  pairs(from: number): [position: number, id: number][] {
    return this.#ids.flatMap((id, i) => (this.first + i >= from ? [[this.first + i, id] as [number, number]] : []));
  }

  /** The rows of a batch that were not handed on yet; `nothing` where there are none, `differs` where a row that was has another token now. */
  take(batch: StepBatch, text: readonly string[]): Delivered | 'nothing' | 'differs' {
    const rows = batch.ids.length;
    const next = this.first + this.#ids.length;
    for (let row = Math.max(0, this.first - batch.start); row < rows && batch.start + row < next; row += 1) {
      if (batch.ids[row] !== this.#ids[batch.start + row - this.first]) return 'differs';
    }
    const from = Math.max(0, next - batch.start);
    if (from >= rows) return 'nothing';
    this.#ids.push(...batch.ids.subarray(from));
    return from === 0 ? { batch, text } : { batch: sliceBatch(batch, from, rows, this.logits), text: text.slice(from) };
  }
}

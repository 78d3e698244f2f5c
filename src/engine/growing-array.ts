/** A typed array that doubles its room as it fills, so that appending is amortised O(1). */

type Numbers = Float32Array | Uint32Array | Uint16Array;

export class GrowingArray<T extends Numbers> {
  private room: T;
  private filled = 0;

  private constructor(private readonly make: (length: number) => T) {
    this.room = make(0);
  }

  static floats(): GrowingArray<Float32Array> {
    return new GrowingArray((n) => new Float32Array(n));
  }

  static words(): GrowingArray<Uint32Array> {
    return new GrowingArray((n) => new Uint32Array(n));
  }

  static shorts(): GrowingArray<Uint16Array> {
    return new GrowingArray((n) => new Uint16Array(n));
  }

  get length(): number {
    return this.filled;
  }

  /** Appends values, or rows of `width` padded with zeros to `padded`. */
  append(values: T, width = 1, padded = 1): void {
    const rows = values.length / width;
    this.reserve(this.filled + rows * padded);
    if (width === padded) this.room.set(values, this.filled);
    else for (let row = 0; row < rows; row++) this.room.set(values.subarray(row * width, (row + 1) * width), this.filled + row * padded);
    this.filled += rows * padded;
  }

  /** A copy whose rows of `width` are padded with zeros to `padded`. */
  widened(width: number, padded: number): GrowingArray<T> {
    const out = new GrowingArray(this.make);
    out.append(this.view(), width, padded);
    return out;
  }

  /** What was appended so far, without a copy: it is never written again. */
  view(): T {
    return this.room.subarray(0, this.filled) as T;
  }

  private reserve(length: number): void {
    if (length <= this.room.length) return;
    const larger = this.make(Math.max(length, 2 * this.room.length));
    larger.set(this.view());
    this.room = larger;
  }
}

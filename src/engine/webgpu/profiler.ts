/**
 * Times each dispatch of a sequence by timestamp queries: the spec allows them at the begin and end of a pass only, so a measured run
 * gives every dispatch a pass of its own. Where the device has no such queries, submits are timed from outside.
 */
import type { KernelProfiler, KernelTimes, SubmitTimes } from '../kernel-times';
import type { GpuContext } from './context';

/** What a sequence does with a pass; a measured one stands in for several real ones. */
export type ComputePass = Pick<GPUComputePassEncoder, 'setPipeline' | 'setBindGroup' | 'dispatchWorkgroups' | 'end'>;

/** Queries that one set holds at most, by the spec; two for each dispatch. */
const SET_SIZE = 4096;

/** Queries of one submit: their sets, and the buffer that their values are copied to. */
interface Queries {
  readonly sets: GPUQuerySet[];
  readonly values: GPUBuffer[];
}

interface OpenSubmit {
  readonly kernels: string[];
  readonly queries: Queries;
  start: number;
  tokens: number;
  begin: number;
  end: number;
}

export class WebgpuProfiler implements KernelProfiler {
  #on = false;
  #submits: OpenSubmit[] = [];
  #next: OpenSubmit = emptySubmit();
  readonly #timestamps: boolean;

  constructor(readonly context: GpuContext) {
    this.#timestamps = context.device.features.has('timestamp-query');
  }

  start(): void {
    this.#drop();
    this.#on = true;
  }

  /** @throws PlaygroundError `device-lost` */
  async stop(): Promise<KernelTimes | undefined> {
    if (!this.#on) return undefined;
    this.#on = false;
    const submits = this.#submits;
    try {
      const origin = submits[0]?.begin ?? 0;
      const raw: BigUint64Array[] = [];
      for (const submit of submits) raw.push(await this.#valuesOf(submit));
      const first = raw.find((values) => values.length > 0)?.[0] ?? 0n;
      return {
        clock: this.#timestamps ? 'device' : 'cpu',
        submits: submits.map(({ start, tokens, kernels, begin, end }, i): SubmitTimes => ({
          start,
          tokens,
          kernels,
          ...(this.#timestamps && { deviceUs: Float64Array.from(raw[i] ?? [], (ns) => Number(ns - first) / 1000) }),
          cpuUs: [1000 * (begin - origin), 1000 * (end - origin)],
        })),
      };
    } finally {
      this.#drop();
    }
  }

  /** A pass of the encoder: a real one, or one that is measured. */
  pass(encoder: GPUCommandEncoder): ComputePass {
    if (!this.#on) return encoder.beginComputePass();
    return new MeasuredPass((kernel) => encoder.beginComputePass(this.#dispatchOf(kernel)));
  }

  /** To be called before the encoder is finished, with what it runs. */
  submitting(encoder: GPUCommandEncoder, start: number, tokens: number): void {
    if (!this.#on) return;
    const submit = this.#next;
    this.#next = emptySubmit();
    submit.queries.sets.forEach((set, i) => {
      const count = Math.min(SET_SIZE, 2 * submit.kernels.length - i * SET_SIZE);
      const resolved = this.context.buffer('timestamps', 8 * count, GPUBufferUsage.QUERY_RESOLVE | GPUBufferUsage.COPY_SRC);
      const values = this.context.buffer('timestamps read', 8 * count, GPUBufferUsage.MAP_READ | GPUBufferUsage.COPY_DST);
      encoder.resolveQuerySet(set, 0, count, resolved, 0);
      encoder.copyBufferToBuffer(resolved, 0, values, 0, 8 * count);
      submit.queries.values.push(values, resolved);
    });
    submit.start = start;
    submit.tokens = tokens;
    submit.begin = performance.now();
    submit.end = Number.NaN;
    this.#submits.push(submit);
  }

  /** To be called when the results of all submits so far have arrived. */
  arrived(): void {
    if (!this.#on) return;
    const now = performance.now();
    for (const submit of this.#submits) if (Number.isNaN(submit.end)) submit.end = now;
  }

  /** The descriptor of a pass for the next dispatch. */
  #dispatchOf(kernel: string): GPUComputePassDescriptor | undefined {
    const { kernels, queries } = this.#next;
    const at = (2 * kernels.length) % SET_SIZE;
    kernels.push(kernel);
    if (!this.#timestamps) return undefined;
    if (at === 0) queries.sets.push(this.context.device.createQuerySet({ label: 'timestamps', type: 'timestamp', count: SET_SIZE }));
    const querySet = queries.sets.at(-1);
    return querySet && { timestampWrites: { querySet, beginningOfPassWriteIndex: at, endOfPassWriteIndex: at + 1 } };
  }

  async #valuesOf({ kernels, queries }: OpenSubmit): Promise<BigUint64Array> {
    const all = new BigUint64Array(this.#timestamps ? 2 * kernels.length : 0);
    for (let i = 0; i < queries.sets.length; i++) {
      const values = queries.values[2 * i];
      if (values === undefined) continue;
      await this.context.settle(values.mapAsync(GPUMapMode.READ));
      all.set(new BigUint64Array(values.getMappedRange()).subarray(0, all.length - i * SET_SIZE), i * SET_SIZE);
      values.unmap();
    }
    return all;
  }

  #drop(): void {
    for (const { queries } of [...this.#submits, this.#next]) {
      for (const set of queries.sets) set.destroy();
      for (const buffer of queries.values) this.context.release(buffer);
    }
    this.#submits = [];
    this.#next = emptySubmit();
  }
}

function emptySubmit(): OpenSubmit {
  return { kernels: [], queries: { sets: [], values: [] }, start: 0, tokens: 0, begin: 0, end: Number.NaN };
}

/** Looks like a pass; each dispatch makes one of its own. */
class MeasuredPass implements ComputePass {
  #pipeline: GPUComputePipeline | undefined;
  readonly #groups: (readonly [index: number, group: GPUBindGroup | null | undefined])[] = [];

  constructor(readonly open: (kernel: string) => GPUComputePassEncoder) {}

  setPipeline(pipeline: GPUComputePipeline): undefined {
    this.#pipeline = pipeline;
  }

  setBindGroup(index: number, group: GPUBindGroup | null | undefined): undefined {
    this.#groups[index] = [index, group];
  }

  dispatchWorkgroups(x: number, y?: number, z?: number): undefined {
    if (this.#pipeline === undefined) return;
    const pass = this.open(this.#pipeline.label);
    pass.setPipeline(this.#pipeline);
    for (const [index, group] of this.#groups) pass.setBindGroup(index, group);
    pass.dispatchWorkgroups(x, y, z);
    pass.end();
  }

  end(): undefined {
    this.#pipeline = undefined;
  }
}

/** How long the kernels of a run took: plain data that an engine measures when it is asked to, and nothing otherwise. */

/** One submit to the device, in the order of the run. */
export interface SubmitTimes {
  /** Absolute position of the first token that it ran, and how many. */
  readonly start: number;
  readonly tokens: number;
  /** Names of the kernels, one for each dispatch, in the order of dispatch. */
  readonly kernels: readonly string[];
  /** Begin and end of each dispatch by the device's clock, microseconds since the first begin of the run. [2 n]; absent on clock `cpu` */
  readonly deviceUs?: Float64Array;
  /** From the submit to the arrival of its results by the CPU's clock, microseconds since the first submit of the run. */
  readonly cpuUs: readonly [begin: number, end: number];
}

export interface KernelTimes {
  /** `device`: each dispatch by timestamp queries, in a pass of its own. `cpu`: the device has none, so only whole submits are timed. */
  readonly clock: 'device' | 'cpu';
  readonly submits: readonly SubmitTimes[];
}

/** Times the runs of one model between start and stop. Off it costs nothing; on, runs are slower than they are without. */
export interface KernelProfiler {
  /** Begins anew; what was measured before and not fetched is dropped. */
  start(): void;
  /** Ends, and gives what was measured; undefined when it had not been started. */
  stop(): Promise<KernelTimes | undefined>;
}

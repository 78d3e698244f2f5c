/** The benchmark in the page: its state, and what makes two runs the same. */
import type { ItemResult } from '../../methods/c3po/benchmark';
import type { Arm } from '../../methods/c3po/settings';
import type { ExpertUse } from './expertUse';

export interface BenchState {
  readonly phase: 'idle' | 'running' | 'stopped' | 'done' | 'failed';
  /** Questions asked for; 0 is all. */
  readonly count: number;
  /** Arms asked for, base among them. */
  readonly arms: readonly Arm[];
  /** In the order in which the questions were asked. */
  readonly results: readonly ItemResult[];
  /** Which experts were chosen, by arm. */
  readonly use: Readonly<Record<string, ExpertUse>>;
  /** Questions of this run. */
  readonly total: number;
  /** What the results depend on, as text: a run of anything else begins anew. */
  readonly basis: string;
  /** Wall time spent on the results. */
  readonly milliseconds: number;
  readonly message: string;
}

export const NO_BENCH: BenchState = { phase: 'idle', count: 20, arms: ['base', 'mode', 'kernelRegression', 'ngd', 'oracle', 'random'], results: [], use: {}, total: 0, basis: '', milliseconds: 0, message: '' };

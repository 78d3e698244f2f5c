/** What an evaluation is: units of work that can be done one by one, and a summary of their results. */
import { createHash } from 'node:crypto';
import { PlaygroundError } from '../../base/errors';
import type { EngineInfo, LoadedModel } from '../../engine/engine';
import type { Checkpoint } from '../../model/checkpoint';
import { readText } from '../files';

/** What the command line gives to a suite. */
export interface SuiteContext {
  readonly checkpoint: Checkpoint;
  readonly model: LoadedModel;
  readonly engine: EngineInfo;
  /** Loads a further checkpoint on the same engine. */
  readonly load: (folder: string) => Promise<{ readonly checkpoint: Checkpoint; readonly model: LoadedModel }>;
  /** Paths, from the flags or from the suite's defaults; undefined where it has none. */
  readonly items: string | undefined;
  readonly references: string | undefined;
  /** 0 is no limit. */
  readonly limit: number;
  readonly seed: number;
  /** `--set name=value`, texts as typed. Read them through `takeSettings`, which refuses unknown names. */
  readonly set: Readonly<Record<string, string>>;
  readonly ablate: boolean;
  /** Files of results that were computed elsewhere; undefined when not given. */
  readonly merge: string | undefined;
  readonly compare: string | undefined;
}

/** Result of a unit: plain JSON, no NaN. */
export type UnitResult = Readonly<Record<string, unknown>>;

export interface Unit {
  /** Unique in the run: results of an interrupted run are found again by it. */
  readonly id: string;
  /** @param earlier result of a unit before this one, of this run or of the one that it goes on with */
  run(earlier?: (id: string) => UnitResult | undefined): Promise<UnitResult>;
}

export interface Summary {
  /** Flat; becomes `summary` of the report. */
  readonly figures: Readonly<Record<string, number | string | boolean | null>>;
  /** The figures in words, for the terminal. */
  readonly lines: readonly string[];
  /** Further top-level fields of the report: tables, curves. */
  readonly details?: Readonly<Record<string, unknown>>;
  /** False ends the command with exit code 1; true when absent. */
  readonly pass?: boolean;
}

export interface PreparedSuite {
  /** All that the result of a unit depends on besides model and engine: a run is resumed only when it is the same. */
  readonly settings: Readonly<Record<string, unknown>>;
  readonly units: readonly Unit[];
  /** @param results in the order of `units` */
  summarise(results: readonly (UnitResult & { readonly id: string })[]): Summary;
}

export interface Suite {
  readonly name: string;
  /** One line for `--help`. */
  readonly purpose: string;
  readonly defaults: { readonly items?: string; readonly references?: string };
  /** Names for `--set` with what they mean, for `--help`. */
  readonly settings: Readonly<Record<string, string>>;
  prepare(context: SuiteContext): Promise<PreparedSuite>;
}

/** A file's text and the hash that goes into the settings, so that a changed file starts a new run. */
export function readSource(path: string | undefined, what: string): { readonly path: string; readonly text: string; readonly sha256: string } {
  if (path === undefined) throw new PlaygroundError('bad-input', `There is no file of ${what}: give --${what} FILE.`);
  const text = readText(path);
  return { path, text, sha256: createHash('sha256').update(text).digest('hex') };
}

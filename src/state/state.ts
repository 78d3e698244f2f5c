/** The state of the page, one slice a subject, as plain readonly data (zustand holds it, actions change it). */
import type { ErrorCode } from '../base/errors';
import type { Counters } from '../engine/engine';
import type { EngineChoice, LoadedInfo, LoadStage, StopReason } from '../engine/worker/protocol';
import type { OptionalField } from '../trace/fields';
import type { Trace } from '../trace/trace';
import type { ControlId } from './controls';
import type { EditsState } from './edits';
import type { EntropyState } from './entropy/state';
import type { ExpertStatistics } from './expertStatistics';
import type { RemixState } from './remix/state';
import type { LanguageName, SamplingValues, SettingValues } from './settings';
import type { SteeringState } from './steering/state';
import type { ReadingState } from './reading';

export interface Failure {
  readonly code: ErrorCode;
  readonly message: string;
  readonly details: readonly string[];
}

/** The live model, from nothing to running. Replay works in every phase. */
export type Session =
  | { readonly phase: 'idle' }
  /** Save-Data is on: weights wait for a click. `bytes` is 0 while the size is not known. */
  | { readonly phase: 'waiting'; readonly bytes: number }
  | { readonly phase: 'loading'; readonly stage: LoadStage; readonly done: number; readonly total: number }
  | { readonly phase: 'ready'; readonly model: LoadedInfo }
  | { readonly phase: 'failed'; readonly failure: Failure };

export interface RunState extends SamplingValues {
  readonly prompt: string;
  readonly status: 'idle' | 'starting' | 'running' | 'stopping';
  /** How the last run ended; undefined before the first. */
  readonly last: { readonly reason: StopReason; readonly tokens: number; readonly latencyMs: number; readonly counters?: Counters } | undefined;
}

export interface Example {
  readonly id: string;
  readonly title: string;
  readonly prompt: string;
  /** Recorded trace, relative to the traces folder; absent where none was recorded. */
  readonly trace?: string;
  /** Settings under which the example was recorded. */
  readonly sampling: SamplingValues;
}

export interface OpenTrace {
  readonly trace: Trace;
  readonly origin: 'recorded' | 'live' | 'file';
  /** File name of an opened or recorded trace; empty for a live run. */
  readonly name: string;
  /** Where it was loaded from, relative to the page, for a trace that a link asked for. */
  readonly link?: string;
}

export interface TracesState {
  readonly examples: readonly Example[];
  /** Every trace that the page holds, newest first; the Trace panel lists them, Compare chooses among them. */
  readonly open: readonly OpenTrace[];
  /** What every view shows; with an intervention it is the run with it (A of a comparison). */
  readonly current: OpenTrace | undefined;
  /** The same prompt before the active interventions; undefined while there are none. */
  readonly baseline: OpenTrace | undefined;
  /** What the visitor chose to compare with (B). */
  readonly other: OpenTrace | undefined;
}

/** What the second run of a comparison does differently; a field left out is as in the first run. */
export interface CompareState {
  readonly second: Partial<SamplingValues & { readonly prompt: string }>;
  /** Position in the open text that stands as B beside the token in focus; undefined where B is a run. */
  readonly token: number | undefined;
}

export const STAGES = ['score', 'cut', 'run', 'combine'] as const;
export type Stage = (typeof STAGES)[number];
export const LAST_STAGE = STAGES.length - 1;

export interface FocusState {
  /** Position of the playhead, 0 is the first token. */
  readonly token: number;
  /** Row of the trace's routing arrays, not the layer's number. */
  readonly row: number;
  /** Expert the visitor chose in that row; undefined follows the first chosen one. */
  readonly expert: number | undefined;
  /** 0..3, the stage reached inside the token. */
  readonly stage: number;
}

export interface PlaybackState {
  readonly playing: boolean;
  readonly speed: number;
  /** The playhead goes with the newest token of a live run. */
  readonly follow: boolean;
}

export type HeatMode = SettingValues['heat'];

export interface LayerExpert {
  /** Number of the layer in the model. */
  readonly layer: number;
  readonly expert: number;
}

/** An expert that keeps one of the eight slots until it is let go. */
export interface Pin extends LayerExpert {
  /** 0..7 for the letters a..h. */
  readonly slot: number;
}

export type DialogName = 'share' | 'keys' | 'menu' | 'sampling' | 'device' | 'lessons';

export interface ViewState {
  readonly theme: SettingValues['theme'];
  /** What the visitor wants to compute with. */
  readonly engine: EngineChoice;
  /** The language on screen; `language` is what the link asks for, until the visitor chooses. */
  readonly spoken: LanguageName;
  readonly unit: SettingValues['unit'];
  readonly dialog: DialogName | undefined;
  readonly sheet: 'low' | 'half' | 'full';
  /** The panel of the dock that is open; `main` is none. */
  readonly panel: SettingValues['panel'];
  /** The method that the Re-mix panel shows. */
  readonly remixSection: SettingValues['remixSection'];
  readonly heat: HeatMode;
  /** Layer whose shares order the heatmap's columns; -1 is the order of ids. */
  readonly order: SettingValues['order'];
  readonly pins: readonly Pin[];
  /** Experts that Co-activation sets against each other; empty for all of the layer in focus. */
  readonly group: readonly LayerExpert[];
  /** Threshold of first-token entropy, nats. */
  readonly tau: SettingValues['tau'];
  readonly stepEnd: SettingValues['stepEnd'];
  readonly stepPattern: SettingValues['stepPattern'];
  readonly candidates: SettingValues['candidates'];
  readonly language: SettingValues['language'];
  /** Parts of the page that a link leaves out; `isHidden` asks. */
  readonly hidden: readonly ControlId[];
  /** The page stands in another page. */
  readonly embed: boolean;
  /** Counts runs, each of which becomes an entry of the history. */
  readonly entries: number;
  /** Origin whose trace waits for the visitor's yes. */
  readonly asking: string | undefined;
  /** Experts that a chart points at, so that the heatmap shows them too. */
  readonly lit: readonly { readonly row: number; readonly expert: number }[];
  /** Id of the panel that fills the page. */
  readonly maximised: string | undefined;
  readonly dropping: boolean;
  /** What the polite live region says. */
  readonly announcement: string;
}

/** Where a lesson stands. */
export interface LessonPlace {
  /** Empty where no lesson is open. */
  readonly id: string;
  /** 1 is the first step. */
  readonly step: number;
  /** How many steps it has; 0 while that is not known. */
  readonly steps: number;
  /** A link brought it together with a state of its own, which stands in the place of the step's. */
  readonly resumed: boolean;
  /** The step chose which parts are shown, so no link carries them. */
  readonly ownParts: boolean;
}

export interface Notice {
  readonly id: number;
  readonly tone: 'error' | 'note';
  readonly message: string;
  readonly details: readonly string[];
  readonly action: 'retry-load' | 'restart-engine' | 'use-processor' | 'try-gpu' | 'reload' | 'none';
}

/** An opened file that was refused: all faults at once. */
export interface ImportFailure {
  readonly name: string;
  readonly message: string;
  readonly errors: readonly string[];
  /** Fields that the file leaves out beside its faults. */
  readonly missing?: readonly OptionalField[];
}

/** Statistics of the corpus for the page's own checkpoint (experts.json), where it has them. */
export type StatisticsState = { readonly phase: 'unknown' | 'loading' | 'absent' } | { readonly phase: 'ready'; readonly value: ExpertStatistics };

export interface AppState {
  readonly statistics: StatisticsState;
  readonly session: Session;
  readonly run: RunState;
  readonly traces: TracesState;
  readonly compare: CompareState;
  readonly edits: EditsState;
  readonly remix: RemixState;
  readonly entropy: EntropyState;
  readonly steering: SteeringState;
  readonly focus: FocusState;
  readonly playback: PlaybackState;
  readonly view: ViewState;
  readonly lesson: LessonPlace;
  readonly notices: readonly Notice[];
  readonly importFailure: ImportFailure | undefined;
  /** A file that takes longer to read; undefined while there is none. */
  readonly reading: ReadingState | undefined;
}

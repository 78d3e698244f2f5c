/** The store and what actions need beside it. Made once by the composition root, or by a test with a fake engine. */
import { createStore, type StoreApi } from 'zustand/vanilla';
import type { EngineClient } from '../engine/worker/client';
import { NO_EDITS } from './edits';
import { NO_ENTROPY } from './entropy/state';
import { NO_REMIX } from './remix/state';
import { NO_STEERING } from './steering/state';
import { DEFAULTS } from './settings';
import { LAST_STAGE, type AppState } from './state';

export interface Services {
  readonly client: EngineClient;
  /** Folder that holds `<model>/`, absolute URL ending in a slash. */
  readonly modelsUrl: string;
  /** Folder with examples.json and recorded traces, absolute URL ending in a slash. */
  readonly tracesUrl: string;
  /** Folder name of the checkpoint. */
  readonly model: string;
  /** `name@version` written into exported traces. */
  readonly exporter: string;
  /** Version of the page, for citations. */
  readonly version?: string;
  /** Commit that the page was built from; absent where the build did not know. */
  readonly revision?: string;
}

export interface App {
  readonly store: StoreApi<AppState>;
  readonly services: Services;
}

export const INITIAL: AppState = {
  statistics: { phase: 'unknown' },
  session: { phase: 'idle' },
  run: {
    prompt: DEFAULTS.prompt,
    temperature: DEFAULTS.temperature,
    topK: DEFAULTS.topK,
    topP: DEFAULTS.topP,
    seed: DEFAULTS.seed,
    maxNewTokens: DEFAULTS.maxNewTokens,
    status: 'idle',
    last: undefined,
  },
  traces: { examples: [], open: [], current: undefined, baseline: undefined, other: undefined },
  compare: { second: {}, token: undefined },
  edits: NO_EDITS,
  remix: NO_REMIX,
  entropy: NO_ENTROPY,
  steering: NO_STEERING,
  focus: { token: 0, row: 0, expert: undefined, stage: LAST_STAGE },
  playback: { playing: false, speed: DEFAULTS.speed, follow: true },
  view: {
    theme: DEFAULTS.theme,
    engine: 'auto',
    spoken: 'en',
    unit: DEFAULTS.unit,
    dialog: undefined,
    sheet: 'half',
    panel: DEFAULTS.panel,
    remixSection: DEFAULTS.remixSection,
    heat: DEFAULTS.heat,
    order: DEFAULTS.order,
    pins: [],
    group: [],
    tau: DEFAULTS.tau,
    stepEnd: DEFAULTS.stepEnd,
    stepPattern: DEFAULTS.stepPattern,
    candidates: DEFAULTS.candidates,
    language: DEFAULTS.language,
    hidden: [],
    embed: false,
    entries: 0,
    asking: undefined,
    lit: [],
    maximised: undefined,
    dropping: false,
    announcement: '',
  },
  lesson: { id: DEFAULTS.lesson, step: DEFAULTS.step, steps: 0, resumed: false, ownParts: false },
  notices: [],
  importFailure: undefined,
  reading: undefined,
};

export function createApp(services: Services, initial: Partial<AppState> = {}): App {
  return { store: createStore<AppState>()(() => ({ ...INITIAL, ...initial })), services };
}

type ObjectSlice = 'run' | 'traces' | 'compare' | 'focus' | 'playback' | 'view' | 'lesson';

/** Changes some fields of one slice and leaves the rest alone. */
export function patch<S extends ObjectSlice>({ store }: App, slice: S, part: Partial<AppState[S]>): void {
  store.setState((state) => ({ [slice]: { ...state[slice], ...part } }) as Pick<AppState, S>);
}

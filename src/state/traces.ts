/** Opening traces: recorded examples, files that were dropped, and live runs all end in the same place. */
import { importTrace } from '../trace/file';
import type { Trace } from '../trace/trace';
import { patch, type App } from './app';
import { leftEdits } from './edits';
import { notify, toFailure } from './notices';
import { withOpen } from './openTraces';
import { clampSetting, DEFAULTS, SAMPLING_SETTINGS, SETTINGS, type SamplingValues } from './settings';
import { LAST_STAGE, type Example, type OpenTrace } from './state';
import { strings } from './strings';

/** The layer to begin with: the middle of the stack, where routing is neither spelling nor output yet. */
function middleRow(trace: Trace): number {
  return Math.max(0, Math.floor((trace.model.moeLayers.length - 1) / 2));
}

/** The token to begin with: the last of the prompt, whose next token is the first that the model wrote. */
function startToken(trace: Trace): number {
  return Math.max(0, Math.min(trace.run.promptTokens, trace.tokens.ids.length) - 1);
}

function viewNumber(trace: Trace, name: 'token' | 'layer'): number | undefined {
  const text = trace.view[SETTINGS[name].key];
  return text === undefined ? undefined : clampSetting(name, Number(text));
}

/** Where a trace opens: as its own `view` block says, or as the visitor's link says. */
export interface StartPlace {
  readonly token?: number;
  readonly layer?: number;
  /** The trace is of the text that the edits are for; otherwise they leave with the text that they were made on. */
  readonly keepEdits?: true;
}

/** Puts a trace on every view. The layer in focus stays where the new trace has it too. */
export function showTrace(app: App, open: OpenTrace, place: StartPlace = {}): void {
  const { trace } = open;
  const before = app.store.getState();
  const last = Math.max(0, trace.tokens.ids.length - 1);
  const layer = place.layer ?? viewNumber(trace, 'layer');
  const named = layer === undefined ? -1 : trace.model.moeLayers.indexOf(layer);
  const kept = before.traces.current !== undefined && before.focus.row < trace.model.moeLayers.length ? before.focus.row : middleRow(trace);
  const token = Math.min(last, place.token ?? viewNumber(trace, 'token') ?? startToken(trace));
  app.store.setState({
    traces: { ...before.traces, current: open, baseline: undefined, open: withOpen(before.traces.open, open) },
    edits: place.keepEdits === true ? before.edits : leftEdits(before.edits),
    focus: { token, row: named >= 0 ? named : kept, expert: undefined, stage: LAST_STAGE },
    playback: { ...before.playback, playing: false, follow: false },
    importFailure: undefined,
    compare: place.keepEdits === true ? before.compare : { ...before.compare, token: undefined },
  });
}

/** Prompt and sampling of a trace, so that Run repeats what it shows. */
export function adoptRun(app: App, trace: Trace): void {
  const { prompt, seed, sampling } = trace.run;
  const wanted: Partial<SamplingValues> = {
    ...(seed === undefined ? {} : { seed }),
    ...(sampling === undefined ? {} : { temperature: sampling.temperature, topK: sampling.topK, topP: sampling.topP }),
  };
  const adopted: Partial<Record<keyof SamplingValues, number>> = {};
  for (const name of SAMPLING_SETTINGS) {
    const value = wanted[name];
    const clamped = value === undefined ? undefined : clampSetting(name, value);
    if (clamped !== undefined) adopted[name] = clamped;
  }
  patch(app, 'run', { ...adopted, ...(prompt === undefined ? {} : { prompt }) });
}

/** Puts a trace of the open ones on every view, with its prompt and settings in their fields. */
export function showOpen(app: App, open: OpenTrace, place: StartPlace = {}): void {
  showTrace(app, open, place);
  adoptRun(app, open.trace);
}

async function getJson(url: string): Promise<string> {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`HTTP ${response.status}`);
  return response.text();
}

/** Loads a recorded trace; undefined after telling why it could not be loaded. */
export async function readRecorded(app: App, example: Example): Promise<OpenTrace | undefined> {
  if (example.trace === undefined) return undefined;
  const name = example.trace;
  try {
    const result = importTrace(await getJson(new URL(name, app.services.tracesUrl).href));
    if (!result.ok) throw new Error(result.errors[0]?.message ?? name);
    return { trace: result.trace, origin: 'recorded', name };
  } catch (error) {
    notify(app, { tone: 'note', message: strings.open.noRecorded(toFailure(error).message) });
    return undefined;
  }
}

/** Loads a recorded trace and draws it. */
export async function openRecorded(app: App, example: Example, place: StartPlace = {}): Promise<void> {
  const open = await readRecorded(app, example);
  // A run that was started meanwhile has the page.
  if (open !== undefined && app.store.getState().run.status === 'idle') showTrace(app, open, place);
}

/** Chooses an example: its prompt goes into the field and its recorded run, if there is one, onto the page. */
export async function chooseExample(app: App, example: Example): Promise<void> {
  patch(app, 'run', { prompt: example.prompt, ...example.sampling });
  await openRecorded(app, example);
}

/** Loads the list of examples. An unreadable list leaves the menu empty and says so. */
export async function loadExamples(app: App): Promise<readonly Example[]> {
  try {
    const parsed: unknown = JSON.parse(await getJson(new URL('examples.json', app.services.tracesUrl).href));
    const examples = readExamples(parsed);
    patch(app, 'traces', { examples });
    return examples;
  } catch (error) {
    notify(app, { tone: 'note', message: strings.open.noRecorded(toFailure(error).message) });
    return [];
  }
}

/** Keeps the well-formed entries of the examples list. */
export function readExamples(parsed: unknown): readonly Example[] {
  const list: unknown = Array.isArray(parsed) ? parsed : typeof parsed === 'object' && parsed !== null && 'examples' in parsed ? parsed.examples : [];
  return Array.isArray(list) ? list.flatMap((entry: unknown) => readExample(entry) ?? []) : [];
}

/** Settings of an example; what it does not name stands at its default, so that examples do not depend on their order. */
function readSampling(entry: Record<string, unknown>): SamplingValues {
  const read = (name: keyof SamplingValues): number => {
    const value = entry[name];
    return (typeof value === 'number' ? clampSetting(name, value) : undefined) ?? DEFAULTS[name];
  };
  return { temperature: read('temperature'), topK: read('topK'), topP: read('topP'), seed: read('seed'), maxNewTokens: read('maxNewTokens') };
}

function readExample(entry: unknown): Example | undefined {
  if (typeof entry !== 'object' || entry === null) return undefined;
  const { id, title, prompt, trace, ...rest } = entry as Record<string, unknown>;
  if (typeof title !== 'string' || typeof prompt !== 'string') return undefined;
  return {
    id: typeof id === 'string' ? id : title,
    title,
    prompt,
    sampling: readSampling(rest),
    ...(typeof trace === 'string' && /^[\w.-]+\.json$/.test(trace) ? { trace } : {}),
  };
}

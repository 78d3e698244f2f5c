/** One lesson on the page: entering steps, showing the solution, and leaving with the page as it was before. */
import { patch, type App } from '../state/app';
import { hiddenExcept, type ControlId } from '../state/controls';
import { stopRun, toggleRun } from '../state/generate';
import { loadStatistics } from '../state/expertStatistics';
import type { AppState } from '../state/state';
import { applyStepKeys } from './apply';
import { readingsOf } from './checks/check';
import type { ReadingName } from './checks/names';
import type { Act, Step } from './format';

const VIEW = ['panel', 'remixSection', 'heat', 'order', 'tau', 'stepEnd', 'stepPattern', 'candidates', 'pins', 'group', 'unit'] as const;
const RUN = ['prompt', 'temperature', 'topK', 'topP', 'seed', 'maxNewTokens'] as const;

function part<T extends object, K extends keyof T>(whole: T, names: readonly K[]): Pick<T, K> {
  return Object.fromEntries(names.map((name) => [name, whole[name]])) as Pick<T, K>;
}

/** What a lesson changes on the page. */
interface Before {
  readonly state: Pick<AppState, 'traces' | 'edits' | 'focus' | 'compare'>;
  readonly view: Pick<AppState['view'], (typeof VIEW)[number]>;
  readonly run: Pick<AppState['run'], (typeof RUN)[number]>;
}

let before: Before | undefined;
/** What a link hides; the lessons' own choice gives way to it. */
let given: readonly ControlId[] = [];
/** The step that the page was brought to last; a step is entered once, whatever becomes of its card. */
let entered = '';

/** Remembers the page as it is, when a lesson begins on a page that a visitor has used. */
export function rememberPage({ store }: App): void {
  const { traces, edits, focus, compare, view, run } = store.getState();
  before = { state: { traces, edits, focus, compare }, view: part(view, VIEW), run: part(run, RUN) };
}

/** Begins a step. True where the page stands in it already, so that it is not brought there again. */
export function beginStep({ store }: App, key: string): boolean {
  if (entered === '') given = store.getState().view.hidden;
  const known = entered === key;
  entered = key;
  return known;
}

/** Shows the parts that a step asks for, unless a link chose them. */
export function showParts(app: App, { show }: Pick<Step, 'show'>): void {
  if (given.length > 0) return;
  patch(app, 'lesson', { ownParts: true });
  patch(app, 'view', { hidden: show === undefined ? [] : hiddenExcept([...show, 'lesson', 'keys', 'lang', 'theme']) });
}

/** Everything that a step reads. */
function readingsIn({ check, claims, values, predict }: Step): readonly ReadingName[] {
  return [...[check, ...claims, ...(predict?.options.map(({ when }) => when) ?? [])].flatMap(readingsOf), ...Object.values(values).map(({ read }) => read)];
}

/** Brings the page to where a step begins. */
export async function enterStep(app: App, step: Step): Promise<void> {
  stopRun(app);
  showParts(app, step);
  if (readingsIn(step).some((name) => name.startsWith('corpus'))) await loadStatistics(app);
  await applyStepKeys(app, step.set);
}

/** A lesson that was left by the browser's history: the next one begins afresh. */
export function forgetStep(): void {
  entered = '';
}

async function act(app: App, name: Act): Promise<void> {
  switch (name) {
    case 'run':
      toggleRun(app);
      return;
    case 'find-mix': {
      const { runMethod } = await import('../state/remix/run');
      await runMethod(app);
      return;
    }
    case 'neighbours-mix': {
      const { startMix } = await import('../state/remix/mix');
      startMix(app, 'neighbours');
      return;
    }
    case 'move-knob': {
      const { setWeight } = await import('../state/remix/mix');
      const { mix } = app.store.getState().remix;
      // The third of the free experts gets as much as the first has.
      const [first, , third] = mix?.core[0] ?? [];
      if (mix !== undefined && first !== undefined && third !== undefined) setWeight(app, 0, third, mix.omega[first] ?? 0);
    }
  }
}

/** Does the task. */
export async function showSolution(app: App, { set, solution }: Step): Promise<void> {
  if (Object.keys(solution.set).length > 0 || solution.act === undefined) await applyStepKeys(app, { ...set, ...solution.set });
  if (solution.act !== undefined) await act(app, solution.act);
}

/** Ends the lesson. The page is as it was before, where it was used before; a lesson that a link opened leaves its last state. */
export function leaveLesson(app: App): void {
  const { store } = app;
  stopRun(app);
  entered = '';
  patch(app, 'lesson', { id: '', step: 1, steps: 0, resumed: false, ownParts: false });
  patch(app, 'view', { hidden: given });
  if (before === undefined) return;
  const { state, view, run } = before;
  before = undefined;
  const now = store.getState();
  const sameRun = now.traces.current === state.traces.current && now.traces.baseline === state.traces.baseline;
  // The engine holds another run now, unless the page still shows the same one.
  const edits = sameRun ? now.edits : { ...state.edits, held: undefined, ran: undefined, phase: 'done' as const, why: '' };
  store.setState({
    traces: { ...now.traces, current: state.traces.current, baseline: state.traces.baseline, other: state.traces.other },
    edits,
    focus: state.focus,
    compare: state.compare,
    view: { ...store.getState().view, ...view },
    run: { ...now.run, ...run },
  });
}

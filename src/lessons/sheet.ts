/** What a printed sheet needs of each step: the page's state as the step begins, from recorded runs alone. */
import type { App } from '../state/app';
import { EDIT_KEYS } from '../state/editUrl';
import { REMIX_KEYS } from '../state/remix/url';
import type { AppState } from '../state/state';
import { applyStepKeys } from './apply';
import type { Lesson, Step } from './format';

export interface SheetStep {
  readonly step: Step;
  readonly state: AppState;
}

/** Keys that would have the model run, which a sheet does without. */
const RUNS: readonly string[] = [...EDIT_KEYS, REMIX_KEYS.item];

/** The steps of a lesson with the state in which their questions are asked. */
export async function sheetOf(app: App, lesson: Lesson): Promise<readonly SheetStep[]> {
  const steps: SheetStep[] = [];
  for (const step of lesson.steps) {
    await applyStepKeys(app, Object.fromEntries(Object.entries(step.set).filter(([key]) => !RUNS.includes(key))));
    steps.push({ step, state: app.store.getState() });
  }
  return steps;
}

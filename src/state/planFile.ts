/** A whole RoutingPlan as one edit: from a file that was opened, or from a link. */
import { PlaygroundError } from '../base/errors';
import { parsePlan } from '../routing/parse';
import type { RoutingPlan } from '../routing/plan';
import type { App } from './app';
import { makeChange } from './editActions';
import { strings } from './strings';
import { openFile } from './openFiles';

/** Largest plan file that is read, bytes. */
const MOST_BYTES = 262_144;

/** Opens a trace, or takes a plan as an edit of the run on the page. On any fault the page stays as it was. */
export async function openAny(app: App, file: File): Promise<void> {
  const value = file.size <= MOST_BYTES ? await planIn(file) : undefined;
  if (value === undefined) await openFile(app, file);
  else adoptPlan(app, file.name, value);
}

/** The content of a file that says that it is a plan. */
async function planIn(file: File): Promise<unknown> {
  try {
    const value: unknown = JSON.parse(await file.text());
    return typeof value === 'object' && value !== null && 'format' in value && value.format === 'moe-plan' ? value : undefined;
  } catch {
    return undefined;
  }
}

function adoptPlan(app: App, name: string, value: unknown): void {
  const refuse = (message: string, errors: readonly string[] = []): void => app.store.setState({ importFailure: { name, message, errors } });
  const model = app.store.getState().traces.current?.trace.model;
  if (model === undefined) {
    refuse(strings.edits.plan.noRun);
    return;
  }
  let plan: RoutingPlan;
  try {
    plan = parsePlan(value, { layers: model.moeLayers.length, experts: model.experts });
  } catch (error) {
    if (!(error instanceof PlaygroundError)) throw error;
    refuse(strings.edits.plan.refused(error.details.length), error.details);
    return;
  }
  makeChange(app, { kind: 'plan', plan }, { from: 0 });
}

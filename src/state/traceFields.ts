/** What a trace holds of the fields that it may leave out, for the Trace panel. */
import { fieldsOf, OPTIONAL_FIELDS, unknownFields, type OptionalField } from '../trace/fields';
import type { Trace } from '../trace/trace';

export { knowsMix } from '../trace/fields';

export interface FieldStates {
  readonly fields: readonly { readonly path: OptionalField; readonly present: boolean }[];
  /** Paths of placeholders in an imported trace, as one text; empty for a trace that says everything. */
  readonly unknown: string;
}

export function fieldStates(trace: Trace): FieldStates {
  const has = fieldsOf(trace);
  return { fields: OPTIONAL_FIELDS.map((path) => ({ path, present: has[path] })), unknown: [...unknownFields(trace)].join(', ') };
}

/** Whether an importer had to fill this field although its source does not say it. */
export function isUnknown(trace: Trace, path: string): boolean {
  return unknownFields(trace).has(path);
}

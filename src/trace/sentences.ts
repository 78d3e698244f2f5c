/** Findings of a valibot schema as sentences for whoever wrote the file. */
import * as v from 'valibot';
import { describeValue, pathText, type Faults } from './faults';

/**
 * Checks a value against a schema and adds a fault for each finding.
 * @param root name of the value in paths, e.g. `plan`; empty for the file itself
 * @returns fresh data of the schema's type, or undefined after adding at least one fault
 */
export function checkAgainst<const S extends v.GenericSchema>(schema: S, value: unknown, faults: Faults, root = ''): v.InferOutput<S> | undefined {
  const result = v.safeParse(schema, value);
  if (result.success) return result.output;
  for (const issue of result.issues) addIssue(issue, root === '' ? [] : [root], faults);
  return undefined;
}

function addIssue(issue: v.BaseIssue<unknown>, before: readonly unknown[], faults: Faults): void {
  const keys = [...before, ...(issue.path ?? []).map((item) => item.key)];
  const deeper = issue.type === 'union' ? closest(issue.issues) : undefined;
  if (deeper !== undefined) {
    deeper.forEach((inner) => addIssue(inner, keys, faults));
    return;
  }
  const path = pathText(keys);
  faults.add(path, () => sentence(path || 'The file', issue));
}

/** Of the branches of a union, the one that the value came furthest into: its findings have a path. */
function closest(issues: readonly v.BaseIssue<unknown>[] | undefined): readonly v.BaseIssue<unknown>[] | undefined {
  const inside = issues?.filter((issue) => issue.path !== undefined) ?? [];
  return inside.length > 0 ? inside : undefined;
}

function sentence(place: string, issue: v.BaseIssue<unknown>): string {
  const wanted = wantedText(issue);
  if (issue.expected === 'never') return `${place} is not a field of this format: check its spelling, or remove it.`;
  if (issue.input === undefined) return `${place} is missing: put ${wanted} there.`;
  const advice = issue.input === null ? 'leave the field out if it is not known' : 'correct it';
  return `${place} is ${describeValue(issue.input)}, but ${wanted} is wanted: ${advice}.`;
}

const WANTED: Readonly<Record<string, string>> = {
  string: 'a text',
  number: 'a finite number',
  finite: 'a finite number',
  boolean: 'true or false',
  array: 'a list',
  object: 'an object',
  strict_object: 'an object',
  record: 'an object',
  integer: 'a whole number',
  safe_integer: 'a whole number',
};

function wantedText(issue: v.BaseIssue<unknown>): string {
  const requirement = issue.requirement;
  switch (issue.type) {
    case 'min_value':
      return `a number of at least ${String(requirement)}`;
    case 'gt_value':
      return `a number above ${String(requirement)}`;
    case 'max_value':
      return `a number of at most ${String(requirement)}`;
    case 'max_length':
      return `a text of at most ${String(requirement)} characters`;
    case 'length':
      return `a list of ${String(requirement)}`;
    case 'regex':
    case 'iso_timestamp':
    case 'custom':
      return issue.message;
    default: {
      const expected = issue.expected ?? 'another value';
      // A missing key is reported by its object: "expected" is then the key in quotes.
      if (issue.kind === 'schema' && issue.input === undefined && (issue.type === 'object' || issue.type === 'strict_object')) return 'a value';
      return WANTED[issue.type] ?? `one of ${expected.replace(/[()]/g, '').replace('Array', 'a list').replace('Object', 'an object').replaceAll(' | ', ', ')}`;
    }
  }
}

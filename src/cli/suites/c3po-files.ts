/** Answers and pathways that another implementation computed, read strictly. */
import * as v from 'valibot';
import { PlaygroundError } from '../../base/errors';
import type { ItemResult } from '../../methods/c3po/benchmark';
import { readJson } from '../files';

function parse<S extends v.GenericSchema>(schema: S, path: string, what: string): v.InferOutput<S> {
  const read = v.safeParse(schema, readJson(path));
  if (read.success) return read.output;
  const [issue] = read.issues;
  throw new PlaygroundError('bad-file', `The file ${path} is no ${what}: ${v.getDotPath(issue) ?? 'it'} is not what is wanted (${issue.message}).`);
}

const answers = v.record(v.string(), v.string());

const mergeSchema = v.union([v.object({ ranBy: v.string(), arms: v.record(v.string(), answers) }), v.record(v.string(), answers)]);

/** Answers by arm and item, and what computed them. */
export interface MergedArms {
  readonly ranBy: string;
  readonly arms: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

/**
 * `{"ranBy": "...", "arms": {arm: {item id: option}}}`, or the inner record alone.
 * @throws PlaygroundError `bad-file`
 */
export function readMerge(path: string): MergedArms {
  const file = parse(mergeSchema, path, 'file of answers by arm and item');
  return isNamed(file) ? file : { ranBy: path, arms: file };
}

function isNamed(file: v.InferOutput<typeof mergeSchema>): file is MergedArms {
  return typeof file['ranBy'] === 'string';
}

/** Adds the answers of other arms to an item. Throws `bad-file` where one is missing or no option. */
export function mergeItem(item: ItemResult, options: readonly string[], { arms }: MergedArms): ItemResult {
  const added = Object.entries(arms).map(([arm, byItem]) => {
    const predicted = byItem[item.id];
    if (predicted === undefined) throw new PlaygroundError('bad-file', `The answers of ${arm} lack the item "${item.id}": all items of the run are needed.`);
    if (!options.includes(predicted)) throw new PlaygroundError('bad-file', `The answer of ${arm} to the item "${item.id}" is ${JSON.stringify(predicted)}, which is not one of its options.`);
    return [arm, { predicted, cost: item.counted?.[arm] ?? NaN, milliseconds: NaN, neighbours: [] }] as const;
  });
  return { ...item, arms: { ...item.arms, ...Object.fromEntries(added) } };
}

const otherItem = v.object({
  id: v.string(),
  neighbours: v.union([v.array(v.string()), v.record(v.string(), v.array(v.string()))]),
  omega: v.record(v.string(), v.array(v.array(v.pipe(v.number(), v.finite())))),
  answer: answers,
});

/** What another implementation computed for an item. `omega` [C][E] by arm; `neighbours` of `ngd`, or by arm. */
export type OtherItem = v.InferOutput<typeof otherItem>;

/** Throws `bad-file`. */
export function readOther(path: string): readonly OtherItem[] {
  return parse(v.object({ items: v.pipe(v.array(otherItem), v.minLength(1)) }), path, 'run of another implementation').items;
}

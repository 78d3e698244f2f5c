/**
 * What a lesson file holds (docs/LESSONS.md): texts, the state that a step begins with under the keys of a link, and
 * checks on the state of the page. Every fault of a file is a sentence with its path.
 */
import * as v from 'valibot';
import { CONTROLS } from '../state/controls';
import { linkKey } from '../state/linkKeys';
import { READING_NAMES } from './checks/names';
import { SPOTS } from './spots';

/** Longest text of a step, words. */
export const MOST_WORDS = 60;

/** Words as a reader counts them. */
export function wordCount(text: string): number {
  return text.split(/\s+/u).filter((word) => /[\p{L}\p{N}]/u.test(word)).length;
}

const whole = (least: number, most: number) => v.pipe(v.number('a whole number is wanted'), v.integer('a whole number is wanted'), v.minValue(least, `at least ${least} is wanted`), v.maxValue(most, `at most ${most} is wanted`));

const text = v.pipe(
  v.string('a text is wanted'),
  v.nonEmpty('the text is empty'),
  v.check((value) => wordCount(value) <= MOST_WORDS, `a text of a step has at most ${MOST_WORDS} words`),
);

const slug = v.pipe(v.string('an id is wanted'), v.regex(/^[a-z0-9][a-z0-9-]{0,39}$/, 'an id is of small letters, digits and hyphens, at most 40'));

/** One number, word or yes of the page's state: `{ "read": "mix", "token": 10, "layer": 3, "rank": 1 }`. */
const readingEntries = {
  read: v.picklist(READING_NAMES, 'this reading is not known; docs/LESSONS.md lists those that are'),
  /** Position in the text, 0 is the first; the token in focus where absent. */
  token: v.optional(whole(0, 100_000)),
  /** Number of the layer in the model; the layer in focus where absent. */
  layer: v.optional(whole(0, 1_000)),
  expert: v.optional(whole(0, 10_000)),
  /** 1 is the first. */
  rank: v.optional(whole(1, 10_000)),
};

export const readingSchema = v.strictObject(readingEntries, 'a reading is wanted: an object with "read", and nothing but token, layer, expert and rank beside it');

export type Reading = v.InferOutput<typeof readingSchema>;

/** What a reading is compared with. One of them at least; all of them hold. */
export interface Comparison extends Reading {
  readonly is?: string | number | boolean | undefined;
  readonly min?: number | undefined;
  readonly max?: number | undefined;
  readonly same?: Reading | undefined;
  readonly more?: Reading | undefined;
  readonly less?: Reading | undefined;
}

export type Check = Comparison | { readonly all: readonly Check[] } | { readonly any: readonly Check[] } | { readonly not: Check };

const COMPARED = ['is', 'min', 'max', 'same', 'more', 'less'] as const;

const comparisonSchema = v.pipe(
  v.strictObject(
    {
      ...readingEntries,
      is: v.optional(v.union([v.string(), v.number(), v.boolean()], 'a text, a number, true or false is wanted')),
      min: v.optional(v.number('a number is wanted')),
      max: v.optional(v.number('a number is wanted')),
      same: v.optional(readingSchema),
      more: v.optional(readingSchema),
      less: v.optional(readingSchema),
    },
    'a check is wanted: a reading with is, min, max, same, more or less; or all, any or not',
  ),
  v.check((value) => COMPARED.some((name) => value[name] !== undefined), 'a check compares its reading by is, min, max, same, more or less'),
);

const checkSchema: v.GenericSchema<unknown, Check> = v.lazy((value) => {
  if (typeof value === 'object' && value !== null) {
    if ('all' in value) return v.strictObject({ all: v.pipe(v.array(checkSchema), v.minLength(1, 'at least one check is wanted')) });
    if ('any' in value) return v.strictObject({ any: v.pipe(v.array(checkSchema), v.minLength(1, 'at least one check is wanted')) });
    if ('not' in value) return v.strictObject({ not: checkSchema });
  }
  return comparisonSchema;
});

/** Keys of a link, as in docs/LINKS.md. */
const keysSchema = v.record(v.pipe(v.string(), v.check((key) => linkKey(key)?.lesson === true, 'this is no key of a link that a lesson may set; docs/LINKS.md lists them')), v.pipe(v.string('values are texts, as in a link'), v.maxLength(2_000)));

/** What "show me" does where keys of a link cannot: press Run, have C3PO find a mix. */
export const ACTS = ['run', 'find-mix', 'neighbours-mix', 'move-knob'] as const;
export type Act = (typeof ACTS)[number];

const optionSchema = v.strictObject({
  text: v.pipe(v.string('a text is wanted'), v.nonEmpty('the text is empty'), v.maxLength(80, 'an option has at most 80 characters')),
  /** Holds if this option is what really happened. */
  when: checkSchema,
});

const stepSchema = v.strictObject({
  /** What is to be understood here; `{name}` stands for a value of `values`. */
  text,
  /** State that the step begins with. What is not named is at its default; the open run stays where `trace` names none. */
  set: v.optional(keysSchema, {}),
  /** Parts of the page that are shown (docs/LINKS.md, `hide`); all of them where absent. */
  show: v.optional(v.array(v.picklist(CONTROLS, 'an id of a part of the page is wanted; docs/LINKS.md lists them'))),
  /** The part that is marked, and that "go there" moves the focus to. */
  spot: v.optional(v.picklist(SPOTS, `one of ${SPOTS.join(', ')} is wanted`)),
  /** A question before the task; which option holds is worked out from the state when the task is done. */
  predict: v.optional(v.strictObject({ question: text, options: v.pipe(v.array(optionSchema), v.minLength(2, 'a prediction has at least two options'), v.maxLength(6, 'a prediction has at most six options')) })),
  task: text,
  /** Holds once the task is done. It may not hold when the step begins. */
  check: checkSchema,
  hint: text,
  /** What "show me" sets and does. */
  solution: v.strictObject({ set: v.optional(keysSchema, {}), act: v.optional(v.picklist(ACTS)) }),
  /** Shown when the task is done. */
  why: text,
  values: v.optional(v.record(v.pipe(v.string(), v.regex(/^[a-z][a-zA-Z0-9]*$/, 'a name is a small letter with letters and digits after it')), readingSchema), {}),
  /** What the texts say, as checks: they are tested, and where they fail on a visitor's page it says so. */
  claims: v.optional(v.array(checkSchema), []),
  /** A file that the visitor is to open by hand, relative to the page. */
  file: v.optional(v.pipe(v.string(), v.regex(/^[\w-]+(?:\/[\w.-]+)+$/, 'a path below the page is wanted'))),
});

export const lessonSchema = v.strictObject({
  format: v.literal('moe-lesson', 'the first field is "format": "moe-lesson"'),
  version: v.literal('1.0', 'this page reads version 1.0'),
  id: slug,
  title: v.pipe(v.string('a title is wanted'), v.nonEmpty('the title is empty'), v.maxLength(60, 'a title has at most 60 characters')),
  /** What one can do afterwards, in a sentence. */
  goal: text,
  minutes: whole(1, 120),
  /** Whether it needs the live model, rather than recorded runs alone. */
  live: v.boolean('true or false is wanted'),
  steps: v.pipe(v.array(stepSchema), v.minLength(1, 'a lesson has at least one step'), v.maxLength(20, 'a lesson has at most 20 steps')),
});

export type Lesson = v.InferOutput<typeof lessonSchema>;
export type Step = Lesson['steps'][number];

export const indexSchema = v.strictObject({
  format: v.literal('moe-lessons'),
  version: v.literal('1.0'),
  lessons: v.array(v.strictObject({ id: slug, title: v.string(), goal: v.string(), minutes: whole(1, 120), live: v.boolean(), steps: whole(1, 20) })),
});

export type LessonIndex = v.InferOutput<typeof indexSchema>;
export type LessonEntry = LessonIndex['lessons'][number];

export type Parsed<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly faults: readonly string[] };

function parse<T>(schema: v.GenericSchema<unknown, T>, value: unknown): Parsed<T> {
  const result = v.safeParse(schema, value);
  if (result.success) return { ok: true, value: result.output };
  return { ok: false, faults: result.issues.map((issue) => `${v.getDotPath(issue) ?? 'the file'}: ${issue.message}.`) };
}

/** Names in braces in a text. */
export function placeholders(text: string): readonly string[] {
  return [...text.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => name);
}

/** All texts of a step, in which placeholders may stand. */
export function textsOf({ text: main, task, hint, why, predict }: Step): readonly string[] {
  return [main, task, hint, why, ...(predict === undefined ? [] : [predict.question, ...predict.options.map((option) => option.text)])];
}

/** Checks a lesson. Placeholders without a value are faults too. */
export function parseLesson(value: unknown): Parsed<Lesson> {
  const parsed = parse(lessonSchema, value);
  if (!parsed.ok) return parsed;
  const faults = parsed.value.steps.flatMap((step, i) => textsOf(step).flatMap((one) => placeholders(one).filter((name) => !(name in step.values)).map((name) => `steps.${i}: {${name}} stands in a text, but values has no ${name}.`)));
  return faults.length === 0 ? parsed : { ok: false, faults };
}

export function parseIndex(value: unknown): Parsed<LessonIndex> {
  return parse(indexSchema, value);
}

import { readdirSync } from 'node:fs';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import type { App } from '../state/app';
import { holds, read } from './checks/check';
import { parseIndex, parseLesson, textsOf, type Lesson } from './format';
import { enterStep, showSolution } from './session';
import { lessonPage, published, stubBrowser } from './testing/page';

/** Time for a step that runs the model, in float64 and on one core. */
const RUN_MS = 60_000;

function lessonOf(language: string, id: string): Lesson {
  const parsed = parseLesson(JSON.parse(published(`lessons/${language}/${id}.json`)));
  if (!parsed.ok) throw new Error(`${language}/${id}: ${parsed.faults.join(' ')}`);
  return parsed.value;
}

function indexOf(language: string) {
  const parsed = parseIndex(JSON.parse(published(`lessons/${language}/index.json`)));
  if (!parsed.ok) throw new Error(parsed.faults.join(' '));
  return parsed.value.lessons;
}

/** What a step does, without its words. */
function bones({ steps, id, minutes, live }: Lesson): unknown {
  return { id, minutes, live, steps: steps.map(({ set, show, spot, check, solution, values, claims, file, predict }) => ({ set, show, spot, check, solution, values, claims, file, when: predict?.options.map(({ when }) => when) })) };
}

const LANGUAGES = readdirSync(new URL('../../public/lessons', import.meta.url));

describe.each(LANGUAGES)('the lessons in %s', (language) => {
  const index = indexOf(language);

  it.each(index.map((entry) => [entry.id, entry] as const))('%s is a lesson, and the list says what is in it', (id, entry) => {
    const { title, goal, minutes, live, steps } = lessonOf(language, id);
    expect({ id, title, goal, minutes, live, steps: steps.length }).toEqual(entry);
  });

  it('do the same in every language', () => {
    expect(index.map(({ id }) => id)).toEqual(indexOf('en').map(({ id }) => id));
    for (const { id } of index) expect(bones(lessonOf(language, id))).toEqual(bones(lessonOf('en', id)));
  });
});

describe('what lessons say and ask holds on the recorded runs and on the shipped model', () => {
  let app: App;
  beforeAll(async () => {
    stubBrowser();
    app = await lessonPage();
  });

  for (const { id } of indexOf('en')) {
    const lesson = lessonOf('en', id);
    it.each(lesson.steps.map((step, i) => [i + 1, step] as const))(`${id}, step %i`, async (_, step) => {
      const { store } = app;
      await enterStep(app, step);
      await vi.waitFor(() => expect(holds(store.getState(), { any: [{ read: 'settled', is: true }] })).toBe(true), { timeout: RUN_MS, interval: 10 });
      expect(holds(store.getState(), step.check), 'a task that is done before it is begun').toBe(false);
      await showSolution(app, step);
      await vi.waitFor(() => expect(holds(store.getState(), step.check), 'the task is done as "show me" does it').toBe(true), { timeout: RUN_MS, interval: 10 });
      const state = store.getState();
      for (const claim of step.claims) expect(holds(state, claim), JSON.stringify(claim)).toBe(true);
      for (const [name, reading] of Object.entries(step.values)) expect(read(state, reading), name).toBeDefined();
      const held = step.predict?.options.filter(({ when }) => holds(state, when)).map(({ text }) => text) ?? ['-'];
      expect(held.length, `exactly one answer holds, not ${held.join('; ')}`).toBe(1);
    }, 2 * RUN_MS);
  }
});

it('no text writes a number that could be read from the run', () => {
  // Figures stand in braces; what is written out are numbers of tokens and layers that a task names, and of the model's shape.
  for (const { id } of indexOf('en')) for (const step of lessonOf('en', id).steps) for (const text of textsOf(step)) expect(text.replace(/\{\w+\}/g, ''), `${id}: ${text}`).not.toMatch(/\d\.\d{2,}/);
});

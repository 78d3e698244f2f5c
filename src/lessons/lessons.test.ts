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

/** Figures of the shipped measurements that texts quote, as both languages write them. */
const QUOTED: readonly (readonly [lesson: string, file: string, path: readonly (string | number)[], figure: string])[] = [
  ['cut', 'models/moe/evaluation.json', ['kSweep', 0, 'bpb'], '1.455'],
  ['cut', 'models/moe/evaluation.json', ['kSweep', 1, 'bpb'], '1.418'],
  ['cut', 'models/moe/evaluation.json', ['kSweep', 2, 'bpb'], '1.423'],
  ['load', 'models/moe/experts.json', ['n'], '150,000'],
  ['load', 'models/moe/evaluation.json', ['domains', 'length'], 'fifteen'],
  ['remix', 'results/c3po.json', ['summary', 'n'], '1,000'],
  ['remix', 'results/c3po.json', ['summary', 'base'], '49.7 %'],
  ['remix', 'results/c3po.json', ['summary', 'ngd'], '50.5 %'],
  ['remix', 'results/c3po.json', ['summary', 'random'], '48.7 %'],
  ['remix', 'results/c3po.json', ['summary', 'oracle'], '67.6 %'],
  ['remix', 'results/c3po.json', ['summary', 'ngdP'], '.44'],
  ['entropy', 'results/glimprouter.json', ['summary', 'n'], '300'],
  ['entropy', 'results/glimprouter.json', ['summary', 'small'], '10 %'],
  ['entropy', 'results/glimprouter.json', ['summary', 'large'], '83 %'],
  ['entropy', 'results/glimprouter.json', ['summary', 'areaAboveRandom'], '.09'],
  ['entropy', 'results/glimprouter.json', ['summary', 'areaAboveRandomLow'], '.05'],
  ['entropy', 'results/glimprouter.json', ['summary', 'areaAboveRandomHigh'], '.12'],
];

/** A measured number in the form in which a text quotes it. */
function asQuoted(value: number, figure: string): string {
  if (figure === 'fifteen') return value === 15 ? figure : String(value);
  if (figure.includes(',')) return value.toLocaleString('en-US');
  const scaled = figure.endsWith('%') ? 100 * value : value;
  const decimals = /\.(\d+)/.exec(figure)?.[1]?.length ?? 0;
  return `${scaled.toFixed(decimals).replace(/^0\./, '.')}${figure.endsWith('%') ? ' %' : ''}`;
}

it.each(QUOTED)('%s quotes %s as it is: %s, %s', (id, file, path, figure) => {
  const value = path.reduce<unknown>((at, key) => (at as Record<string | number, unknown>)[key], JSON.parse(published(file)));
  expect(asQuoted(Number(value), figure)).toBe(figure);
  const words = (language: string): string => lessonOf(language, id).steps.flatMap((step) => textsOf(step)).join(' ');
  expect(words('en')).toContain(figure);
  if (LANGUAGES.includes('de') && figure !== 'fifteen') expect(words('de')).toContain(figure.replace('.', ';').replace(',', '.').replace(';', ','));
});

it('other figures of a run stand in braces', () => {
  const quoted = QUOTED.map(([, , , figure]) => figure.replace(' %', ''));
  for (const { id } of indexOf('en'))
    for (const step of lessonOf('en', id).steps)
      for (const text of textsOf(step)) {
        const figures = text.replace(/\{\w+\}/g, '').match(/\d*\.\d{2,}/g) ?? [];
        // What an even split gives, the bounds of guesses, and the default threshold are no findings.
        expect(figures.filter((figure) => !quoted.includes(figure) && !['.06', '.016', '.125', '.01', '.05', '.10', '.20', '.30', '.50', '.95', '1.44'].includes(figure)), `${id}: ${text}`).toEqual([]);
      }
});

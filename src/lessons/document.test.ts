import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { READING_NAMES } from './checks/names';
import { lessonSchema, parseLesson } from './format';
import { SPOTS } from './spots';

const text = readFileSync(new URL('../../docs/LESSONS.md', import.meta.url), 'utf8');

it('docs/LESSONS.md names every reading, every part that can be marked and every field', () => {
  for (const name of [...READING_NAMES, ...SPOTS, ...Object.keys(lessonSchema.entries.steps.pipe[0].item.entries)]) expect(text, name).toContain(`\`${name}\``);
});

it('its example is a lesson', () => {
  const [, json = ''] = /```json\n([\s\S]*?)```/.exec(text) ?? [];
  expect(parseLesson(JSON.parse(json))).toMatchObject({ ok: true });
});

import { expect, it } from 'vitest';
import { startState, teacherHash } from './teacherLink';

const choice = { lesson: 'router', step: 2, shown: 'own', parts: [], start: '', language: 'auto' } as const;

it('names lesson and step, and hides nothing where the steps choose', () => {
  expect(teacherHash(choice)).toBe('#v=1&lesson=router&step=2');
  expect(teacherHash({ ...choice, lesson: '', shown: 'all', language: 'de' })).toBe('#v=1&lang=de');
});

it('hides all but what is ticked, with what holds it', () => {
  const hash = teacherHash({ ...choice, shown: 'chosen', parts: ['sentence', 'routing', 'load'] });
  const hidden = new URLSearchParams(hash.slice(1)).get('hide')?.split(',') ?? [];
  expect(hidden).toEqual(expect.arrayContaining(['prompt', 'run', 'tools', 'settings', 'flow', 'router', 'next', 'remix', 'compare']));
  for (const shown of ['sentence', 'transport', 'timeline', 'routing', 'heat', 'dock', 'load']) expect(hidden).not.toContain(shown);
});

it('takes the state of a link of the page, and none of what the teacher chooses here', () => {
  expect(teacherHash({ ...choice, start: 'https://example.org/moe/#v=1&t=4&l=5&ab=3.7,5.2&theme=dark&lesson=cut&hide=prompt' })).toBe('#v=1&lesson=router&step=2&t=4&l=5&ab=3.7,5.2');
  expect(startState('https://example.org/')).toBeUndefined();
  expect(startState('#v=2&t=4')).toBeUndefined();
  expect(startState(' ')).toEqual(new Map());
});

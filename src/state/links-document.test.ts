import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { CONTROLS } from './controls';
import { linkTable } from './testing/linkTable';

const DOCUMENT = readFileSync('docs/LINKS.md', 'utf8');

it('docs/LINKS.md lists every key as the table has it', () => {
  const rows = DOCUMENT.split('\n').filter((line) => line.startsWith('| `'));
  expect(rows.slice(0, linkTable().length)).toEqual(linkTable());
});

it('docs/LINKS.md names every part that hide= can leave out, in the order of the page', () => {
  const listed = DOCUMENT.slice(DOCUMENT.indexOf('## Parts of the page')).matchAll(/^- `([a-z]+)`/gm);
  expect(Array.from(listed, ([, id]) => id)).toEqual([...CONTROLS]);
});

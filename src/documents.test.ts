import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const root = fileURLToPath(new URL('..', import.meta.url));
const documents = ['README.md', 'CONTRIBUTING.md', ...readdirSync(join(root, 'docs')).filter((name) => name.endsWith('.md')).map((name) => `docs/${name}`)];

/** Targets of Markdown links and of pictures, without those on other hosts and those within the page. */
function localTargets(text: string): readonly string[] {
  const links = [...text.matchAll(/\]\(([^)\s]+)\)|(?:src|srcset)="([^"]+)"/g)].map((match) => match[1] ?? match[2] ?? '');
  return links.filter((link) => !/^(https?:|mailto:|#)/.test(link)).map((link) => link.replace(/#.*$/, ''));
}

test.each(documents)('%s links to what exists', (document) => {
  const missing = localTargets(readFileSync(join(root, document), 'utf8')).filter((link) => !existsSync(join(root, dirname(document), link)));
  expect(missing).toEqual([]);
});

test('every npm command that a document names exists', () => {
  const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { scripts: Record<string, string> };
  for (const document of documents) {
    const named = [...readFileSync(join(root, document), 'utf8').matchAll(/npm run ([\w:-]+)/g)].map((match) => match[1] ?? '');
    expect(named.filter((name) => scripts[name] === undefined), document).toEqual([]);
  }
});

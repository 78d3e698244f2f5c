import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

type Json = { readonly [key: string]: unknown };

const DOCUMENT = readFileSync(new URL('../../docs/TRACE_FORMAT.md', import.meta.url), 'utf8');
const SCHEMA = JSON.parse(readFileSync(new URL('../../public/schema/moe-trace-1.json', import.meta.url), 'utf8')) as Json;

interface Field {
  readonly optional: boolean;
  /** Shape in letters, for number arrays; empty for everything else. */
  readonly shape: string;
}

/** What a field may be beside null. */
function solid(schema: Json): Json {
  const branches = Array.isArray(schema['anyOf']) ? (schema['anyOf'] as readonly Json[]).filter((branch) => branch['type'] !== 'null') : [];
  return branches.length === 1 && branches[0] !== undefined ? branches[0] : schema;
}

/** All fields of the schema by dotted path; what the plan holds has a schema and a document of its own. */
function schemaFields(schema: Json, path = '', out = new Map<string, Field>()): ReadonlyMap<string, Field> {
  const required = new Set(schema['required'] as readonly string[]);
  for (const [name, value] of Object.entries(schema['properties'] as Readonly<Record<string, Json>>)) {
    const at = path === '' ? name : `${path}.${name}`;
    const inner = solid(value);
    const shape = /^\[([A-Z, ]+)\]/.exec(inner['$ref'] === '#/definitions/NumberArray' ? String(inner['description']) : '')?.[1] ?? '';
    out.set(at, { optional: !required.has(name), shape });
    if (at !== 'run.plan' && inner['properties'] !== undefined) schemaFields(inner, at, out);
  }
  return out;
}

interface Row extends Field {
  readonly path: string;
  readonly text: string;
}

/** Rows of the table of fields; a first cell may name several of one kind. */
const ROWS: readonly Row[] = (/^## Fields$.*?(?=^## )/ms.exec(DOCUMENT)?.[0] ?? '')
  .split('\n')
  .filter((line) => /^\| `[\w.$]+`/.test(line))
  .flatMap((line) => {
    const [, names = '', type = '', meaning = ''] = line.split('|');
    return [...names.matchAll(/`([\w.$]+)`(\??)/g)].map(([, path = '', mark]) => ({ path, optional: mark === '?', shape: /ARRAY \[([A-Z, ]+)\]/.exec(type)?.[1] ?? '', text: `${type} ${meaning}` }));
  });

const fields = schemaFields(SCHEMA);

test('the document names every field of the schema, and no other', () => {
  const named = new Set(ROWS.map(({ path }) => path));
  // A field of a small object may stand in the row of its parent.
  const told = (path: string): boolean => named.has(path) || ROWS.some((row) => path.startsWith(`${row.path}.`) && row.text.includes(`\`${path.slice(row.path.length + 1)}\``));
  expect([...fields.keys()].filter((path) => !told(path))).toEqual([]);
  expect([...named].filter((path) => !fields.has(path))).toEqual([]);
  expect(named.size).toBe(ROWS.length);
});

test('it marks what may be left out, and writes the shape of each array as the schema does', () => {
  for (const { path, optional, shape } of ROWS) expect({ path, ...fields.get(path) }).toEqual({ path, optional, shape });
  expect(ROWS.filter(({ shape }) => shape !== '').length).toBeGreaterThanOrEqual(12);
});

test('the table says in which unit every entropy, probability and length is', () => {
  for (const path of ['output.entropy', 'output.logProb']) expect(ROWS.find((row) => row.path === path)?.text).toMatch(/nats/);
  expect(ROWS.find(({ path }) => path === 'routing.outputNorm')?.text).toMatch(/Euclidean norm/);
  expect(DOCUMENT).toContain('Entropies and log-probabilities are in **nats**');
});

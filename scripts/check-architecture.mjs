/**
 * Checks the house rules that a linter does not know: the import allowlist, import cycles, and a few forbidden words.
 * `node scripts/check-architecture.mjs` prints every violation; src/architecture.test.ts runs the same check.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, posix, relative, sep } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { parseSync, Visitor } from 'vite';
import { allowlist } from './import-allowlist.mjs';

/** @typedef {{ specifier: string, typeOnly: boolean, line: number }} Import */

const MAX_LINES = 400;
const isTest = (/** @type {string} */ path) => /\.test\.tsx?$/.test(path) || path.startsWith('e2e/');
/** Made-up checkpoints, traces and the like, shared by tests: free to import anything, and not to be shipped. */
const isTestSupport = (/** @type {string} */ path) => path.includes('/testing/');
const isScript = (/** @type {string} */ path) => /\.(ts|tsx)$/.test(path) && !path.endsWith('.d.ts');

/**
 * @param {ReadonlyMap<string, string>} files text by path from the repository's root, with forward slashes
 * @returns {string[]} one sentence per violation
 */
export function findViolations(files) {
  const violations = [];
  /** @type {Map<string, string[]>} */
  const graph = new Map();
  for (const [path, text] of files) {
    const lines = text.replace(/\n$/, '').split('\n').length;
    if (lines > MAX_LINES) violations.push(`${path} has ${lines} lines. Past ${MAX_LINES} a file holds more than one subject: split it.`);
    if (!isScript(path)) continue;
    const { imports, words } = scan(path, text);
    violations.push(...words.map(({ line, message }) => `${path}:${line} ${message}`));
    if (!path.startsWith('src/') || isTest(path) || isTestSupport(path)) continue;
    violations.push(...fileViolations(path, imports));
    graph.set(path, imports.filter(({ typeOnly }) => !typeOnly).flatMap(({ specifier }) => resolveFile(path, specifier, files) ?? []));
  }
  return [...violations, ...findCycles(graph).map((cycle) => `Import cycle: ${cycle.join(' -> ')}. Move what they share into a file of its own.`)];
}

/**
 * @param {string} path
 * @param {readonly Import[]} imports
 */
function fileViolations(path, imports) {
  const from = folderOf(path);
  const rule = allowlist[from];
  if (rule === undefined) return [`${path}: the folder ${from} has no line in scripts/import-allowlist.mjs. Add one, with its reason.`];
  return imports.flatMap((found) => importViolation(path, from, rule, found) ?? []);
}

/**
 * @param {string} path
 * @param {string} from
 * @param {import('./import-allowlist.mjs').Rule} rule
 * @param {Import} found
 */
function importViolation(path, from, rule, { specifier, typeOnly, line }) {
  const say = (/** @type {string} */ what) => `${path}:${line} imports ${what}. ${describe(from)} ${rule.why}`;
  if (!specifier.startsWith('.') && !specifier.startsWith('/')) {
    const name = packageName(specifier);
    const allowed = rule.packages?.some((entry) => entry === '*' || entry === name || (entry.endsWith('*') && name.startsWith(entry.slice(0, -1))));
    return allowed ? undefined : say(`the package ${name}`);
  }
  const file = resolvePath(path, specifier);
  if (isTestSupport(file)) return `${path}:${line} imports ${file}. What lies in a testing/ folder is for tests only.`;
  const target = folderOf(file);
  if (target === from || rule.folders.includes(target) || rule.folders.includes('*')) return undefined;
  if (rule.types?.includes(target)) return typeOnly ? undefined : say(`values of ${target}, of which it may import types only`);
  return say(target);
}

/** @param {string} folder */
function describe(folder) {
  const { folders, types = [], packages = [] } = allowlist[folder] ?? { folders: [] };
  const list = [...folders, ...types.map((name) => `types of ${name}`), ...packages];
  return `${folder} may import ${list.length === 0 ? 'nothing' : list.join(', ')}.`;
}

/** The allowlist's name for where a file lives: the longest key that matches, or the first folder below src/. */
function folderOf(/** @type {string} */ path) {
  if (/^src\/(main|teacher)\.tsx?$/.test(path)) return 'main';
  if (!path.startsWith('src/')) return path.split('/')[0] ?? path;
  const folder = path.includes('/', 'src/'.length) ? posix.dirname(path.slice('src/'.length)) : 'src';
  const known = Object.keys(allowlist).filter((key) => folder === key || folder.startsWith(`${key}/`));
  return known.sort((a, b) => b.length - a.length)[0] ?? folder.split('/')[0] ?? folder;
}

function packageName(/** @type {string} */ specifier) {
  return specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');
}

function resolvePath(/** @type {string} */ path, /** @type {string} */ specifier) {
  const bare = specifier.replace(/\?.*$/, '');
  return bare.startsWith('/') ? bare.slice(1) : posix.join(posix.dirname(path), bare);
}

function resolveFile(/** @type {string} */ path, /** @type {string} */ specifier, /** @type {ReadonlyMap<string, string>} */ files) {
  if (!specifier.startsWith('.')) return undefined;
  const base = resolvePath(path, specifier);
  return [base, `${base}.ts`, `${base}.tsx`, `${base}/index.ts`].find((candidate) => files.has(candidate));
}

/**
 * Imports and forbidden words of one file, read from its syntax tree, so that comments and strings do not count.
 * @param {string} path
 * @param {string} text
 */
function scan(path, text) {
  const { program, errors } = parseSync(path, text);
  if (errors.length > 0) throw new Error(`${path} cannot be parsed: ${errors[0]?.message}`);
  /** @type {Import[]} */
  const imports = [];
  /** @type {{ line: number, message: string }[]} */
  const words = [];
  const lineOf = (/** @type {any} */ node) => text.slice(0, node.start).split('\n').length;
  const add = (/** @type {any} */ node, /** @type {any} */ source, /** @type {boolean} */ typeOnly) => {
    if (typeof source?.value === 'string') imports.push({ specifier: source.value, typeOnly, line: lineOf(node) });
  };
  const forbid = (/** @type {any} */ node, /** @type {string} */ message) => words.push({ line: lineOf(node), message });
  const allTypes = (/** @type {any} */ node, /** @type {string} */ kind) =>
    node[kind] === 'type' || (node.specifiers?.length > 0 && node.specifiers.every((/** @type {any} */ item) => item[kind] === 'type'));

  new Visitor({
    ImportDeclaration: (node) => add(node, node.source, allTypes(node, 'importKind')),
    ExportNamedDeclaration: (node) => add(node, node.source, allTypes(node, 'exportKind')),
    ExportAllDeclaration: (node) => add(node, node.source, node.exportKind === 'type'),
    ImportExpression: (node) => add(node, node.source, false),
    TSImportType: (node) => add(node, node.source, true),
    JSXAttribute: (node) => {
      if (node.name.name === 'dangerouslySetInnerHTML') forbid(node, noHtml('dangerouslySetInnerHTML'));
    },
    CallExpression: (node) => {
      const member = memberText(node.callee);
      if (member === 'import.meta.glob') for (const source of globSources(node.arguments[0])) add(node, source, false);
      if (member.endsWith('.html')) forbid(node, noHtml('.html()'));
    },
    MemberExpression: (node) => {
      const member = memberText(node);
      const name = member.slice(member.lastIndexOf('.') + 1);
      if (member === 'Math.random' && path.startsWith('src/')) {
        forbid(node, 'uses Math.random. Numbers on screen are real, and random draws are seeded: use src/base/pcg.ts.');
      }
      if (['innerHTML', 'outerHTML', 'insertAdjacentHTML'].includes(name)) forbid(node, noHtml(name));
      if (isTest(path) && /^(test|it|describe)(\..+)?\.(only|skip|todo|fixme)$/.test(member)) {
        forbid(node, `uses ${member}. A test that does not run shows nothing: fix it or remove it.`);
      }
    },
  }).visit(program);
  return { imports, words };
}

function noHtml(/** @type {string} */ name) {
  return `uses ${name}. Text from a prompt, a trace or a link must never be read as HTML: build nodes or set textContent.`;
}

/** `a.b.c` for a chain of plain names, with what is not a plain name left out. */
function memberText(/** @type {any} */ node) {
  if (node.type === 'Identifier') return node.name;
  if (node.type === 'MetaProperty') return 'import.meta';
  if (node.type !== 'MemberExpression') return '';
  return `${memberText(node.object)}.${node.computed ? '' : node.property.name}`;
}

function globSources(/** @type {any} */ argument) {
  return argument?.type === 'ArrayExpression' ? argument.elements : [argument];
}

/**
 * One cycle per strongly connected group, found by a depth-first walk.
 * @param {ReadonlyMap<string, readonly string[]>} graph
 */
function findCycles(graph) {
  /** @type {string[][]} */
  const cycles = [];
  const done = new Set();
  /** @type {string[]} */
  const trail = [];
  const walk = (/** @type {string} */ path) => {
    const start = trail.indexOf(path);
    if (start >= 0) cycles.push([...trail.slice(start), path]);
    if (start >= 0 || done.has(path)) return;
    trail.push(path);
    for (const next of graph.get(path) ?? []) walk(next);
    trail.pop();
    done.add(path);
  };
  for (const path of graph.keys()) walk(path);
  return cycles;
}

/**
 * The files that the rules are about.
 * @param {string} root
 * @returns {Map<string, string>}
 */
export function readSources(root) {
  const wanted = /^(src|shaders|e2e|scripts|training)\/.*\.(ts|tsx|mjs|wgsl|css|py)$/;
  const files = new Map();
  for (const top of ['src', 'shaders', 'e2e', 'scripts', 'training']) {
    for (const entry of readdirSync(join(root, top), { recursive: true, withFileTypes: true })) {
      const path = relative(root, join(entry.parentPath, entry.name)).split(sep).join('/');
      if (entry.isFile() && wanted.test(path)) files.set(path, readFileSync(join(root, path), 'utf8'));
    }
  }
  return files;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const violations = findViolations(readSources(join(dirname(fileURLToPath(import.meta.url)), '..')));
  for (const violation of violations) console.error(violation);
  console.log(violations.length === 0 ? 'Architecture: no violation.' : `Architecture: ${violations.length} violations.`);
  process.exitCode = violations.length === 0 ? 0 : 1;
}

/** Reads items and references from their files, one JSON object a line, with every fault in a sentence. */
import { PlaygroundError } from '../../base/errors';
import { readArray } from '../../trace/arrays';
import { describeValue, Faults } from '../../trace/faults';
import type { BenchmarkItem, Reference, ReferenceStore } from './item';

type Fields = Readonly<Record<string, unknown>>;

function isObject(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Objects by line number, faults for lines that are none; empty lines are passed over. */
function readLines(text: string, faults: Faults): { readonly line: number; readonly fields: Fields }[] {
  const rows: { line: number; fields: Fields }[] = [];
  text.split(/\r?\n/).forEach((source, i) => {
    if (source.trim() === '') return;
    const line = i + 1;
    let value: unknown;
    try {
      value = JSON.parse(source);
    } catch {
      faults.add(`line ${line}`, `Line ${line} is not JSON: every line must be one complete JSON object.`);
      return;
    }
    if (isObject(value)) rows.push({ line, fields: value });
    else faults.add(`line ${line}`, `Line ${line} is ${describeValue(value)}, but a JSON object is wanted.`);
  });
  return rows;
}

/** One sentence where a question cannot be used, else undefined. Own questions are checked by it too. */
export function itemFault(prompt: unknown, options: unknown, answer?: unknown): string | undefined {
  if (typeof prompt !== 'string' || prompt === '') return `has ${prompt === '' ? 'an empty prompt' : 'no prompt'}: "prompt" must be the text of the question.`;
  if (!Array.isArray(options) || options.length === 0) return 'has no options: "options" must list at least two possible answers.';
  const wrong = options.findIndex((option) => typeof option !== 'string' || option === '');
  if (wrong !== -1) return `has ${describeValue(options[wrong])} as option ${wrong + 1}: every option must be a text that is not empty.`;
  if (options.length === 1) return 'has one option only: at least two are needed to choose from.';
  const listed: readonly unknown[] = options;
  const twice = listed.find((option, i) => listed.indexOf(option) !== i);
  if (twice !== undefined) return `lists the option ${JSON.stringify(twice)} twice: options must differ.`;
  if (answer !== undefined && !listed.includes(answer)) return `has the answer ${JSON.stringify(answer)}, which is not one of its options.`;
  return undefined;
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

/** The fields that items and references share; undefined after adding a fault. */
function readItem({ line, fields }: { line: number; fields: Fields }, faults: Faults): BenchmarkItem | undefined {
  const { id, prompt, options, answer, level, template } = fields;
  const fault = itemFault(prompt, options, answer);
  if (fault !== undefined) {
    faults.add(`line ${line}`, `The item in line ${line} ${fault}`);
    return undefined;
  }
  return {
    id: typeof id === 'string' && id !== '' ? id : `line-${line}`,
    family: textOf(fields['family']),
    ...(typeof level === 'number' && { level }),
    ...((template === 'home' || template === 'away') && { template }),
    prompt: textOf(prompt),
    options: (options as readonly unknown[]).map(textOf),
    ...(typeof answer === 'string' && { answer }),
  };
}

function refuseFaults(what: string, faults: Faults): void {
  const sentences = faults.list().map(({ message }) => message);
  if (sentences.length > 0) throw new PlaygroundError('bad-file', `The ${what} cannot be used. ${sentences[0] ?? ''}`, sentences.slice(1));
}

function refuseRepeated(items: readonly { readonly id: string }[], what: string): void {
  const seen = new Set<string>();
  for (const { id } of items) {
    if (seen.has(id)) throw new PlaygroundError('bad-file', `The ${what} cannot be used: the id "${id}" occurs twice.`);
    seen.add(id);
  }
}

/**
 * Benchmark items from JSON Lines. An item without id is named after its line.
 * @throws PlaygroundError `bad-file` with every fault and its line
 */
export function parseItems(text: string): BenchmarkItem[] {
  const faults = new Faults();
  const items = readLines(text, faults).flatMap((row) => readItem(row, faults) ?? []);
  refuseFaults('list of items', faults);
  if (items.length === 0) throw new PlaygroundError('bad-file', 'The list of items is empty: every line must be one question as a JSON object.');
  refuseRepeated(items, 'list of items');
  return items;
}

/** What references are checked against. */
export interface StoreShape {
  /** MoE layers, experts and width of the model. */
  readonly layers: number;
  readonly experts: number;
  readonly width: number;
}

function readReference(row: { line: number; fields: Fields }, shape: StoreShape, faults: Faults): Reference | undefined {
  const item = readItem(row, faults);
  if (item === undefined) return undefined;
  const { line, fields } = row;
  const at = `line ${line}`;
  const { answer } = item;
  if (answer === undefined) {
    faults.add(at, `The reference in line ${line} has no answer: only labelled questions can be neighbours.`);
    return undefined;
  }
  const { baseAnswer, margin } = fields;
  if (typeof baseAnswer !== 'string' || !item.options.includes(baseAnswer)) {
    faults.add(at, `The reference in line ${line} has ${describeValue(baseAnswer)} as "baseAnswer", but one of its options is wanted.`);
    return undefined;
  }
  const pathway = readArray(fields['pathway'], `line ${line}: pathway`, { kind: 'real', shape: [shape.layers, shape.experts], letters: 'L, E', min: 0, max: 1, slack: 1e-3 }, faults);
  const embedding = readArray(fields['embedding'], `line ${line}: embedding`, { kind: 'real', shape: [shape.width], letters: 'D' }, faults);
  if (pathway === undefined || embedding === undefined) return undefined;
  return {
    ...item,
    answer,
    baseAnswer,
    correct: baseAnswer === answer,
    ...(typeof margin === 'number' && { margin }),
    pathway: Float32Array.from(pathway),
    embedding: Float32Array.from(embedding),
  };
}

/**
 * References from JSON Lines, as public/references/single.jsonl holds them.
 * @throws PlaygroundError `bad-file` with every fault and its line, among them arrays of another model's shape
 */
export function parseReferences(text: string, shape: StoreShape): ReferenceStore {
  const faults = new Faults();
  const references = readLines(text, faults).flatMap((row) => readReference(row, shape, faults) ?? []);
  refuseFaults('list of references', faults);
  if (references.length === 0) throw new PlaygroundError('bad-file', 'The list of references is empty: every line must be one labelled question as a JSON object.');
  refuseRepeated(references, 'list of references');
  return { ...shape, references };
}

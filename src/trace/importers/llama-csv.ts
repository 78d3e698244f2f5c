/**
 * `layer,expert` rows of llama.cpp's example moe-trace (https://github.com/ggml-org/llama.cpp/pull/28544, not merged: experimental
 * here). The rows name no tokens. They come batch by batch and layer by layer, each token with all its experts: where a layer's
 * number falls, a new batch begins, and since the model was also run one token at a time, the shortest run of one layer is one
 * token's. The last layer is only run for the tokens whose output was wanted. Columns `token` and `rank` are used where a
 * version writes them. Only choices are known: no tokens, no weights, no logits.
 */
import type { Faults } from '../faults';
import type { JsonObject } from '../json';
import { importedFile, listOf, MOST_NUMBERS, type Importer } from './importer';

/** Rows of one layer that follow one another. */
interface Run {
  readonly layer: number;
  readonly experts: number[];
}

/** Experts of one token, by layer. */
type TokenRow = Map<number, readonly number[]>;

const COLUMNS = ['layer', 'expert'];

export const llamaCsv: Importer = {
  id: 'llama-csv',
  name: 'llama.cpp layer,expert CSV (experimental)',
  recognises: ({ text, value }) => value === undefined && headerOf(text) !== undefined,
  toFiles: ({ text }, faults) => {
    const rows = rowsOf(text, faults);
    const tokens = rows === undefined ? undefined : rows.byToken ? grouped(rows.cells) : batches(rows.cells, faults);
    return tokens === undefined ? [] : listOf(fileOf(tokens, faults));
  },
};

/** Names of the columns: those of the first line, or layer and expert where it holds two numbers. */
function headerOf(text: string): readonly string[] | undefined {
  const first = text.slice(0, 400).split(/\r?\n/, 1)[0]?.trim().toLowerCase() ?? '';
  if (/^\d+\s*,\s*\d+$/.test(first)) return COLUMNS;
  const names = first.split(',').map((name) => name.trim());
  return COLUMNS.every((name) => names.includes(name)) ? names : undefined;
}

interface Cell {
  readonly token: number;
  readonly layer: number;
  readonly expert: number;
}

function rowsOf(text: string, faults: Faults): { readonly cells: readonly Cell[]; readonly byToken: boolean } | undefined {
  const names = headerOf(text) ?? COLUMNS;
  const [layerAt, expertAt, tokenAt] = [names.indexOf('layer'), names.indexOf('expert'), names.indexOf('token')];
  const before = faults.count;
  const cells: Cell[] = [];
  text.split(/\r?\n/).forEach((line, i) => {
    if (line.trim() === '' || (i === 0 && names !== COLUMNS)) return;
    const fields = line.split(',');
    const read = (at: number, most: number): number => {
      const field = fields[at]?.trim() ?? '';
      if (/^\d{1,9}$/.test(field) && Number(field) <= most) return Number(field);
      faults.add(`line ${i + 1}`, () => `line ${i + 1} has ${JSON.stringify(field.slice(0, 40))} as ${names[at]}, but a whole number up to ${most} is wanted.`);
      return 0;
    };
    cells.push({ layer: read(layerAt, 9_999), expert: read(expertAt, 65_535), token: tokenAt < 0 ? 0 : read(tokenAt, 999_999) });
  });
  if (cells.length === 0) faults.add('', 'The file holds no rows of layer and expert.');
  return faults.count > before ? undefined : { cells, byToken: tokenAt >= 0 };
}

function grouped(cells: readonly Cell[]): readonly TokenRow[] {
  const tokens = new Map<number, Map<number, number[]>>();
  for (const { token, layer, expert } of cells) {
    const row = tokens.get(token) ?? new Map<number, number[]>();
    tokens.set(token, row);
    const experts = row.get(layer);
    if (experts === undefined) row.set(layer, [expert]);
    else experts.push(expert);
  }
  return [...tokens.entries()].sort((a, b) => a[0] - b[0]).map(([, row]) => row);
}

function batches(cells: readonly Cell[], faults: Faults): readonly TokenRow[] | undefined {
  const runs: Run[] = [];
  for (const { layer, expert } of cells) {
    const last = runs.at(-1);
    if (last?.layer === layer) last.experts.push(expert);
    else runs.push({ layer, experts: [expert] });
  }
  const slots = runs.reduce((least, { experts }) => Math.min(least, experts.length), Infinity);
  const uneven = runs.find(({ experts }) => experts.length % slots !== 0);
  const repeats = runs.find(({ experts }) => new Set(experts.slice(0, slots)).size !== slots);
  if (runs.length < 2 || uneven !== undefined || repeats !== undefined) {
    faults.add('', 'The rows cannot be told apart into tokens: they name no tokens, and no layer was run for a single one. Trace at least one generated token, or write a column named token.');
    return undefined;
  }
  return byBatch(runs).flatMap((batch) => {
    const count = batch.reduce((most, { experts }) => Math.max(most, experts.length), 0) / slots;
    const rows = Array.from({ length: count }, (): TokenRow => new Map());
    for (const { layer, experts } of batch) {
      // A layer that was run for fewer tokens was run for the last ones.
      rows.slice(-experts.length / slots).forEach((row, t) => row.set(layer, experts.slice(t * slots, (t + 1) * slots)));
    }
    return rows;
  });
}

/** Runs whose layers ascend. */
function byBatch(runs: readonly Run[]): readonly (readonly Run[])[] {
  const found: Run[][] = [];
  let before = Infinity;
  for (const run of runs) {
    if (run.layer > before) found.at(-1)?.push(run);
    else found.push([run]);
    before = run.layer;
  }
  return found;
}

function fileOf(tokens: readonly TokenRow[], faults: Faults): JsonObject | undefined {
  const layers = [...new Set(tokens.flatMap((row) => [...row.keys()]))].sort((a, b) => a - b);
  let slots = 0;
  let largest = 0;
  for (const row of tokens) {
    for (const experts of row.values()) {
      slots = Math.max(slots, experts.length);
      for (const expert of experts) largest = Math.max(largest, expert);
    }
  }
  if (tokens.length * layers.length * slots > MOST_NUMBERS) {
    faults.add('', `The file holds ${tokens.length} tokens, ${layers.length} layers and ${slots} experts, more than ${MOST_NUMBERS} numbers: trace fewer tokens.`);
    return undefined;
  }
  const cells = tokens.flatMap((row) => layers.map((layer) => row.get(layer) ?? []));
  const experts = cells.flatMap((chosen) => Array.from({ length: slots }, (_, k) => chosen[k] ?? 0));
  const count = cells.map((chosen) => chosen.length);
  return importedFile(
    {
      source: llamaCsv.id,
      title: 'llama.cpp moe-trace',
      model: { moeLayers: layers, experts: largest + 1, expertsUncertain: true, topK: slots },
      tokens: { ids: undefined, text: undefined, generatedFrom: tokens.length },
      routing: { slots, experts, ...(count.some((used) => used !== slots) ? { count } : {}) },
    },
    tokens.length,
  );
}

/**
 * moe-atlas (https://github.com/DJLougen/moe-routing-atlas): one object a trace with a list of activations, as JSON, as
 * `{ "traces": [...] }` or as JSON lines. It holds the chosen experts and their mixing weights; no logits, no output.
 */
import { describeValue, type Faults } from '../faults';
import { isObject, type JsonObject } from '../json';
import { importedFile, isoTime, listOf, MOST_NUMBERS, MOST_TRACES, sumsToOne, textList, wholeList, type Importer } from './importer';

interface Activation {
  readonly token: number;
  readonly layer: number;
  readonly expert: number;
  readonly weight: number;
  readonly norm: number;
}

function isAtlasTrace(value: unknown): value is JsonObject {
  return isObject(value) && Array.isArray(value['activations']) && 'num_experts' in value;
}

function tracesIn(value: unknown): readonly unknown[] {
  if (Array.isArray(value)) return value;
  return isObject(value) && Array.isArray(value['traces']) ? value['traces'] : [value];
}

export const atlas: Importer = {
  id: 'moe-atlas',
  name: 'moe-atlas',
  recognises: ({ value }) => {
    const list = tracesIn(value);
    return list.length > 0 && isAtlasTrace(list[0]);
  },
  toFiles: ({ value }, faults) =>
    tracesIn(value)
      .slice(0, MOST_TRACES)
      .flatMap((trace, i, all) => {
        const place = all.length === 1 ? '' : `traces[${i}]`;
        if (isAtlasTrace(trace)) return listOf(fileOf(trace, place === '' ? '' : `${place}.`, faults));
        faults.add(place, `${place || 'The file'} is ${describeValue(trace)}, but a trace of moe-atlas is wanted: an object with activations and num_experts.`);
        return [];
      }),
};

function fileOf(source: JsonObject, path: string, faults: Faults): JsonObject | undefined {
  const text = textList(source['token_strs']) ?? textList(embedded(source['tokens'])) ?? textList(source['tokens']);
  const given = wholeList(source['token_ids']) ?? wholeList(embedded(source['token_ids']));
  const ids = given !== undefined && given.length > 0 ? given : undefined;
  const tokens = text?.length ?? ids?.length ?? 0;
  if (tokens === 0) {
    faults.add(`${path}token_strs`, `${path}token_strs is ${describeValue(source['token_strs'])}, but the texts of the tokens are wanted: a trace needs at least one token.`);
    return undefined;
  }
  if (ids !== undefined && ids.length !== tokens) {
    faults.add(`${path}token_ids`, `${path}token_ids has ${ids.length} elements, but there are ${tokens} tokens: each token needs one.`);
    return undefined;
  }
  const activations = activationsOf(source['activations'] as readonly unknown[], path, tokens, faults);
  if (activations === undefined) return undefined;
  const layers = [...new Set(activations.map(({ layer }) => layer))].sort((a, b) => a - b);
  const rows = new Map(layers.map((layer, row) => [layer, row]));
  const tooMany = (slots: number): undefined => {
    faults.add(`${path}activations`, `${path}activations spread over ${tokens} tokens, ${layers.length} layers and ${slots} experts, more than ${MOST_NUMBERS} numbers: export fewer tokens.`);
    return undefined;
  };
  if (tokens * layers.length > MOST_NUMBERS) return tooMany(1);
  const cells: Activation[][] = Array.from({ length: tokens * layers.length }, () => []);
  for (const activation of activations) cells[activation.token * layers.length + (rows.get(activation.layer) ?? 0)]?.push(activation);
  const slots = cells.reduce((most, cell) => Math.max(most, cell.length), 0);
  if (cells.length * slots > MOST_NUMBERS) return tooMany(slots);
  const perSlot = (read: (activation: Activation) => number): number[] => cells.flatMap((cell) => Array.from({ length: slots }, (_, k) => (cell[k] === undefined ? 0 : read(cell[k]))));
  const mix = perSlot(({ weight }) => weight);
  const largest = activations.reduce((most, { expert }) => Math.max(most, expert), 0);
  const said = typeof source['num_experts'] === 'number' && Number.isSafeInteger(source['num_experts']) ? source['num_experts'] : 0;
  const id = [source['model_id'], source['model_name']].find((name) => typeof name === 'string' && name !== '');
  const prompt = typeof source['text'] === 'string' && source['text'] !== '' ? source['text'] : undefined;
  return importedFile(
    {
      source: atlas.id,
      title: prompt?.slice(0, 60) ?? (id as string | undefined),
      created: isoTime(source['timestamp']),
      // The tool works out the number of experts from the largest id that it saw.
      model: { id: id as string | undefined, moeLayers: layers, experts: Math.max(said, largest + 1), expertsUncertain: true, topK: slots, normTopk: sumsToOne(mix, slots) },
      ...(prompt === undefined ? {} : { run: { prompt } }),
      tokens: { ids, text, generatedFrom: tokens },
      routing: {
        slots,
        experts: perSlot(({ expert }) => expert),
        mix,
        // The tool writes 0 where it measured nothing.
        ...(activations.some(({ norm }) => norm > 0) ? { outputNorm: perSlot(({ norm }) => norm) } : {}),
        ...(cells.some((cell) => cell.length !== slots) ? { count: cells.map((cell) => cell.length) } : {}),
      },
    },
    tokens,
  );
}

/** Exports of the database hold lists as JSON in a text. */
function embedded(value: unknown): unknown {
  if (typeof value !== 'string') return undefined;
  try {
    return JSON.parse(value) as unknown;
  } catch {
    return undefined;
  }
}

function activationsOf(list: readonly unknown[], path: string, tokens: number, faults: Faults): readonly Activation[] | undefined {
  const before = faults.count;
  const found = list.flatMap((entry, i) => {
    const place = `${path}activations[${i}]`;
    if (!isObject(entry)) {
      faults.add(place, () => `${place} is ${describeValue(entry)}, but an object with layer, token_idx, expert_idx and gate_weight is wanted.`);
      return [];
    }
    const whole = (name: string, most: number): number => {
      const value = entry[name];
      if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 && value <= most) return value;
      faults.add(`${place}.${name}`, () => `${place}.${name} is ${describeValue(value)}, but a whole number from 0 to ${most} is wanted.`);
      return 0;
    };
    const weight = entry['gate_weight'];
    if (typeof weight !== 'number') faults.add(`${place}.gate_weight`, () => `${place}.gate_weight is ${describeValue(weight)}, but a finite number is wanted.`);
    const norm = entry['output_norm'];
    return [{ token: whole('token_idx', tokens - 1), layer: whole('layer', 9_999), expert: whole('expert_idx', 65_535), weight: typeof weight === 'number' ? weight : 0, norm: typeof norm === 'number' ? norm : 0 }];
  });
  if (found.length === 0 && faults.count === before) faults.add(`${path}activations`, `${path}activations is empty: there is no routing in this trace.`);
  return faults.count > before ? undefined : found;
}

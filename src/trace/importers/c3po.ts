/**
 * C3PO (https://arxiv.org/abs/2504.07964) and programs after it: `last_token_routing.layers[].routing_weights.expert_i`, the
 * router's softmax at the last token of a question. One object, a dictionary of them, or JSON lines. How many experts the
 * model takes is not in the file: it is known for OLMoE, whose size the authors used, and may be added as `top_k`.
 */
import { describeValue, type Faults } from '../faults';
import { isObject, type JsonObject } from '../json';
import { importedFile, listOf, MOST_NUMBERS, MOST_TRACES, numberIn, type Importer } from './importer';

interface Layer {
  readonly layer: number;
  readonly weights: readonly (readonly [expert: number, weight: number])[];
}

function isItem(value: unknown): value is JsonObject {
  return isObject(value) && isObject(value['last_token_routing']) && Array.isArray(value['last_token_routing']['layers']);
}

/** Items with their names. */
function itemsIn(value: unknown): readonly (readonly [name: string, item: unknown])[] {
  if (isItem(value)) return [['', value]];
  if (Array.isArray(value)) return value.map((item, i) => [`[${i}]`, item] as const);
  return isObject(value) ? Object.entries(value) : [];
}

export const c3po: Importer = {
  id: 'c3po',
  name: 'C3PO',
  recognises: ({ value }) => isItem(itemsIn(value)[0]?.[1]),
  toFiles: ({ value }, faults) =>
    itemsIn(value)
      .slice(0, MOST_TRACES)
      .flatMap(([name, item]) => {
        if (isItem(item)) return listOf(fileOf(item, name, name === '' ? '' : `${name}.`, value, faults));
        faults.add(name, `${name} is ${describeValue(item)}, but an object with last_token_routing.layers is wanted.`);
        return [];
      }),
};

function fileOf(item: JsonObject, name: string, path: string, whole: unknown, faults: Faults): JsonObject | undefined {
  const routing = item['last_token_routing'] as JsonObject;
  const layers = layersOf(routing['layers'] as readonly unknown[], `${path}last_token_routing.layers`, faults);
  if (layers === undefined) return undefined;
  const experts = 1 + layers.reduce((most, { weights }) => weights.reduce((inner, [expert]) => Math.max(inner, expert), most), 0);
  const model = [item['model'], item['tokenizer']].find((text) => typeof text === 'string' && text !== '') as string | undefined;
  const olmoe = model !== undefined && /olmoe/i.test(model) && experts === 64;
  const topK = numberIn([item, routing, whole], ['top_k', 'num_experts_per_tok']) ?? (olmoe ? 8 : undefined);
  if (topK === undefined) {
    faults.add(`${path}top_k`, `${path}top_k is missing: add how many experts the model takes for each token, for example "top_k": 8. The file does not say it.`);
    return undefined;
  }
  const complete = layers.every(({ weights }) => weights.length === experts && weights.every(([, weight]) => weight > 0));
  const slots = layers.reduce((least, { weights }) => Math.min(least, weights.length), topK);
  if (layers.length * experts > MOST_NUMBERS) {
    faults.add(path, `${name || 'The file'} names ${layers.length} layers of ${experts} experts, which is too many.`);
    return undefined;
  }
  const best = layers.map(({ weights }) => [...weights].sort((a, b) => b[1] - a[1] || a[0] - b[0]).slice(0, slots));
  const prob = best.flatMap((chosen) => chosen.map(([, weight]) => weight));
  const input = typeof item['input_text'] === 'string' ? item['input_text'] : undefined;
  const token = routing['token_id'];
  return importedFile(
    {
      source: c3po.id,
      title: `${name === '' ? '' : `${name}: `}${input?.slice(0, 60) ?? 'last token of a question'}`,
      model: { id: model, moeLayers: layers.map(({ layer }) => layer), experts, topK, ...(olmoe ? { normTopk: false, layers: 16, sharedExperts: 0 } : {}), scoring: 'softmax' },
      ...(input === undefined ? {} : { run: { prompt: input } }),
      tokens: {
        ids: typeof token === 'number' && Number.isSafeInteger(token) && token >= 0 ? [token] : undefined,
        text: typeof routing['token_text'] === 'string' ? [routing['token_text']] : undefined,
        generatedFrom: 1,
      },
      routing: {
        slots,
        experts: best.flatMap((chosen) => chosen.map(([expert]) => expert)),
        prob,
        // OLMoE takes the softmax values as they are; for others it is not known what becomes of them.
        ...(olmoe ? { mix: prob } : {}),
        // The logarithms of all probabilities are the logits up to one number a layer, which no softmax shows.
        ...(complete ? { logits: layers.flatMap(({ weights }) => [...weights].sort((a, b) => a[0] - b[0]).map(([, weight]) => Math.log(weight))) } : {}),
      },
      meta: { ...(complete ? { logitsUpToConstant: true } : {}), lastTokenOnly: true },
    },
    1,
  );
}

function layersOf(list: readonly unknown[], path: string, faults: Faults): readonly Layer[] | undefined {
  const before = faults.count;
  const layers = list.flatMap((entry, i) => {
    const place = `${path}[${i}]`;
    const layer = isObject(entry) ? entry['layer'] : undefined;
    const weights = isObject(entry) ? entry['routing_weights'] : undefined;
    if (typeof layer !== 'number' || !Number.isSafeInteger(layer) || layer < 0 || layer > 9_999 || !isObject(weights) || Object.keys(weights).length === 0) {
      faults.add(place, () => `${place} is ${describeValue(entry)}, but an object with a whole number as layer and weights by expert as routing_weights is wanted.`);
      return [];
    }
    return [{ layer, weights: Object.entries(weights).flatMap(([key, weight]) => weightOf(key, weight, place, faults)) }];
  });
  if (layers.length === 0 && faults.count === before) faults.add(path, `${path} is empty: there is no routing in this file.`);
  return faults.count > before ? undefined : layers.sort((a, b) => a.layer - b.layer);
}

function weightOf(key: string, weight: unknown, place: string, faults: Faults): readonly (readonly [number, number])[] {
  const expert = /^expert_([0-9]{1,5})$/.exec(key)?.[1];
  if (expert === undefined || Number(expert) > 65_535) faults.add(place, () => `${place}.routing_weights names ${describeValue(key)}, but expert_0, expert_1 and so on are wanted.`);
  else if (typeof weight !== 'number' || !(weight >= 0 && weight <= 1)) faults.add(place, () => `${place}.routing_weights.${key} is ${describeValue(weight)}, but a probability from 0 to 1 is wanted.`);
  else return [[Number(expert), weight]];
  return [];
}

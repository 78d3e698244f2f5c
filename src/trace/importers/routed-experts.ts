/**
 * `routed_experts` of vLLM and SGLang: expert numbers by token, layer and slot, as nested lists, as base64 of a `.npy` file
 * (vLLM), or as base64 of bare int32 (SGLang), whose shape has to be known. They hold choices only: no weights, no logits.
 * Sources: https://docs.vllm.ai/en/latest/training/routed_experts/, https://github.com/sgl-project/sglang/pull/17434.
 */
import { decodeBase64 } from '../../base/base64';
import { describeValue, type Faults } from '../faults';
import { isObject, type JsonObject } from '../json';
import { importedFile, isoTime, listOf, MOST_NUMBERS, MOST_TRACES, numberIn, wholeList, type Importer } from './importer';
import { isNpy, readNpy, readRaw, type NumberArray } from './npy';
import { tokensOf, type ServedTokens } from './served-tokens';

const EXTENSIONS = ['sgl_ext', 'sglext', 'meta_info'];

/** Objects of a response that may hold what is looked for, the nearest first. */
function placesOf(response: JsonObject): readonly JsonObject[] {
  const choice = Array.isArray(response['choices']) ? (response['choices'] as readonly unknown[])[0] : undefined;
  const near = [choice, response].filter(isObject);
  const inner = near.flatMap((object) => [...EXTENSIONS, 'config', 'hf_config'].map((name) => object[name])).filter(isObject);
  return [...near, ...inner];
}

function fieldOf(places: readonly JsonObject[], name: string): unknown {
  return places.map((place) => place[name]).find((value) => value !== undefined && value !== null);
}

function hasRoutes(value: unknown): value is JsonObject {
  return isObject(value) && fieldOf(placesOf(value), 'routed_experts') !== undefined;
}

export const routedExperts: Importer = {
  id: 'routed-experts',
  name: 'routed_experts of vLLM or SGLang',
  recognises: ({ value }) => hasRoutes(Array.isArray(value) ? (value as readonly unknown[])[0] : value),
  toFiles: ({ value }, faults) =>
    (Array.isArray(value) ? (value as readonly unknown[]) : [value]).slice(0, MOST_TRACES).flatMap((response, i) => {
      const place = Array.isArray(value) ? `[${i}]` : '';
      if (hasRoutes(response)) return listOf(fileOf(response, place === '' ? '' : `${place}.`, faults));
      faults.add(place, `${place || 'The file'} holds no routed_experts: ask the server for them (--enable-return-routed-experts).`);
      return [];
    }),
};

function fileOf(response: JsonObject, path: string, faults: Faults): JsonObject | undefined {
  const places = placesOf(response);
  const listed = tokensOf(response, places);
  const generated = routesOf(fieldOf(places, 'routed_experts'), `${path}routed_experts`, places, listed, faults);
  const before = fieldOf(places, 'prompt_routed_experts');
  const prompt = before === undefined ? undefined : routesOf(before, `${path}prompt_routed_experts`, places, undefined, faults);
  if (generated === undefined || (before !== undefined && prompt === undefined)) return undefined;
  const [, layers = 0, slots = 0] = generated.shape;
  if (prompt !== undefined && (prompt.shape[1] !== layers || prompt.shape[2] !== slots)) {
    faults.add(`${path}prompt_routed_experts`, `${path}prompt_routed_experts has the shape [${prompt.shape.join(', ')}], which does not go with [${generated.shape.join(', ')}] of routed_experts.`);
    return undefined;
  }
  const routed = (prompt?.shape[0] ?? 0) + (generated.shape[0] ?? 0);
  const ids = listed.ids;
  // The last token was written and never read again, so there is no routing for it.
  if (ids !== undefined && ids.length !== routed && ids.length !== routed + 1) {
    faults.add(`${path}routed_experts`, `${path}routed_experts has ${routed} tokens, but the response lists ${ids.length} token ids: as many are wanted, or one more, since the last token is not run.`);
    return undefined;
  }
  const values = [...(prompt?.values ?? []), ...generated.values];
  return assemble(places, listed, { values, tokens: routed, layers, slots }, prompt?.shape[0]);
}

interface Routes {
  readonly values: readonly number[];
  readonly tokens: number;
  readonly layers: number;
  readonly slots: number;
}

function assemble(places: readonly JsonObject[], listed: ServedTokens, { values, tokens, layers, slots }: Routes, promptRows: number | undefined): JsonObject {
  // Layers without a router are filled with -1.
  const kept = Array.from({ length: layers }, (_, l) => l).filter((l) => Array.from({ length: tokens }, (_, t) => t).some((t) => values.slice((t * layers + l) * slots, (t * layers + l + 1) * slots).some((e) => e >= 0)));
  const named = wholeList(fieldOf(places, 'moe_layers'));
  const moeLayers = named?.length === layers ? kept.map((l) => named[l] ?? l) : kept;
  const experts: number[] = [];
  const count: number[] = [];
  let largest = 0;
  for (let t = 0; t < tokens; t++) {
    for (const l of kept) {
      const used = values.slice((t * layers + l) * slots, (t * layers + l + 1) * slots).filter((expert) => expert >= 0);
      for (const expert of used) largest = Math.max(largest, expert);
      count.push(used.length);
      for (let k = 0; k < slots; k++) experts.push(used[k] ?? 0);
    }
  }
  const said = numberIn(places, ['num_experts', 'n_routed_experts', 'num_local_experts']);
  const generatedFrom = Math.min(tokens, listed.promptTokens ?? promptRows ?? tokens);
  const name = fieldOf(places, 'model') ?? fieldOf(places, 'model_path');
  const after = listed.ids?.[tokens];
  const ids = listed.ids?.slice(0, tokens);
  return importedFile(
    {
      source: routedExperts.id,
      title: listed.promptText?.slice(0, 60) ?? (typeof name === 'string' ? name : undefined),
      created: isoTime(fieldOf(places, 'created')),
      model: {
        id: typeof name === 'string' ? name : undefined,
        moeLayers,
        layersUncertain: named?.length !== layers && layers !== numberIn(places, ['num_hidden_layers']),
        experts: said ?? largest + 1,
        expertsUncertain: said === undefined,
        topK: slots,
        layers: numberIn(places, ['num_hidden_layers'], moeLayers.reduce((most, layer) => Math.max(most, layer), 0) + 1),
      },
      ...(listed.promptText === undefined ? {} : { run: { prompt: listed.promptText } }),
      tokens: { ids, text: listed.text?.slice(0, tokens), generatedFrom },
      routing: { slots, experts, ...(count.some((used) => used !== slots) ? { count } : {}) },
      output: {
        ...(ids !== undefined && after !== undefined ? { chosen: [...ids.slice(1), after] } : {}),
        ...(listed.logProb === undefined ? {} : { logProb: Array.from({ length: tokens }, (_, t) => listed.logProb?.[t] ?? null) }),
      },
    },
    tokens,
  );
}

/** Expert numbers [n, L, K], -1 where there are none; undefined after adding a fault. */
function routesOf(raw: unknown, path: string, places: readonly JsonObject[], listed: ServedTokens | undefined, faults: Faults): NumberArray | undefined {
  const found = Array.isArray(raw) ? nested(raw) : isObject(raw) ? envelope(raw) : typeof raw === 'string' ? encoded(raw, places, listed, path, faults) : undefined;
  if (found === 'told') return undefined;
  if (found === undefined || found.shape.length !== 3) {
    faults.add(path, `${path} is ${describeValue(raw)}, but expert numbers by token, layer and slot are wanted: nested lists, or base64 of a .npy file.`);
    return undefined;
  }
  const bad = found.values.findIndex((expert) => !Number.isSafeInteger(expert) || expert < -1 || expert > 65_535);
  if (bad >= 0 || found.values.length > MOST_NUMBERS) {
    faults.add(path, bad >= 0 ? `${path} names expert ${describeValue(found.values[bad])}, but whole numbers up to 65535 are wanted, or -1 for none.` : `${path} has ${found.values.length} numbers, more than ${MOST_NUMBERS}: export fewer tokens.`);
    return undefined;
  }
  return found;
}

function nested(list: readonly unknown[]): NumberArray | undefined {
  const layers = Array.isArray(list[0]) ? (list[0] as readonly unknown[]) : [];
  const slots = Array.isArray(layers[0]) ? layers[0].length : 0;
  const values: number[] = [];
  for (const token of list) {
    if (!Array.isArray(token) || token.length !== layers.length) return undefined;
    for (const layer of token as readonly unknown[]) {
      if (!Array.isArray(layer) || layer.length !== slots) return undefined;
      for (const expert of layer as readonly unknown[]) values.push(typeof expert === 'number' ? expert : Number.NaN);
    }
  }
  return { shape: [list.length, layers.length, slots], values };
}

function bytesOf(base64: string): Uint8Array | undefined {
  const padding = base64.endsWith('==') ? 2 : base64.endsWith('=') ? 1 : 0;
  return decodeBase64(base64, (3 * base64.length) / 4 - padding);
}

/** `{ data, shape, dtype }` with raw bytes as base64. */
function envelope({ data, shape, dtype }: JsonObject): NumberArray | undefined {
  const bytes = typeof data === 'string' ? bytesOf(data) : undefined;
  const dimensions = wholeList(shape);
  return bytes && dimensions && readRaw(bytes, typeof dtype === 'string' ? dtype : 'int16', dimensions);
}

/** A `.npy` file, or bare int32 whose shape the response has to tell. */
function encoded(base64: string, places: readonly JsonObject[], listed: ServedTokens | undefined, path: string, faults: Faults): NumberArray | undefined | 'told' {
  const bytes = bytesOf(base64);
  if (bytes === undefined || bytes.length === 0) return undefined;
  if (isNpy(bytes)) return readNpy(bytes);
  const flat = readRaw(bytes, 'int32', undefined);
  if (flat === undefined) return undefined;
  const shape = wholeList(fieldOf(places, 'routed_experts_shape'), 1);
  if (shape?.length === 3 && shape.reduce((product, n) => product * n, 1) === flat.values.length) return { ...flat, shape };
  const slots = numberIn(places, ['top_k', 'num_experts_per_tok', 'topk']);
  const layers = numberIn(places, ['num_moe_layers', 'num_layers', 'num_hidden_layers']);
  const tokens = listed?.ran;
  const [T, L, K] = [tokens ?? flat.values.length / ((layers ?? NaN) * (slots ?? NaN)), layers ?? flat.values.length / ((tokens ?? NaN) * (slots ?? NaN)), slots ?? flat.values.length / ((tokens ?? NaN) * (layers ?? NaN))];
  if ([T, L, K].every((n) => Number.isSafeInteger(n) && n > 0) && T * L * K === flat.values.length) return { ...flat, shape: [T, L, K] };
  faults.add(path, `${path} is a row of ${flat.values.length} numbers without a shape: add "num_layers" and "top_k" of the model to the file, for example "num_layers": 48, "top_k": 8.`);
  return 'told';
}

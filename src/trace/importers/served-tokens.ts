/** Tokens that a serving stack's response lists: ids, texts and log-probabilities, as far as they were asked for. */
import { isObject, type JsonObject } from '../json';
import { numberIn, textList, wholeList } from './importer';

export interface ServedTokens {
  /** Prompt and generated tokens. */
  readonly ids: readonly number[] | undefined;
  /** Text of each of `ids`; undefined where no token has one. */
  readonly text: readonly string[] | undefined;
  readonly logProb: readonly (number | undefined)[] | undefined;
  readonly promptTokens: number | undefined;
  readonly promptText: string | undefined;
  /** Tokens that were run: all but the last. */
  readonly ran: number | undefined;
}

interface Scored {
  readonly text: string | undefined;
  readonly logProb: number | undefined;
}

/** @param places objects of the response that may hold a field, the nearest first */
export function tokensOf(response: JsonObject, places: readonly JsonObject[]): ServedTokens {
  const list = (names: readonly string[]): readonly number[] | undefined => names.flatMap((name) => places.map((place) => wholeList(place[name]))).find((ids) => ids !== undefined);
  const prompt = list(['prompt_token_ids', 'input_ids']);
  const written = list(['completion_token_ids', 'output_token_ids', 'output_ids', 'token_ids']);
  const usage = response['usage'];
  const promptTokens = prompt?.length ?? numberIn([...places, usage], ['prompt_tokens'], 0);
  const completion = written?.length ?? numberIn([...places, usage], ['completion_tokens'], 0);
  const start = numberIn(places, ['routed_experts_start_len'], 0) ?? 0;
  const known = prompt && written && { ids: [...prompt, ...written], scored: [...promptScores(places, prompt), ...writtenScores(places, written.length)] };
  const text = places.map((place) => place['prompt']).find((value) => typeof value === 'string');
  return {
    ids: known?.ids,
    text: known?.scored.some((token) => token.text !== undefined) ? known.scored.map((token, t) => token.text ?? `<id ${known.ids[t]}>`) : undefined,
    logProb: known?.scored.some(({ logProb }) => logProb !== undefined) ? known.scored.map(({ logProb }) => logProb) : undefined,
    promptTokens,
    promptText: typeof text === 'string' ? text : undefined,
    ran: promptTokens === undefined || completion === undefined ? undefined : promptTokens + completion - 1 - start,
  };
}

/** vLLM's `prompt_logprobs`: for each token an object by id; null for the first. */
function promptScores(places: readonly JsonObject[], ids: readonly number[]): readonly Scored[] {
  const lists = places.map((place) => place['prompt_logprobs']).find(Array.isArray) as readonly unknown[] | undefined;
  return ids.map((id, t) => {
    const at = lists?.[t];
    const entry = isObject(at) ? at[String(id)] : undefined;
    return isObject(entry) ? scoreOf(entry['decoded_token'], entry['logprob']) : scoreOf(undefined, undefined);
  });
}

/** `logprobs` of the completions endpoint (`tokens`, `token_logprobs`) or of the chat endpoint (`content`). */
function writtenScores(places: readonly JsonObject[], length: number): readonly Scored[] {
  const found = places.map((place) => place['logprobs']).find(isObject);
  const content = found?.['content'];
  const texts = textList(found?.['tokens']);
  const values = found?.['token_logprobs'];
  return Array.from({ length }, (_, t) => {
    const entry: unknown = Array.isArray(content) ? content[t] : undefined;
    return isObject(entry) ? scoreOf(entry['token'], entry['logprob']) : scoreOf(texts?.[t], Array.isArray(values) ? values[t] : undefined);
  });
}

function scoreOf(text: unknown, logProb: unknown): Scored {
  return { text: typeof text === 'string' ? text : undefined, logProb: typeof logProb === 'number' && logProb <= 0 && Number.isFinite(logProb) ? logProb : undefined };
}

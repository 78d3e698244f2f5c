/** experts.json of a checkpoint: what each expert took on validation text. Fetched at most once, and only where the manifest lists it. */
import { parseManifest } from '../model/manifest';
import type { Trace } from '../trace/trace';
import type { App } from './app';

export interface CorpusToken {
  readonly id: number;
  readonly text: string;
  /** Times the expert was the first choice of this token. */
  readonly count: number;
  /** P(token | expert) / P(token). */
  readonly lift: number;
}

export interface CorpusExpert {
  /** Share of the choices of its layer. */
  readonly load: number;
  /** Validation tokens that chose it first; undefined where the file does not say. */
  readonly n: number | undefined;
  /** By falling lift. */
  readonly tokens: readonly CorpusToken[];
  /** Normalised pointwise mutual information with each domain, -1 to 1. */
  readonly npmi: readonly number[];
}

export interface ExpertStatistics {
  /** SHA-256 of the weights that were measured. */
  readonly weights: string;
  readonly domains: readonly string[];
  /** Validation tokens counted; undefined where the file does not say. */
  readonly n: number | undefined;
  /** By row of the routing arrays, then by expert. */
  readonly layers: readonly (readonly CorpusExpert[])[];
}

const FILE = 'experts.json';

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> => typeof value === 'object' && value !== null && !Array.isArray(value);
const isNumber = (value: unknown): value is number => typeof value === 'number' && Number.isFinite(value);

function readToken(value: unknown): CorpusToken | undefined {
  if (!isObject(value)) return undefined;
  const { id, text, count, lift } = value;
  return isNumber(id) && typeof text === 'string' && isNumber(count) && isNumber(lift) ? { id, text, count, lift } : undefined;
}

function readExpert(value: unknown): CorpusExpert | undefined {
  if (!isObject(value)) return undefined;
  const { load, n, tokens, npmi } = value;
  if (!isNumber(load) || !Array.isArray(tokens) || !Array.isArray(npmi) || !npmi.every(isNumber)) return undefined;
  return { load, n: isNumber(n) ? n : undefined, tokens: tokens.flatMap((token: unknown) => readToken(token) ?? []), npmi };
}

/** Reads the file's data; undefined where it has not the expected form. */
export function readExpertStatistics(value: unknown, weights: string): ExpertStatistics | undefined {
  if (!isObject(value)) return undefined;
  const { domains, n, layers } = value;
  if (!Array.isArray(domains) || !domains.every((name) => typeof name === 'string') || !Array.isArray(layers)) return undefined;
  const read = layers.map((row: unknown) => (Array.isArray(row) ? row.map(readExpert) : undefined));
  if (read.some((row) => row === undefined || row.includes(undefined))) return undefined;
  return { weights, domains, n: isNumber(n) ? n : undefined, layers: read.map((row) => (row ?? []).flatMap((expert) => expert ?? [])) };
}

/** The statistics that hold for a trace: those of the very weights that made it. */
export function statisticsOf(statistics: ExpertStatistics | undefined, { model }: Trace): ExpertStatistics | undefined {
  const fits = statistics !== undefined && statistics.weights === model.sha256 && statistics.layers.length === model.moeLayers.length && statistics.layers.every((row) => row.length === model.experts);
  return fits ? statistics : undefined;
}

async function json(url: URL): Promise<unknown> {
  const response = await fetch(url, { cache: 'no-cache' });
  if (!response.ok) throw new Error(`HTTP ${response.status}`);
  return response.json();
}

/** Fetches the statistics once. What cannot be read is treated as absent: the page then counts the open text alone. */
export async function loadStatistics({ store, services }: App): Promise<void> {
  if (store.getState().statistics.phase !== 'unknown') return;
  store.setState({ statistics: { phase: 'loading' } });
  let value: ExpertStatistics | undefined;
  try {
    const files = parseManifest(await json(new URL('manifest.json', services.modelsUrl))).models.get(services.model);
    const weights = files?.get('model.safetensors')?.sha256;
    if (weights !== undefined && files?.has(FILE) === true) value = readExpertStatistics(await json(new URL(`${services.model}/${FILE}`, services.modelsUrl)), weights);
  } catch {
    // Absent, as below.
  }
  store.setState({ statistics: value === undefined ? { phase: 'absent' } : { phase: 'ready', value } });
}

/** What is known of the page's checkpoint: its measurements, whether they are of these weights, and how long it was trained. */
import { parseManifest } from '../model/manifest';
import type { Services } from './app';
import { readEvaluation, type Evaluation } from './evaluation';
import { toFailure } from './notices';

export type ModelReport =
  | { readonly status: 'absent' }
  | { readonly status: 'refused'; readonly errors: readonly string[] }
  | ReadReport;

export interface ReadReport {
  readonly status: 'read';
  readonly evaluation: Evaluation;
  /** SHA-256 of the weights that the page loads; undefined where the list of models does not say. */
  readonly weights: string | undefined;
  /** Tokens of text that the weights were fitted on, repeats counted. */
  readonly trainingTokens: number | undefined;
}

/** The measurements are of other weights than those the page loads. */
export function isStale({ evaluation, weights }: ReadReport): boolean {
  return weights !== undefined && weights !== evaluation.sha256;
}

/** Fetches what lies beside the weights. Asked for only when it is looked at; files that the list of models lacks are not asked for. */
export async function loadModelReport({ modelsUrl, model }: Services): Promise<ModelReport> {
  try {
    const listed = await text(new URL('manifest.json', modelsUrl));
    const files = listed === undefined ? undefined : parseManifest(JSON.parse(listed)).models.get(model);
    const folder = new URL(`${model}/`, modelsUrl);
    const measured = files?.has('evaluation.json') === true ? await text(new URL('evaluation.json', folder)) : undefined;
    if (measured === undefined) return { status: 'absent' };
    const result = readEvaluation(measured);
    if (!result.ok) return { status: 'refused', errors: result.errors };
    const training = await text(new URL('training.json', folder));
    return { status: 'read', evaluation: result.evaluation, weights: files?.get('model.safetensors')?.sha256, trainingTokens: training === undefined ? undefined : tokensOf(training) };
  } catch (error) {
    return { status: 'refused', errors: [toFailure(error).message] };
  }
}

/** The text of a file; undefined where there is none. A host that answers every address with its page has none either. */
async function text(url: URL): Promise<string | undefined> {
  const response = await fetch(url, { headers: { accept: 'application/json' }, cache: 'no-cache' });
  if (response.status === 404 || response.headers.get('content-type')?.startsWith('text/html') === true) return undefined;
  if (!response.ok) throw new Error(`HTTP ${response.status}: ${url.pathname}`);
  return response.text();
}

function tokensOf(training: string): number | undefined {
  const value: unknown = JSON.parse(training);
  const tokens = typeof value === 'object' && value !== null && 'tokens' in value ? value.tokens : undefined;
  return typeof tokens === 'number' && Number.isSafeInteger(tokens) && tokens > 0 ? tokens : undefined;
}

/** Fields that a trace may leave out and that views live on: which of them a trace, or a file that was refused, has. */
import { isObject, type JsonObject } from './json';
import type { Trace } from './trace';

/** In the order of the format. What each is for is said in the string catalogue under the same name. */
export const OPTIONAL_FIELDS = [
  'routing.mix',
  'routing.prob',
  'routing.logits',
  'routing.outputNorm',
  'output.entropy',
  'output.top',
  'output.chosen',
  'output.logProb',
  'output.logits',
  'tokens.names',
  'run.prompt',
  'run.sampling',
  'model.sha256',
] as const;

export type OptionalField = (typeof OPTIONAL_FIELDS)[number];

/** Whether a trace has each of the fields. Mixing weights that are not known are NaN throughout. O(T L K) */
export function fieldsOf(trace: Trace): Readonly<Record<OptionalField, boolean>> {
  const { routing, output, tokens, run, model } = trace;
  return {
    'routing.mix': knowsMix(trace),
    'routing.prob': routing.prob !== undefined,
    'routing.logits': routing.logits !== undefined,
    'routing.outputNorm': routing.outputNorm !== undefined,
    'output.entropy': output.entropy !== undefined,
    'output.top': output.top !== undefined,
    'output.chosen': output.chosen !== undefined,
    'output.logProb': output.logProb?.some((value) => !Number.isNaN(value)) === true,
    'output.logits': output.logits !== undefined,
    'tokens.names': tokens.names !== undefined,
    'run.prompt': run.prompt !== undefined,
    'run.sampling': run.sampling !== undefined,
    'model.sha256': model.sha256 !== undefined,
  };
}

/** Whether the weights of all chosen experts are known. */
export function knowsMix({ routing }: Trace): boolean {
  return !routing.mix.some((weight) => Number.isNaN(weight));
}

/** Fields of the list that a file leaves out, whatever else is wrong with it. */
export function missingIn(file: JsonObject): readonly OptionalField[] {
  return OPTIONAL_FIELDS.filter((path) => {
    const [group = '', name = ''] = path.split('.');
    const inside = file[group];
    return !isObject(inside) || inside[name] === undefined || inside[name] === null;
  });
}

/** Fields that an importer had to fill although the source does not say them (`meta.unknown`). */
export function unknownFields({ meta }: Trace): ReadonlySet<string> {
  const list = meta['unknown'];
  return new Set(Array.isArray(list) ? list.filter((path): path is string => typeof path === 'string') : []);
}

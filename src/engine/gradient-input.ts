/** What gradient problems refuse, in the same words on every engine. All throw PlaygroundError `bad-input`. */
import { PlaygroundError } from '../base/errors';
import type { ModelConfig } from '../model/config';
import type { PathwayRequest, WeightedSequence } from './gradients';

function refuse(sentence: string): never {
  throw new PlaygroundError('bad-input', sentence);
}

function checkText(ids: readonly number[], config: ModelConfig, what: string): void {
  if (ids.length === 0) refuse(`${what} is empty: it needs at least one token.`);
  if (ids.length > config.context) refuse(`${what} is ${ids.length} tokens long, but this model reads at most ${config.context}: shorten it.`);
  const wrong = ids.find((id) => !Number.isInteger(id) || id < 0 || id >= config.vocabulary);
  if (wrong !== undefined) refuse(`${what} has the token id ${wrong}, which is not in the vocabulary of ${config.vocabulary} tokens.`);
}

/** Layers that hold a router, ascending, none twice. */
export function checkLayers(layers: readonly number[], config: ModelConfig): void {
  if (config.feedForward.kind !== 'moe') refuse('This model has no routers, so its routing has no gradient.');
  if (layers.length === 0) refuse('No layer was chosen: choose at least one.');
  layers.forEach((layer, i) => {
    if (!Number.isInteger(layer) || layer < 0 || layer >= config.layers) refuse(`Layer ${layer} was chosen, but this model has the layers 0 to ${config.layers - 1}.`);
    if (i > 0 && layer <= (layers[i - 1] ?? layer)) refuse(`Layers have to be given in ascending order, none twice; ${layer} follows ${layers[i - 1]}.`);
  });
}

export function checkPrompts(prompts: readonly (readonly number[])[], config: ModelConfig): void {
  if (prompts.length === 0) refuse('There is no prompt to take gradients of.');
  prompts.forEach((ids, i) => checkText(ids, config, `Prompt ${i + 1}`));
}

export function checkSequences(sequences: readonly WeightedSequence[], config: ModelConfig): void {
  if (sequences.length === 0) refuse('There is no text to take gradients of.');
  sequences.forEach(({ ids, weights }, i) => {
    checkText(ids, config, `Text ${i + 1}`);
    if (weights.length !== ids.length) refuse(`Text ${i + 1} has ${ids.length} tokens but ${weights.length} weights: each token needs one.`);
    if (!weights.every(Number.isFinite)) refuse(`Text ${i + 1} has a weight that is not a finite number.`);
    if (weights.at(-1) !== 0) refuse(`The last weight of text ${i + 1} has to be 0: no token follows the last one.`);
  });
}

/**
 * Values for C layers and E experts, shared or for each of B sequences.
 * @param name of the values in the sentence
 * @returns whether they are shared
 */
export function checkValues(values: Float32Array, name: string, size: number, layers: number, experts: number, kind: 'distribution' | 'logits'): boolean {
  const one = layers * experts;
  const shared = values.length === one;
  if (!shared && values.length !== size * one) {
    refuse(`${name} has ${values.length} values; ${layers} layers of ${experts} experts take ${one}, or ${size * one} for ${size} of them apart.`);
  }
  for (const value of values) {
    if (!Number.isFinite(value)) refuse(`${name} has the value ${value}; all have to be finite numbers.`);
    if (kind === 'distribution' && value < 0) refuse(`${name} has the value ${value}; a mixing weight cannot be negative.`);
  }
  return shared;
}

export function checkPathwayRequest({ targets, gradient }: PathwayRequest, size: number, layers: number, experts: number, vocabulary: number): void {
  if (targets.length !== size) refuse(`There are ${size} prompts but ${targets.length} tokens to score: each prompt needs one.`);
  const wrong = targets.find((id) => !Number.isInteger(id) || id < 0 || id >= vocabulary);
  if (wrong !== undefined) refuse(`Token id ${wrong} cannot be scored: the vocabulary has ${vocabulary} tokens.`);
  if (gradient === undefined) return;
  if (gradient.core.length !== layers) refuse(`Core experts are given for ${gradient.core.length} layers, but ${layers} are chosen.`);
  const strange = gradient.core.flat().find((e) => !Number.isInteger(e) || e < 0 || e >= experts);
  if (strange !== undefined) refuse(`Expert ${strange} cannot be a core expert: the layers have the experts 0 to ${experts - 1}.`);
}

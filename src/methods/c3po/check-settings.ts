/** Settings that a run cannot use, in a sentence. */
import { PlaygroundError } from '../../base/errors';
import { C3PO_RANGES, type C3poSettings, type Range, type RouterShape } from './settings';

const NAMES: Readonly<Record<keyof typeof C3PO_RANGES, string>> = {
  k: 'The number of neighbours',
  epsilon: 'The radius of the ball',
  sigma: 'The width of the kernel',
  steps: 'The number of steps',
  rateStart: 'The first step size',
  rateEnd: 'The last step size',
  alphaMode: 'Alpha of mode finding',
  alphaRegression: 'Alpha of kernel regression',
  core: 'The number of core experts',
  duplicate: 'The similarity of duplicates',
  seed: 'The seed',
};

function refuse(sentence: string): never {
  throw new PlaygroundError('bad-input', sentence);
}

function checkNumber(name: string, value: number, { min, max, whole }: Range): void {
  if (value >= min && value <= max && (whole !== true || Number.isInteger(value))) return;
  refuse(`${name} is ${value}, but a ${whole ? 'whole ' : ''}number from ${min} to ${max} is wanted.`);
}

/** Throws `bad-input` with the first fault. */
export function checkSettings(settings: C3poSettings, shape: RouterShape): void {
  for (const [key, range] of Object.entries(C3PO_RANGES) as [keyof typeof C3PO_RANGES, Range][]) {
    const value = settings[key];
    if (value !== 'search') checkNumber(NAMES[key], value, key === 'core' ? { ...range, max: shape.experts } : range);
  }
  const { layers, token, method } = settings;
  if (layers.length === 0) refuse('No layer is chosen: choose at least one critical layer.');
  layers.forEach((layer, i) => {
    if (!Number.isInteger(layer) || layer < 0 || layer >= shape.layers) refuse(`Layer ${layer} is chosen, but this model has the layers 0 to ${shape.layers - 1}.`);
    if (i > 0 && layer <= (layers[i - 1] ?? layer)) refuse('The chosen layers must be in ascending order, none twice.');
  });
  checkNumber('The number of tokens', token.count, { min: 1, max: 16, whole: true });
  const lastOnly = token.place === 'last' && token.count === 1;
  if (!lastOnly && method !== 'kernelRegression' && method !== 'base' && method !== 'ngdLogits') {
    refuse('Gradients and stored pathways are those of the last token: other tokens can be re-mixed by kernel regression only.');
  }
}

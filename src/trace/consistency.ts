/** Rules of a trace file that tie two of its fields together. */
import type { Faults } from './faults';
import type { TraceFile } from './schema';
import type { TraceRouting } from './trace';

/** Lengths and numbers that hang together. @returns whether arrays can be read at all */
export function checkTokens(file: TraceFile, faults: Faults): boolean {
  const { model, tokens, routing } = file;
  const length = tokens.text.length;
  if (length === 0) faults.add('tokens.text', 'tokens.text is empty: a trace needs at least one token.');
  if (tokens.kind.length !== length) {
    faults.add('tokens.kind', `tokens.kind has ${tokens.kind.length} elements, but tokens.text has ${length}: each token needs both.`);
  }
  const wanted = [length, model.moeLayers.length];
  if (routing.shape[0] !== wanted[0] || routing.shape[1] !== wanted[1]) {
    faults.add(
      'routing.shape',
      `routing.shape begins with [${routing.shape.slice(0, 2).join(', ')}], but there are ${length} tokens and ${model.moeLayers.length} layers in model.moeLayers: write [${wanted.join(', ')}, K].`,
    );
  }
  const slots = routing.shape[2] ?? 0;
  if (slots > model.experts && model.moeLayers.length > 0) {
    faults.add('routing.shape', `routing.shape allows ${slots} experts per token and layer, but model.experts is ${model.experts}: correct one of them.`);
  }
  if (model.topK > model.experts) {
    faults.add('model.topK', `model.topK is ${model.topK}, but model.experts is ${model.experts}: correct one of them.`);
  }
  checkLayers(model.moeLayers, model.layers, faults);
  const { promptTokens } = file.run ?? {};
  if (typeof promptTokens === 'number' && promptTokens > length) {
    faults.add('run.promptTokens', `run.promptTokens is ${promptTokens}, but the trace has only ${length} tokens: correct it.`);
  }
  file.marks?.forEach((mark, i) => {
    if (mark.token >= length) {
      faults.add(`marks[${i}].token`, `marks[${i}].token is ${mark.token}, but the last of the ${length} tokens is ${length - 1}: positions count from 0.`);
    }
  });
  return faults.count === 0;
}

function checkLayers(moeLayers: readonly number[], layers: number, faults: Faults): void {
  const misplaced = moeLayers.findIndex((layer, i) => layer >= layers || (i > 0 && layer <= (moeLayers[i - 1] ?? 0)));
  if (misplaced >= 0) {
    faults.add(
      `model.moeLayers[${misplaced}]`,
      `model.moeLayers[${misplaced}] is ${moeLayers[misplaced]}, but layer numbers must ascend and stay below model.layers, which is ${layers}.`,
    );
  }
}

/** Experts of a token differ from one another, and slots past `count` hold 0. One fault for each kind of breach. */
export function checkSlots(routing: TraceRouting, tokens: number, layers: number, faults: Faults): void {
  const { slots, experts, count } = routing;
  const arrays = { experts, mix: routing.mix, prob: routing.prob, outputNorm: routing.outputNorm };
  const seen = new Set<number>();
  for (let row = 0; row < tokens * layers; row++) {
    const used = count?.[row] ?? slots;
    const start = row * slots;
    const place = `[${Math.floor(row / layers)}][${row % layers}]`;
    seen.clear();
    for (let i = start; i < start + used; i++) seen.add(experts[i] ?? 0);
    if (seen.size < used) {
      faults.add('routing.experts', `routing.experts${place} names an expert twice among its ${used}: a layer chooses each expert at most once.`);
      return;
    }
    for (const [name, array] of Object.entries(arrays)) {
      for (let i = start + used; i < start + slots; i++) {
        if (array === undefined || array[i] === 0) continue;
        faults.add(`routing.${name}`, `routing.${name}${place}[${i - start}] is ${array[i]}, but slots past count (${used} here) must hold 0.`);
        return;
      }
    }
  }
}

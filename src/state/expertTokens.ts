/** Which tokens of the open text each expert of one layer took, by its largest weight in the mix. */
import type { Trace } from '../trace/trace';
import { chosenAt } from './layerView';

export interface ExpertTokens {
  /** Tokens of this text that the expert took. */
  readonly uses: number;
  /** Distinct token texts with the largest mixing weight each, descending. */
  readonly strongest: readonly { readonly label: string; readonly mix: number }[];
}

export function expertTokens(trace: Trace, row: number): ReadonlyMap<number, ExpertTokens> {
  const { model, routing, tokens } = trace;
  const uses = new Map<number, number>();
  const weights = new Map<number, Map<string, number>>();
  for (let token = 0; token < tokens.ids.length; token += 1) {
    const first = (token * model.moeLayers.length + row) * routing.slots;
    chosenAt(trace, token, row).forEach((expert, rank) => {
      const label = (tokens.text[token] ?? '').trim() || (tokens.text[token] ?? '');
      const weight = routing.mix[first + rank] ?? 0;
      const mix = Number.isNaN(weight) ? 0 : weight;
      const known = weights.get(expert) ?? new Map<string, number>();
      known.set(label, Math.max(mix, known.get(label) ?? 0));
      weights.set(expert, known);
      uses.set(expert, (uses.get(expert) ?? 0) + 1);
    });
  }
  return new Map(
    [...weights].map(([expert, known]) => [
      expert,
      { uses: uses.get(expert) ?? 0, strongest: [...known].map(([label, mix]) => ({ label, mix })).sort((a, b) => b.mix - a.mix) },
    ]),
  );
}

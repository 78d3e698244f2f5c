/** The experts that Co-activation is about: all of one layer, or a group of several. */
import { fixed } from '../../base/numerals';
import { choicesOf, choicesOfCells } from '../../analysis/choices';
import { coActivation, type CoActivation } from '../../analysis/co-activation';
import type { GroupCell } from '../../state/group';
import { strings } from '../../state/strings';
import type { Trace } from '../../trace/trace';
import { formatShare } from '../../viz/format';

export interface PairSet {
  readonly matrix: CoActivation;
  /** The expert behind each id of the matrix. */
  readonly cells: readonly GroupCell[];
  /** `E5`, or `L3 E5` where the experts are of several layers. */
  readonly name: (id: number) => string;
  readonly grouped: boolean;
}

/** Counts the pairs of a layer. */
export function layerPairs(trace: Trace, row: number): PairSet {
  const layer = trace.model.moeLayers[row] ?? row;
  const cells = Array.from({ length: trace.model.experts }, (_, expert) => ({ row, layer, expert }));
  return { matrix: coActivation(choicesOf(trace, row)), cells, name: strings.sentence.expert, grouped: false };
}

/** Counts the pairs of a group, across layers too: a token goes through all of them. */
export function groupPairs(trace: Trace, cells: readonly GroupCell[]): PairSet {
  const several = cells.some(({ row }) => row !== cells[0]?.row);
  const name = (id: number): string => {
    const { layer = 0, expert = 0 } = cells[id] ?? {};
    return several ? strings.dock.pairs.layerExpert(layer, expert) : strings.sentence.expert(expert);
  };
  return { matrix: coActivation(choicesOfCells(trace, cells)), cells, name, grouped: true };
}

/** What one cell of the matrix says, seen and spoken alike. */
export function pairSentence({ matrix, name }: PairSet, { i, j }: { readonly i: number; readonly j: number }): string {
  const text = strings.dock.pairs;
  const { experts, together, n } = matrix;
  const [a, b] = [together[i * (experts + 1)] ?? 0, together[j * (experts + 1)] ?? 0];
  if (i === j) return text.own(name(i), a, n);
  if (a === 0) return text.never(name(i));
  const both = together[i * experts + j] ?? 0;
  return text.sentence({ i: name(i), j: name(j), both, of: a, given: formatShare(both / a), lift: b === 0 ? '' : fixed((both * n) / (a * b), 1) });
}

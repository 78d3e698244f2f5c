/**
 * An order of the experts that puts those next to each other which are often chosen together: average-linkage
 * clustering (Sokal and Michener 1958) on the overlap of their tokens.
 */
import type { CoActivation } from './co-activation';

/** Tokens that chose both over tokens that chose either, 0 to 1 (Jaccard). */
function overlap({ experts, together }: CoActivation, i: number, j: number): number {
  const both = together[i * experts + j] ?? 0;
  const either = (together[i * (experts + 1)] ?? 0) + (together[j * (experts + 1)] ?? 0) - both;
  return either === 0 ? 0 : both / either;
}

/**
 * Expert ids in cluster order. The two groups with the highest mean overlap merge first, the earlier ids of equals; in
 * each merge the group with the lowest id comes first. Experts that nobody chose stand at the end. O(E^3)
 */
export function clusterOrder(matrix: CoActivation): number[] {
  const { experts, together } = matrix;
  const used = Array.from({ length: experts }, (_, e) => e).filter((e) => (together[e * (experts + 1)] ?? 0) > 0);
  const idle = Array.from({ length: experts }, (_, e) => e).filter((e) => !used.includes(e));
  let groups = used.map((e) => [e]);
  const near = used.map((i) => Float64Array.from(used, (j) => overlap(matrix, i, j)));
  while (groups.length > 1) {
    let [a, b, best] = [0, 1, -1];
    for (let i = 0; i < groups.length; i++) {
      for (let j = i + 1; j < groups.length; j++) {
        const value = near[i]?.[j] ?? 0;
        if (value > best) [a, b, best] = [i, j, value];
      }
    }
    const [first = [], second = []] = [groups[a], groups[b]];
    for (let i = 0; i < groups.length; i++) {
      const mean = ((near[a]?.[i] ?? 0) * first.length + (near[b]?.[i] ?? 0) * second.length) / (first.length + second.length);
      const [rowA, rowI] = [near[a], near[i]];
      if (rowA !== undefined) rowA[i] = mean;
      if (rowI !== undefined) rowI[a] = mean;
    }
    groups = groups.with(a, Math.min(...first) < Math.min(...second) ? [...first, ...second] : [...second, ...first]).filter((_, i) => i !== b);
    near.splice(b, 1);
    for (const [i, row] of near.entries()) near[i] = row.filter((_, j) => j !== b);
  }
  return [...(groups[0] ?? []), ...idle];
}

/** Distances between two probability distributions over the same outcomes. */

/** KL(p || q) = sum p ln(p / q) in nats: 0 when equal, Infinity where q rules out what p allows. */
export function klNats(p: ArrayLike<number>, q: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < p.length; i++) {
    const a = p[i] ?? 0;
    const b = q[i] ?? 0;
    if (a > 0) sum += b > 0 ? a * Math.log(a / b) : Infinity;
  }
  return Math.max(0, sum);
}

/** Jensen-Shannon divergence in nats, symmetric: 0 when equal, ln 2 when disjoint (Lin, IEEE Trans. Inf. Theory 37(1), 1991). */
export function jsNats(p: ArrayLike<number>, q: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < p.length; i++) {
    const a = p[i] ?? 0;
    const b = q[i] ?? 0;
    const mean = (a + b) / 2;
    if (a > 0) sum += a * Math.log(a / mean);
    if (b > 0) sum += b * Math.log(b / mean);
  }
  return Math.min(Math.LN2, Math.max(0, sum / 2));
}

const STEPS = [0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2, 4, 8, 16];

/** End of a signed scale that holds `most`: a round number, the same for values of one size, so that maps can be compared. */
export function roundDomain(most: number): number {
  return STEPS.find((step) => step >= most) ?? Math.ceil(most);
}

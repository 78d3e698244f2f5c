/**
 * The signed colour scale: blue for less, grey for none, orange for more, with ends of equal lightness and fixed
 * domains, so that two pictures can be compared. Legends are computed from it.
 */

/** Change of a gate probability: full colour from this on. */
export const DIFFERENCE_DOMAIN = 0.5;
/** log2 of an expert's share over the uniform share: an eighth of it to eight times it. */
export const SHARE_DOMAIN = 3;

const STOPS = ['neg-4', 'neg-3', 'neg-2', 'neg-1', 'zero', 'pos-1', 'pos-2', 'pos-3', 'pos-4'] as const;

/** Names of the theme's colours along the scale, from less to more. */
export const SIGNED_STOPS: readonly string[] = STOPS.map((name) => `--${name}`);

/** Place of a value on the legend's bar, 0 to 1, with 0 in the middle. */
export function signedPosition(value: number, domain: number): number {
  return (Math.min(1, Math.max(-1, value / domain)) + 1) / 2;
}

/** CSS colour of a signed value, mixed from the theme's own ramp. */
export function signedColour(value: number, domain: number): string {
  const x = (STOPS.length - 1) * signedPosition(value, domain);
  const step = Math.min(STOPS.length - 2, Math.floor(x));
  const share = Math.round(100 * (x - step));
  return `color-mix(in oklab, var(--${STOPS[step + 1] ?? 'zero'}) ${share}%, var(--${STOPS[step] ?? 'zero'}))`;
}

/** Distance from the middle, 0 to 1, at which a figure on the colour turns over and keeps 4.5 : 1. */
const TURN = { light: 0.95, darkLess: 0.787, darkMore: 0.798 } as const;

/** Which themes need the light-on-dark (or dark-on-light) figure at a value. */
export function signedTurns(value: number, domain: number): { readonly light: boolean; readonly dark: boolean } {
  const out = Math.abs(2 * signedPosition(value, domain) - 1);
  return { light: out >= TURN.light, dark: out >= (value < 0 ? TURN.darkLess : TURN.darkMore) };
}

/** CSS gradient of the whole ramp, sampled from the scale itself. */
export function signedGradient(samples = 17): string {
  const stops = Array.from({ length: samples }, (_, i) => {
    const at = i / (samples - 1);
    return `${signedColour(2 * at - 1, 1)} ${Math.round(100 * at)}%`;
  });
  return `linear-gradient(to right, ${stops.join(', ')})`;
}

/** Legend: both ends, the half-way marks and 0. */
export function signedTicks(domain: number): readonly { readonly at: number; readonly value: number }[] {
  return [-1, -0.5, 0, 0.5, 1].map((share) => ({ at: signedPosition(share * domain, domain), value: share * domain }));
}

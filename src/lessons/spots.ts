/** Parts of the page that a step can mark. Their places are in `src/ui/lesson/spots.ts`. */
export const SPOTS = ['prompt', 'transport', 'sentence', 'routing', 'heat', 'flow', 'stages', 'router', 'cut', 'next', 'tabs', 'panel', 'edits', 'open'] as const;
export type Spot = (typeof SPOTS)[number];

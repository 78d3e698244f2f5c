import { useSyncExternalStore } from 'react';
import { rampTable } from '../viz/ramp';
import { slotLetter } from '../viz/scale';
import { SIGNED_STOPS } from '../viz/signed';
import type { HeatPalette } from '../viz/heatCanvas';

const MAGNITUDE_STOPS = Array.from({ length: 9 }, (_, step) => `--mag-${step}`);

interface Palettes {
  readonly magnitude: HeatPalette;
  readonly signed: HeatPalette;
}

let known: { readonly theme: string; readonly palettes: Palettes } | undefined;

/** The theme's colours as values, for canvases, which know no variables. Read once a theme. */
function palettes(): Palettes {
  const theme = document.documentElement.dataset['theme'] ?? '';
  if (known?.theme === theme) return known.palettes;
  const style = getComputedStyle(document.documentElement);
  const read = (name: string): string => style.getPropertyValue(name).trim();
  const rest = {
    ink: read('--ink'),
    soft: read('--ink-3'),
    faint: read('--line-2'),
    paper: read('--paper'),
    slots: Array.from({ length: 8 }, (_, slot) => read(`--slot-${slotLetter(slot)}`)),
  };
  known = { theme, palettes: { magnitude: { ...rest, ramp: MAGNITUDE_STOPS.map(read) }, signed: { ...rest, ramp: SIGNED_STOPS.map(read) } } };
  return known.palettes;
}

function onTheme(changed: () => void): () => void {
  const observer = new MutationObserver(changed);
  observer.observe(document.documentElement, { attributes: true, attributeFilter: ['data-theme'] });
  return () => observer.disconnect();
}

const PAINT_STEPS = 128;
const paints = new WeakMap<HeatPalette, readonly string[]>();

/** CSS colours along a palette's ramp as plain values: mixing and variables would be resolved again for each of many cells. */
export function rampPaint(palette: HeatPalette): readonly string[] {
  const kept = paints.get(palette);
  if (kept !== undefined) return kept;
  const table = rampTable(palette.ramp, PAINT_STEPS);
  const made = Array.from({ length: PAINT_STEPS }, (_, i) => `rgb(${table[4 * i]} ${table[4 * i + 1]} ${table[4 * i + 2]})`);
  paints.set(palette, made);
  return made;
}

/** Colours of the present theme for the unsigned or the signed scale. */
export function usePalette(scale: keyof Palettes): HeatPalette {
  return useSyncExternalStore(onTheme, palettes, palettes)[scale];
}

import { useEffect, useMemo, useState } from 'react';
import { tokenPieces } from '../viz/tokenMarks';

/** Widths of token texts in px in the page's font at 1rem; measured again when the font has arrived. */
export function useTextWidths(texts: readonly string[]): readonly number[] {
  const [generation, setGeneration] = useState(0);
  useEffect(() => {
    let live = true;
    const again = (): void => {
      if (live) setGeneration((before) => before + 1);
    };
    if (document.fonts.status === 'loading') void document.fonts.ready.then(again);
    document.fonts.addEventListener('loadingdone', again);
    return () => {
      live = false;
      document.fonts.removeEventListener('loadingdone', again);
    };
  }, []);
  const measure = useMemo(() => textMeasure(generation), [generation]);
  return useMemo(() => texts.map(measure), [texts, measure]);
}

/** A caching measure; a new generation forgets what the old font said. */
function textMeasure(_generation: number): (text: string) => number {
  const context = document.createElement('canvas').getContext('2d');
  const cache = new Map<string, number>();
  const root = getComputedStyle(document.documentElement);
  const family = root.getPropertyValue('--font-sans');
  if (context !== null) context.font = `${root.fontSize} ${family}`;
  return (text) => {
    const known = cache.get(text);
    if (known !== undefined) return known;
    const shown = tokenPieces(text).map((piece) => piece.text).join('');
    const width = context?.measureText(shown).width ?? 9 * shown.length;
    cache.set(text, width);
    return width;
  };
}

/** Whether a page fits its window: what scrolls, what is cut off, and what stands on something else. */
import type { Page } from '@playwright/test';

export interface Fit {
  /** Height of the document beyond the window, px. */
  readonly beyond: number;
  /** Texts that are cut off without an ellipsis or a title that holds the whole, and titles of panels that are cut off at all. */
  readonly clipped: readonly string[];
  /** Pairs of texts whose ink overlaps. */
  readonly overlaps: readonly string[];
  /** Texts that reach out of their panel or of the window to the side. */
  readonly outside: readonly string[];
}

/** Looks at every text in sight. */
export function fit(page: Page): Promise<Fit> {
  return page.evaluate(() => {
    const seen = (element: Element): boolean => element.checkVisibility({ opacityProperty: true, visibilityProperty: true }) && element.closest('.vh, .skip, .tip, [hidden], option') === null;
    const short = (text: string): string => text.trim().replaceAll(/\s+/g, ' ').slice(0, 40);
    const clipped: string[] = [];
    const outside: string[] = [];
    const texts: { readonly text: string; readonly box: DOMRect; readonly element: Element }[] = [];
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
      const element = node.parentElement;
      const text = node.textContent ?? '';
      if (element === null || text.trim() === '' || element.closest('script, style, noscript') !== null || !seen(element)) continue;
      // The nearest box that cuts: what scrolls may hold more than it shows.
      let cut: Element | null = element;
      while (cut !== null && getComputedStyle(cut).overflowX === 'visible') cut = cut.parentElement;
      const style = cut === null ? undefined : getComputedStyle(cut);
      const scrolls = (e: Element | null): boolean => e !== null && (['auto', 'scroll'].includes(getComputedStyle(e).overflowX) || ['auto', 'scroll'].includes(getComputedStyle(e).overflowY) || scrolls(e.parentElement));
      if (cut !== null && style !== undefined && cut !== document.documentElement && ['hidden', 'clip'].includes(style.overflowX) && !(element instanceof SVGElement)) {
        const lost = cut.scrollWidth > cut.clientWidth + 1;
        const excused = style.textOverflow === 'ellipsis' || cut.closest('[title]') !== null || element.closest('.prompt, .score-scroll') !== null;
        if (lost && (!excused || cut.matches('h2'))) clipped.push(`${cut.className || cut.tagName}: ${short(text)}`);
      }
      const range = document.createRange();
      range.selectNodeContents(node);
      for (const whole of range.getClientRects()) {
        // What is in sight of it, and of that the part with ink: a line box is higher than its letters.
        const frame = cut === null || cut === document.documentElement ? undefined : cut.getBoundingClientRect();
        const left = Math.max(whole.left, frame?.left ?? -Infinity);
        const right = Math.min(whole.right, frame?.right ?? Infinity);
        const inset = whole.height * 0.2;
        const box = new DOMRect(left, whole.top + inset, right - left, whole.height - 2 * inset);
        if (box.width <= 1 || box.height <= 1) continue;
        const scroller = scrolls(element);
        if (!scroller && (box.left < -1 || box.right > innerWidth + 1)) outside.push(short(text));
        const panel = element.closest('.panel')?.getBoundingClientRect();
        if (!scroller && panel !== undefined && (box.left < panel.left - 12 || box.right > panel.right + 12)) outside.push(`${short(text)} leaves its panel`);
        // Covered by a scroller's edge or by another layer: not what this looks for.
        if (scroller) {
          let box2: Element | null = element;
          let hidden = false;
          while (box2 !== null && !hidden) {
            const s = getComputedStyle(box2);
            if (s.overflowY !== 'visible') {
              const r = box2.getBoundingClientRect();
              hidden = box.bottom > r.bottom || box.top < r.top || box.right > r.right || box.left < r.left;
            }
            box2 = box2.parentElement;
          }
          if (hidden) continue;
        }
        texts.push({ text: short(text), box, element });
      }
    }
    const overlaps: string[] = [];
    for (const [i, a] of texts.entries()) {
      for (const b of texts.slice(i + 1)) {
        // One text in two boxes: an ellipsis stands in the place of the second.
        if (a.element === b.element) continue;
        const wide = Math.min(a.box.right, b.box.right) - Math.max(a.box.left, b.box.left);
        const tall = Math.min(a.box.bottom, b.box.bottom) - Math.max(a.box.top, b.box.top);
        if (wide > 1.5 && tall > 1.5) overlaps.push(`${a.text} / ${b.text} (${a.element.parentElement?.className.toString() || a.element.tagName})`);
      }
    }
    return { beyond: document.documentElement.scrollHeight - innerHeight, clipped: [...new Set(clipped)], overlaps: [...new Set(overlaps)], outside: [...new Set(outside)] };
  });
}

/** Headlines of the closed tabs as far as the line has room for them. */
import { useLayoutEffect, type RefObject } from 'react';

/** The widths that stay when the widest are left out until the rest fits. Pure; the page's part is below. */
export function keptHeadlines(widths: readonly number[], names: number, room: number): readonly boolean[] {
  const kept = widths.map(() => true);
  let total = names + widths.reduce((sum, width) => sum + width, 0);
  while (total > room && kept.includes(true)) {
    const widest = widths.reduce((best, width, i) => (kept[i] === true && (best < 0 || width > (widths[best] ?? 0)) ? i : best), -1);
    kept[widest] = false;
    total -= widths[widest] ?? 0;
  }
  return kept;
}

/** Right edge of the text that stands before a headline, px. */
function rightOf(node: Node): number {
  const range = document.createRange();
  range.selectNode(node);
  return range.getBoundingClientRect().right;
}

/** Hides the widest headlines of the tabs in `list` until all names stand on one line, again whenever the room, a text or the font changes. */
export function useFittingHeadlines(list: RefObject<HTMLElement | null>): void {
  useLayoutEffect(() => {
    const tabs = list.current;
    if (tabs === null) return;
    const fit = (): void => {
      const headlines = [...tabs.querySelectorAll<HTMLElement>('[role=tab] > em')].filter((one) => one.textContent !== '');
      for (const one of headlines) one.hidden = false;
      // The gap before a headline goes with it.
      const widths = headlines.map((one) => one.getBoundingClientRect().right - (one.previousSibling === null ? 0 : rightOf(one.previousSibling)));
      const names = tabs.scrollWidth - widths.reduce((sum, width) => sum + width, 0);
      const kept = keptHeadlines(widths, names, tabs.clientWidth);
      headlines.forEach((one, i) => (one.hidden = kept[i] === false));
    };
    fit();
    const room = new ResizeObserver(fit);
    room.observe(tabs.parentElement ?? tabs);
    const texts = new MutationObserver(fit);
    texts.observe(tabs, { childList: true, subtree: true, characterData: true });
    // The page's font is wider than the one that stands in for it, and its arrival changes neither room nor text.
    document.fonts.addEventListener('loadingdone', fit);
    return () => {
      document.fonts.removeEventListener('loadingdone', fit);
      room.disconnect();
      texts.disconnect();
    };
  }, [list]);
}

/** Where the parts that a lesson marks are on the page: the first place that is there counts. On a phone some of them are in the sheet. */
import type { Spot } from '../../lessons/spots';

export const PLACES: Readonly<Record<Spot, readonly string[]>> = {
  prompt: ['.prompt-box'],
  transport: ['.transport'],
  sentence: ['.sentence'],
  routing: ['.p-heat'],
  heat: ['.p-heat .seg', '.p-heat'],
  flow: ['.p-flow', '#sheet'],
  stages: ['.p-flow .stages', '.p-flow', '#sheet'],
  router: ['.p-router', '#sheet'],
  cut: ['.cutline', '.p-router', '#sheet'],
  next: ['.p-next', '#sheet'],
  tabs: ['.dock-bar .tabs', '.tabbar'],
  panel: ['#dock-body', '#sheet'],
  edits: ['.edits', '.p-router', '#sheet'],
  open: ['.tools', '.more'],
};

/** The element of a part; undefined while it is not on the page. */
export function spotElement(spot: Spot): HTMLElement | undefined {
  for (const selector of PLACES[spot]) {
    const found = document.querySelector<HTMLElement>(selector);
    if (found !== null && found.getClientRects().length > 0) return found;
  }
  return undefined;
}

const MARK = 'data-spot';

/** Marks a part until the returned function is called; parts that come later, such as a panel that is loading, are marked then. */
export function markSpot(spot: Spot | undefined): () => void {
  if (spot === undefined) return () => undefined;
  let marked: HTMLElement | undefined;
  const mark = (): void => {
    const found = spotElement(spot);
    if (found === marked) return;
    marked?.removeAttribute(MARK);
    marked = found;
    marked?.setAttribute(MARK, '');
  };
  mark();
  const observer = new MutationObserver(mark);
  const root = document.getElementById('root');
  if (root !== null) observer.observe(root, { childList: true, subtree: true });
  return () => {
    observer.disconnect();
    marked?.removeAttribute(MARK);
  };
}

/** Moves the focus to a part. False where it is not on the page. */
export function focusSpot(spot: Spot): boolean {
  const found = spotElement(spot);
  if (found === undefined) return false;
  if (!found.matches('button, a[href], input, select, textarea, [tabindex]')) found.setAttribute('tabindex', '-1');
  found.focus({ preventScroll: true });
  found.scrollIntoView({ block: 'nearest' });
  return true;
}

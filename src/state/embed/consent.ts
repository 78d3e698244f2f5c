/** A trace that a page of another origin hands over is shown after the visitor has said yes, once for each origin. */
import { patch, type App } from '../app';

const STORAGE_KEY = 'moe-playground.embed-origins';
const MOST = 50;

const allowed = new Set<string>();
let waiting: ((yes: boolean) => void) | undefined;

function remembered(): readonly string[] {
  try {
    const list: unknown = JSON.parse(localStorage.getItem(STORAGE_KEY) ?? '[]');
    return Array.isArray(list) ? list.filter((one): one is string => typeof one === 'string') : [];
  } catch {
    // No storage in most frames: the answer lasts as long as the page.
    return [];
  }
}

/** Whether an origin may show a trace here. Asks where it is not known yet; a second question takes the place of the first. */
export async function mayShow(app: App, origin: string): Promise<boolean> {
  if (origin === location.origin || allowed.has(origin) || remembered().includes(origin)) return true;
  waiting?.(false);
  patch(app, 'view', { asking: origin });
  return new Promise((resolve) => {
    waiting = resolve;
  });
}

/** The visitor's answer. A no holds for this trace alone. */
export function answer(app: App, yes: boolean): void {
  const { asking } = app.store.getState().view;
  patch(app, 'view', { asking: undefined });
  if (yes && asking !== undefined) {
    allowed.add(asking);
    try {
      localStorage.setItem(STORAGE_KEY, JSON.stringify([...new Set([...remembered(), asking])].slice(-MOST)));
    } catch {
      // As above.
    }
  }
  waiting?.(yes);
  waiting = undefined;
}

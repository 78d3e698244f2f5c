/** How long the page's main thread was busy at a stretch, read from Chromium's own trace. */
import type { Browser, Page } from '@playwright/test';

export interface Busy {
  /** Tasks seen. */
  readonly tasks: number;
  /** Longest task, ms of wall-clock time: what the Long Tasks API reports from 50 ms on. */
  readonly longestMs: number;
  /** Longest task, ms of the thread's own CPU time: the same on an idle machine, and not stretched by other programs. */
  readonly longestCpuMs: number;
}

interface TraceEvent {
  readonly name: string;
  readonly ph: string;
  readonly pid: number;
  readonly tid: number;
  readonly dur?: number;
  readonly tdur?: number;
  readonly args?: { readonly name?: string };
}

/** Runs `act` and reports the tasks of the busiest renderer's main thread meanwhile. */
export async function busyDuring(browser: Browser, page: Page, act: () => Promise<void>): Promise<Busy> {
  await browser.startTracing(page, { categories: ['__metadata', 'toplevel', 'disabled-by-default-devtools.timeline', 'devtools.timeline'] });
  await act();
  const parsed: unknown = JSON.parse((await browser.stopTracing()).toString('utf8'));
  const { traceEvents: events } = parsed as { readonly traceEvents: readonly TraceEvent[] };
  const mains = events.filter((event) => event.name === 'thread_name' && event.args?.name === 'CrRendererMain');
  const lists = mains.map((main) => events.filter((event) => event.ph === 'X' && event.name.endsWith('RunTask') && event.pid === main.pid && event.tid === main.tid && event.dur !== undefined));
  const tasks = lists.sort((a, b) => b.length - a.length)[0] ?? [];
  const most = (of: (event: TraceEvent) => number): number => tasks.reduce((max, event) => Math.max(max, of(event)), 0) / 1000;
  return { tasks: tasks.length, longestMs: most((event) => event.dur ?? 0), longestCpuMs: most((event) => event.tdur ?? event.dur ?? 0) };
}

/** Milliseconds that a fixed loop takes in this page at this moment: what other times are set beside. */
export function fixedLoopMs(page: Page): Promise<number> {
  return page.evaluate(() => {
    const times = Array.from({ length: 5 }, () => {
      const start = performance.now();
      let x = 1;
      for (let i = 0; i < 2_000_000; i += 1) x = (Math.imul(x, 1_664_525) + 1_013_904_223) >>> 0;
      return performance.now() - start + (x === 0 ? 1 : 0);
    });
    return times.sort((a, b) => a - b)[2] ?? Number.NaN;
  });
}

export function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

/** Drags the playhead along the sentence, one pointer move a frame, as a visitor's mouse would arrive. */
export async function scrub(page: Page, frames: number): Promise<void> {
  await page.locator('.score-body').evaluate(async (body, count) => {
    const scroller = body.parentElement;
    if (scroller === null) return;
    for (let i = 0; i < count; i += 1) {
      await new Promise((resolve) => requestAnimationFrame(resolve));
      const box = scroller.getBoundingClientRect();
      // From side to side, and on through the text: reaching an edge scrolls it.
      const x = box.left + 4 + ((i * 61) % (box.width - 8));
      body.dispatchEvent(new PointerEvent('pointermove', { bubbles: true, pointerType: 'mouse', buttons: 1, clientX: x, clientY: box.top + 85 }));
    }
    await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
  }, frames);
}

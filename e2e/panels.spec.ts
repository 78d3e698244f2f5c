import type { Page } from '@playwright/test';
import { PANELS, REMIX_SECTIONS } from '../src/state/settings';
import { expect, test } from './fixtures';
import { openReplay } from './page';

interface PanelReport {
  readonly id: string;
  readonly title: string;
  readonly about: string;
  readonly entries: readonly string[];
  readonly maximise: boolean;
  readonly csvLines: number;
  readonly rows: number;
  /** Beginnings of the two pictures; undefined where they were not asked for. */
  readonly pictures: readonly [svg: string, png: string] | undefined;
}

/** Asks every panel on the page that was not asked before for its table, through its own menu, and the first of them for its files. Files are caught on their way. */
function reports(page: Page, seen: readonly string[]): Promise<PanelReport[]> {
  return page.evaluate(async (known) => {
    const wait = async (until: () => boolean): Promise<void> => {
      for (let i = 0; i < 200 && !until(); i += 1) await new Promise((resolve) => setTimeout(resolve, 10));
    };
    const found: PanelReport[] = [];
    for (const panel of document.querySelectorAll<HTMLElement>('[data-panel]')) {
      const id = panel.dataset['panel'] ?? '';
      if (panel.offsetParent === null || known.includes(id)) continue;
      const menu = (): HTMLElement | null => panel.querySelector('.act-list');
      const open = async (): Promise<void> => {
        if (menu() === null) panel.querySelector<HTMLElement>('.acts .act')?.click();
        await wait(() => menu() !== null);
      };
      const entry = (name: string): HTMLElement | undefined => [...(menu()?.querySelectorAll('button') ?? [])].find((button) => button.textContent === name);
      const file = async (name: string): Promise<Blob | undefined> => {
        await open();
        const button = entry(name);
        if (button === undefined) return undefined;
        const before = saved.length;
        button.click();
        await wait(() => saved.length > before);
        return saved[before];
      };
      const saved: Blob[] = [];
      const make = URL.createObjectURL.bind(URL);
      URL.createObjectURL = (blob: Blob) => {
        // The PNG is drawn from an SVG under such an address; what is saved has a type of its own.
        saved.push(blob);
        return make(blob);
      };
      await open();
      const about = panel.querySelector('.act-list .about')?.textContent ?? '';
      const entries = [...(menu()?.querySelectorAll('button') ?? [])].map((button) => button.textContent ?? '');
      let rows = 0;
      let csvLines = 0;
      if (entry('Show as table') !== undefined) {
        entry('Show as table')?.click();
        await wait(() => panel.querySelector('.data-table tbody') !== null);
        rows = panel.querySelectorAll('.data-table tbody tr').length;
        await open();
        entry('Show the figure')?.click();
        await wait(() => menu() === null);
        if (found.length === 0) csvLines = ((await (await file('Download CSV'))?.text()) ?? '').split('\r\n').filter((line) => line !== '').length;
      }
      let pictures: PanelReport['pictures'];
      if (found.length === 0) {
        const svg = (await (await file('Download SVG'))?.text()) ?? '';
        await file('Download PNG');
        await wait(() => saved.some(({ type }) => type === 'image/png'));
        const png = saved.find(({ type }) => type === 'image/png');
        pictures = [svg.slice(0, 4), png === undefined ? '' : String.fromCharCode(...new Uint8Array(await png.slice(1, 4).arrayBuffer()))];
      }
      panel.querySelector<HTMLElement>('.act[aria-expanded=true]')?.click();
      URL.createObjectURL = make;
      found.push({ id, title: panel.querySelector('h2')?.textContent ?? panel.getAttribute('aria-label') ?? '', about, entries, maximise: panel.querySelectorAll('.acts > .act').length === 1, csvLines, rows, pictures });
    }
    return found;
  }, seen);
}

/** Panels that hold nothing before something has been run live, asked or chosen, and then have no table either. */
const WAITING = /^(remix-(neighbours|mix|effect|omega|loss|use)|rerouting-(loss|delta|layers|text|cost)|rice-(effect|position|written)|top-p-(text|layers|loss|histogram)|continuations|trace-export|entropy-(time|bench)|trace-replay)$/;

test.use({ actionTimeout: 15_000 });

test('every panel of every view has a title, a formula, a table, CSV, SVG, PNG and maximising', async ({ page }) => {
  test.setTimeout(240_000);
  await page.setViewportSize({ width: 1440, height: 900 });
  await openReplay(page, '#v=1&ab=3.11&b=4');
  const all: PanelReport[] = [];
  for (const view of PANELS) {
    for (const method of view === 'remix' ? REMIX_SECTIONS : ['']) {
      await test.step(`${view} ${method}`, async () => {
        if (view !== 'main' && (await page.locator(`#tab-${view}`).getAttribute('aria-selected')) === 'false') await page.locator(`#tab-${view}`).click();
        if (view === 'remix') await page.locator('.rtabs [role=tab]').nth(REMIX_SECTIONS.findIndex((name) => name === method)).click();
        await expect(page.locator(view === 'main' ? '.p-heat' : '#dock-body [data-panel]').first()).toBeVisible();
        all.push(...(await reports(page, all.map(({ id }) => id))));
      });
    }
  }
  console.log(`${all.length} panels: ${all.map(({ id }) => id).join(' ')}`);
  expect(all.length).toBeGreaterThan(40);
  expect(all.filter(({ pictures }) => pictures !== undefined).length).toBeGreaterThan(8);
  for (const { id, title, about, entries, maximise, csvLines, rows, pictures } of all) {
    expect(title, id).not.toBe('');
    expect(about, id).not.toBe('');
    expect(entries.slice(-2), id).toEqual(['Download SVG', 'Download PNG']);
    expect(maximise, id).toBe(true);
    if (pictures !== undefined) expect(pictures, id).toEqual(['<svg', 'PNG']);
    if (WAITING.test(id)) continue;
    expect(entries, id).toEqual(['Show as table', 'Download CSV', 'Download SVG', 'Download PNG']);
    expect(rows, id).toBeGreaterThan(0);
    if (pictures !== undefined) expect(csvLines, id).toBe(rows + 1);
  }
});

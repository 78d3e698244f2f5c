/** Opening trace files in stories, and looking into every panel. */
import { expect, type Page } from '@playwright/test';

/** Gives a file to the page's own chooser. */
export async function open(page: Page, name: string, content: string | Buffer): Promise<void> {
  await page.setInputFiles('input[data-open-trace] >> nth=0', { name, mimeType: 'application/octet-stream', buffer: Buffer.from(content) });
}

/** Opens every panel of the dock; each shows something, and what it cannot show it says. */
export async function visitPanels(page: Page): Promise<void> {
  for (const tab of await page.getByRole('tablist', { name: 'Panels' }).getByRole('tab').all()) {
    await tab.click();
    const panel = page.getByRole('tabpanel').last();
    await expect(panel).toBeVisible();
    await expect(panel).not.toContainText('Loading the panel');
    await expect(panel).toContainText(/\w/);
    await expect(panel).not.toContainText(/NaN|undefined|Infinity/);
  }
}

/** CSV files of all panels in sight, by their ids, caught on their way; a panel without a table has none. */
export function csvFiles(page: Page): Promise<Record<string, string>> {
  return page.evaluate(async () => {
    const wait = async (until: () => boolean): Promise<void> => {
      for (let i = 0; i < 200 && !until(); i += 1) await new Promise((resolve) => setTimeout(resolve, 10));
    };
    const found: Record<string, string> = {};
    const make = URL.createObjectURL.bind(URL);
    for (const panel of document.querySelectorAll<HTMLElement>('[data-panel]')) {
      if (panel.offsetParent === null) continue;
      panel.querySelector<HTMLElement>('.acts .act')?.click();
      await wait(() => panel.querySelector('.act-list') !== null);
      const button = [...panel.querySelectorAll<HTMLElement>('.act-list button')].find(({ textContent }) => textContent === 'Download CSV');
      const saved: Blob[] = [];
      URL.createObjectURL = (blob: Blob) => {
        saved.push(blob);
        return make(blob);
      };
      button?.click();
      if (button !== undefined) await wait(() => saved.length > 0);
      if (saved[0] !== undefined) found[panel.dataset['panel'] ?? ''] = await saved[0].text();
      panel.querySelector<HTMLElement>('.act[aria-expanded=true]')?.click();
    }
    URL.createObjectURL = make;
    return found;
  });
}

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

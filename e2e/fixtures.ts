import AxeBuilder from '@axe-core/playwright';
import { expect, test as base, type Page } from '@playwright/test';

interface Fixtures {
  /** For a story that provokes an error on purpose: complaints that match are not held against it. */
  readonly allowErrors: (pattern: RegExp) => void;
  /** Asserts that axe finds no violation of WCAG 2.2 A and AA in what is on screen, or in the part of it that a selector names. */
  readonly expectAccessible: (part?: string) => Promise<void>;
}

/** Playwright's `test`, which also fails a story on any console error, uncaught exception or request to another origin. */
export const test = base.extend<Fixtures>({
  allowErrors: [
    async ({ context, baseURL }, use) => {
      const allowed: RegExp[] = [];
      const complaints: string[] = [];
      context.on('console', (message) => {
        if (message.type() === 'error') complaints.push(`console: ${message.text()}`);
      });
      context.on('weberror', (error) => complaints.push(`uncaught: ${error.error().stack ?? error.error().message}`));
      context.on('request', (request) => {
        if (isForeign(request.url(), baseURL)) complaints.push(`request to another origin: ${request.url()}`);
      });
      await use((pattern) => allowed.push(pattern));
      expect(complaints.filter((text) => !allowed.some((pattern) => pattern.test(text)))).toEqual([]);
    },
    { auto: true },
  ],

  expectAccessible: async ({ page }, use) => {
    await use((part) => expectAccessible(page, part));
  },
});

export { expect } from '@playwright/test';

function isForeign(address: string, own: string | undefined): boolean {
  const { protocol, origin } = new URL(address);
  return (protocol === 'http:' || protocol === 'https:') && own !== undefined && origin !== new URL(own).origin;
}

async function expectAccessible(page: Page, part = 'html'): Promise<void> {
  const { violations } = await new AxeBuilder({ page }).include(part).withTags(['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa']).analyze();
  const found = violations.map(({ id, help, nodes }) => `${id}: ${help}: ${nodes.map(({ target }) => target.join(' ')).join(', ')}`);
  expect(found).toEqual([]);
}

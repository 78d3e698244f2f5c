import AxeBuilder from '@axe-core/playwright';
import { expect, test as base, type BrowserContext, type Page } from '@playwright/test';
import { chooseBefore, takeWebgpu, WITHOUT_WEBGPU, type StoryEngine } from './engine';
import { asked, holdsText, prompts, requestFault, type Asked } from './requests';

interface Fixtures {
  /** For a story that provokes an error on purpose: console errors and exceptions that match are not held against it. */
  readonly allowErrors: (pattern: RegExp) => void;
  /**
   * For a story about other origins, missing files or forbidden things: requests and breaches of the policy that match are
   * not held against it. `allowErrors` does not cover these.
   */
  readonly allowRequests: (pattern: RegExp) => void;
  /** Holds a browser context that the story opened itself to the same rules as its own one. */
  readonly watch: (context: BrowserContext) => Promise<void>;
  /** Asserts that axe finds no violation of WCAG 2.2 A and AA in what is on screen, or in the part of it that a selector names. */
  readonly expectAccessible: (part?: string) => Promise<void>;
  /** The same in the theme on screen, and the rules about colour in the other one as well: nothing else depends on the theme. */
  readonly expectAccessibleInBothThemes: (part?: string) => Promise<void>;
  /** What the page computes with; stories about the choice itself set it to `auto`. */
  readonly engine: StoryEngine;
  /** What has been held against the story so far. */
  readonly complaints: Complaints;
}

interface Complaints {
  readonly errors: string[];
  readonly requests: string[];
  readonly all: Asked[];
}

/** Marks a breach of the policy in the console, where the page itself says nothing. */
const BREACH = 'breach of the policy: ';

/**
 * Playwright's `test`, which also fails a story on a console error, an uncaught exception, a breach of the
 * Content-Security-Policy, and on any request but for a static file of the page; the prompt must be in none of them.
 */
export const test = base.extend<Fixtures>({
  engine: ['webgpu', { option: true }],

  // oxlint-disable-next-line no-empty-pattern -- Playwright wants the braces.
  complaints: async ({}, use) => use({ errors: [], requests: [], all: [] }),

  allowErrors: [
    async ({ context, complaints, watch }, use) => {
      const allowed: RegExp[] = [];
      await watch(context);
      await use((pattern) => allowed.push(pattern));
      expect(complaints.errors.filter((text) => !allowed.some((pattern) => pattern.test(text)))).toEqual([]);
    },
    { auto: true },
  ],

  allowRequests: [
    async ({ context, complaints }, use) => {
      const allowed: RegExp[] = [];
      await use((pattern) => allowed.push(pattern));
      const typed = await prompts(context);
      const told = complaints.all.flatMap((request) => typed.filter((text) => holdsText(request, text)).map((text) => `request that holds the prompt \u201c${text}\u201d: ${request.url}`));
      expect([...complaints.requests.filter((text) => !allowed.some((pattern) => pattern.test(text))), ...told]).toEqual([]);
    },
    { auto: true },
  ],

  watch: async ({ complaints, baseURL, engine, serviceWorkers }, use) => {
    const own = new URL(baseURL ?? '').origin;
    await use(async (context) => {
      context.on('console', (message) => {
        const text = message.text();
        if (text.startsWith(BREACH)) complaints.requests.push(text);
        else if (message.type() === 'error') complaints.errors.push(`console: ${text}`);
      });
      context.on('weberror', (error) => complaints.errors.push(`uncaught: ${error.error().stack ?? error.error().message}`));
      context.on('request', (request) => {
        const sent = asked(request);
        const fault = requestFault(sent, own);
        complaints.all.push(sent);
        if (fault !== undefined) complaints.requests.push(fault);
      });
      // Where requests are routed, no service worker takes a page over: such a story has the processor by choice.
      if (!WITHOUT_WEBGPU) await chooseBefore(context, engine);
      else if (serviceWorkers === 'allow') await chooseBefore(context, 'onnx');
      else await takeWebgpu(context);
      context.on('page', (page) => page.on('websocket', (socket) => complaints.requests.push(`web socket: ${socket.url()}`)));
      await context.addInitScript((mark) => {
        document.addEventListener('securitypolicyviolation', ({ effectiveDirective, blockedURI, sample }) => console.info(`${mark}${effectiveDirective} ${blockedURI} ${sample}`));
      }, BREACH);
    });
  },

  expectAccessible: async ({ page }, use) => {
    await use((part) => expectAccessible(page, part));
  },

  expectAccessibleInBothThemes: async ({ page }, use) => {
    await use(async (part) => {
      await expectAccessible(page, part);
      const own = (await page.locator('html').getAttribute('data-theme')) === 'dark' ? 'dark' : 'light';
      const other = own === 'dark' ? 'light' : 'dark';
      for (const [theme, check] of [[other, true], [own, false]] as const) {
        await page.emulateMedia({ colorScheme: theme });
        await expect(page.locator('html')).toHaveAttribute('data-theme', theme);
        if (check) await expectAccessible(page, part, COLOUR_RULES);
      }
    });
  },
});

export { expect } from '@playwright/test';

/** The rules of axe that look at colours. */
const COLOUR_RULES = ['color-contrast', 'link-in-text-block'];

async function expectAccessible(page: Page, part = 'html', rules?: string[]): Promise<void> {
  // Only violations are carried over, and no blank page is opened to join the results of frames, which this page has none of: a quarter of the time.
  const axe = new AxeBuilder({ page }).options({ resultTypes: ['violations'] }).setLegacyMode(true);
  axe.include(part);
  if (rules === undefined) axe.withTags(['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa']);
  else axe.withRules(rules);
  const { violations } = await axe.analyze();
  const found = violations.map(({ id, help, nodes }) => `${id}: ${help}: ${nodes.map(({ target }) => target.join(' ')).join(', ')}`);
  expect(found).toEqual([]);
}

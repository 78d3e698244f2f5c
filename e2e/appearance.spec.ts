import type { Page } from '@playwright/test';
import { PANELS } from '../src/state/settings';
import { expect, test } from './fixtures';
import { openReplay } from './page';

interface State {
  readonly reach: (page: Page) => Promise<void>;
  /** What differs from the page at rest; everything where it is absent. */
  readonly part?: string;
}

/** States of the page that differ in what is on screen; each is reached from a fresh replay. */
const DESKTOP: Readonly<Record<string, State>> = {
  replay: { reach: () => Promise.resolve() },
  'first stage': { reach: (page) => page.getByRole('button', { name: '1 Score' }).click(), part: '.p-flow' },
  'all experts': { reach: (page) => page.getByRole('button', { name: 'all 16' }).click(), part: '.p-router' },
  'all experts by id': {
    reach: async (page) => {
      await page.getByRole('button', { name: 'all 16' }).click();
      await page.getByRole('button', { name: 'Order by expert' }).click();
      await expect(page.locator('.p-router tbody tr[data-expert]').nth(9)).toHaveAttribute('data-expert', '9');
    },
    part: '.p-router',
  },
  'a lane picked': {
    reach: async (page) => {
      await page.locator('.flow [data-lane="5"]').click();
      await expect(page.locator('.flow-table [data-expert="5"]')).toBeVisible();
    },
    part: '.p-flow',
  },
  'device report open': {
    reach: async (page) => {
      await page.getByRole('button', { name: 'Save-Data is on' }).click();
      await expect(page.getByRole('dialog', { name: 'What computes here' })).toContainText('The model waits, because your browser asks for little data.');
    },
    part: 'dialog',
  },
  'examples open': { reach: (page) => page.getByRole('button', { name: 'Examples' }).click(), part: '.top' },
  'share open': { reach: (page) => page.getByRole('button', { name: 'Share' }).click(), part: 'dialog' },
  'keys open': { reach: (page) => page.keyboard.press('?'), part: 'dialog' },
  'empty prompt refused': {
    reach: async (page) => {
      await page.getByRole('textbox', { name: 'Prompt' }).fill('');
      await page.getByRole('button', { name: 'Run', exact: true }).click();
      await expect(page.getByRole('alert')).not.toBeEmpty();
    },
    part: '.notices',
  },
  'file refused': {
    reach: async (page) => {
      await page.setInputFiles('input[data-open-trace]', { name: 'bad.json', mimeType: 'application/json', buffer: Buffer.from('{}') });
      await expect(page.getByRole('dialog')).toBeVisible();
    },
    part: 'dialog',
  },
};

const PHONE: typeof DESKTOP = {
  inspect: { reach: () => Promise.resolve() },
  'full sheet': { reach: (page) => page.getByRole('button', { name: 'Show more' }).click(), part: '.sheet' },
  stats: { reach: (page) => page.getByRole('tab', { name: 'Stats' }).click(), part: '.sheet' },
  compare: { reach: (page) => page.getByRole('tab', { name: 'Compare' }).click(), part: '.sheet' },
  trace: { reach: (page) => page.getByRole('tab', { name: 'Trace' }).click(), part: '.sheet' },
  'menu open': { reach: (page) => page.getByRole('button', { name: 'Menu' }).click(), part: 'dialog' },
  'sampling open': { reach: (page) => page.getByRole('button', { name: 'Sampling' }).click(), part: 'dialog' },
};

for (const [states, viewport] of [[DESKTOP, { width: 1440, height: 900 }], [PHONE, { width: 390, height: 844 }]] as const) {
  test(`axe finds nothing at ${viewport.width} px`, async ({ page, expectAccessibleInBothThemes }) => {
    test.setTimeout(180_000);
    await page.setViewportSize(viewport);
    await page.emulateMedia({ colorScheme: 'light', reducedMotion: 'reduce' });
    await openReplay(page);
    for (const [name, { reach, part }] of Object.entries(states)) {
      await test.step(name, async () => {
        await page.reload();
        await expect(page.locator('.chip.cur')).toBeVisible();
        await reach(page);
        if (part !== undefined) await expect(page.locator(part).first()).toBeVisible();
        await expectAccessibleInBothThemes(part);
      });
    }
  });
}

// One theme only: colours do not depend on the width, and both are checked at 1440 px, at 390 px and in every panel of the dock.
test('axe finds nothing in any view at 1180 x 800', async ({ page, expectAccessible }) => {
  test.setTimeout(180_000);
  await page.setViewportSize({ width: 1180, height: 800 });
  await page.emulateMedia({ colorScheme: 'light', reducedMotion: 'reduce' });
  await openReplay(page, '#v=1&b=4&ab=3.11');
  await expectAccessible();
  for (const view of PANELS.slice(1)) {
    await test.step(view, async () => {
      await page.locator(`#tab-${view}`).click();
      await expect(page.locator('#dock-body').getByRole('heading').first()).toBeVisible();
      await expectAccessible('.dock');
    });
  }
});

test('under forced colours the cells keep what they say, and one of several is seen to be on', async ({ page }) => {
  await page.setViewportSize({ width: 1440, height: 900 });
  await page.emulateMedia({ forcedColors: 'active', colorScheme: 'dark' });
  await openReplay(page);
  await page.evaluate(() => localStorage.setItem('moe-playground.theme', 'light'));
  await page.reload();
  await expect(page.locator('.chip.cur')).toBeVisible();
  // The system's paper is dark, whatever the visitor chose for the page.
  await expect(page.locator('html')).toHaveAttribute('data-theme', 'dark');
  const shown = await page.evaluate(() => {
    const style = (selector: string): CSSStyleDeclaration => getComputedStyle(document.querySelector(selector) ?? document.body);
    return {
      cells: [...document.querySelectorAll('.cell > i')].map((cell) => getComputedStyle(cell).backgroundColor),
      pressed: style('.p-heat .seg [aria-pressed=true]').borderBottomColor,
      other: style('.p-heat .seg [aria-pressed=false]').borderBottomColor,
      chip: style('.chip.cur').backgroundColor,
      plain: style('.chip:not(.cur)').backgroundColor,
    };
  });
  expect(new Set(shown.cells).size).toBeGreaterThan(10);
  expect(shown.other).toBe('rgba(0, 0, 0, 0)');
  expect(shown.pressed).not.toBe(shown.other);
  expect(shown.chip).not.toBe(shown.plain);
});

for (const [width, height] of [[1920, 1080], [1440, 900], [1280, 800], [1180, 800], [1024, 768], [768, 1024], [390, 844], [320, 640]] as const) {
  test(`nothing is wider than the page at ${width} x ${height}`, async ({ page }) => {
    await page.setViewportSize({ width, height });
    await openReplay(page);
    const overflow = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
    expect(overflow).toBeLessThanOrEqual(0);
  });
}

for (const width of [1440, 1400, 1280, 1180, 1024, 768, 390, 320]) {
  test(`nothing is wider than the page at ${width} px with reduced motion`, async ({ page }) => {
    await page.setViewportSize({ width, height: 844 });
    await page.emulateMedia({ reducedMotion: 'reduce' });
    await openReplay(page);
    await expect(page.locator('.stills')).toBeVisible();
    expect(await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)).toBeLessThanOrEqual(0);
  });
}

test('at 1440 x 900 run, scrub and inspect need no scrolling', async ({ page }) => {
  await page.setViewportSize({ width: 1440, height: 900 });
  await openReplay(page);
  expect(await page.evaluate(() => document.documentElement.scrollHeight)).toBeLessThanOrEqual(900);
});

test('on a phone the sheet holds the numbers of the focused layer, and a tap on the table moves it', async ({ page }) => {
  await page.setViewportSize({ width: 390, height: 844 });
  await openReplay(page);
  const sheet = page.getByRole('region', { name: 'Inspector' });
  await expect(sheet.getByRole('heading', { name: /^Layer 3/ })).toBeVisible();
  await page.locator('[data-cell="1.4"]').click();
  await expect(sheet.getByRole('heading', { name: /^Layer 1/ })).toBeVisible();
  await sheet.getByRole('button', { name: 'Next layer' }).click();
  await expect(sheet.getByRole('heading', { name: /^Layer 2/ })).toBeVisible();
  await sheet.getByRole('button', { name: 'Show more' }).click();
  await sheet.getByRole('button', { name: 'Flow' }).click();
  await expect(sheet.getByRole('img', { name: /^Flow through layer 2/ })).toBeVisible();
  await page.getByRole('tab', { name: 'Trace' }).click();
  await expect(sheet.getByRole('button', { name: 'Export trace' })).toBeVisible();
});

test('nothing on the page moves while it loads', async ({ page }) => {
  await page.setViewportSize({ width: 1350, height: 940 });
  await page.addInitScript(() => {
    const seen: string[] = [];
    Object.assign(window, { shifts: seen });
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) {
        const sources = (Reflect.get(entry, 'sources') ?? []) as readonly { readonly node?: Element | null }[];
        seen.push(`${Number(Reflect.get(entry, 'value')).toFixed(4)} ${sources.map(({ node }) => (node instanceof Element ? node.className : '')).join(', ')}`);
      }
    }).observe({ type: 'layout-shift', buffered: true });
  });
  await openReplay(page);
  await page.waitForTimeout(500);
  const shifts = await page.evaluate(() => Reflect.get(window, 'shifts') as string[]);
  console.log(`layout shifts: ${JSON.stringify(shifts)}`);
  expect(shifts.reduce((sum, text) => sum + Number.parseFloat(text), 0)).toBeLessThan(0.05);
});

test('at rest nothing moves: no animation runs and no frame is asked for', async ({ page }) => {
  await page.addInitScript(() => {
    const real = window.requestAnimationFrame.bind(window);
    Object.assign(window, { frameCount: 0 });
    window.requestAnimationFrame = (callback) => {
      Reflect.set(window, 'frameCount', Number(Reflect.get(window, 'frameCount')) + 1);
      return real(callback);
    };
  });
  await openReplay(page);
  await page.waitForTimeout(1_000);
  const before = await page.evaluate(() => Number(Reflect.get(window, 'frameCount')));
  await page.waitForTimeout(1_000);
  expect(await page.evaluate(() => Number(Reflect.get(window, 'frameCount')))).toBe(before);
  expect(await page.evaluate(() => document.getAnimations().length)).toBe(0);
});

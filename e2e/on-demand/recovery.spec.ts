/** `npm run recovery -- --losses 20`: scripts/on-demand.mjs sets the environment. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import type { Page } from '@playwright/test';
import { uniformAt } from '../../src/base/pcg';
import { expect, test } from '../fixtures';
import { findMix, type LossKind, type Losses, mixOutcome, outcome, prepareLosses } from '../losses';
import { openLive, saved } from '../page';
import { type Draw, drawOf, plain, runEdits, runText } from '../soak';

test.use({ viewport: { width: 1440, height: 900 } });

const LOSSES = Number(process.env['LOSSES'] ?? 20);
const FIRST = Number(process.env['FIRST'] ?? 0);
const SEED = Number(process.env['SEED'] ?? 1);
const TOKENS = 10;
const REPORT = 'reports/recovery.json';
const KINDS = ['crash', 'destroy', 'kill'] as const satisfies readonly LossKind[];
/** Reading the prompt, writing, putting interventions into effect, finding a mix. */
const MOMENTS = ['prefill', 'decode', 'edit', 'gradient'] as const;
type Moment = (typeof MOMENTS)[number];
/** A prompt of some length, so that reading it takes its time. */
const LONG = 'Once upon a time there was a little girl who lived in a small house at the end of the garden, where the old king had planted a tree. One day, when it was raining and the sun did not come up, she asked why, and the old man said that';

interface Trial {
  readonly loss: number;
  readonly how: LossKind;
  readonly moment: Moment;
  /** The submit that was the last one answered, of those that the work takes undisturbed. */
  readonly submit: number;
  readonly submits: number;
  readonly struck: boolean;
  /** Tokens and every number of the run, what the page shows, prompt, settings, selection and interventions. */
  readonly identical: boolean;
  readonly seconds: number;
}

interface Work {
  /** Everything that it says. */
  readonly said: string;
  /** Submits of what the moment is about. */
  readonly submits: number;
}

function drawFor(loss: number, moment: Moment): Draw {
  const draw = drawOf(SEED, loss, TOKENS);
  if (moment === 'prefill') return { ...plain(draw), prompt: LONG };
  if (moment === 'decode') return plain(draw);
  const isPlain = draw.off === undefined && draw.edits.length === 0 && draw.plan === undefined;
  return isPlain ? { ...draw, off: { row: loss % 8, expert: (3 * loss) % 16 } } : draw;
}

/**
 * Does the work and tells all that it says.
 * @param begins called when what the moment is about begins
 */
async function work(page: Page, losses: Losses, loss: number, moment: Moment, begins: () => Promise<void> = async () => Promise.resolve()): Promise<Work> {
  if (moment === 'gradient') {
    await begins();
    const start = await losses.submits();
    await findMix(page);
    const submits = (await losses.submits()) - start;
    const mix = await mixOutcome(page);
    return { submits, said: JSON.stringify([mix, await settledLink(page), await page.getByRole('textbox', { name: 'Prompt' }).inputValue()]) };
  }
  const draw = drawFor(loss, moment);
  if (moment !== 'edit') await begins();
  let start = await losses.submits();
  await runText(page, draw);
  if (moment === 'edit') {
    await begins();
    start = await losses.submits();
    await runEdits(page, draw);
  }
  const submits = (await losses.submits()) - start;
  return { submits, said: JSON.stringify(await outcome(page, await saved(page))) };
}

/** The submit to lose, of as many as the work took undisturbed; the first one of a text reads the prompt. */
function submitFor(moment: Moment, submits: number, share: number): number {
  if (moment === 'prefill') return 1;
  const first = moment === 'decode' ? 2 : 1;
  return first + Math.floor(share * Math.max(1, submits - first + 1));
}

/** What the address says once it has followed the page. */
async function settledLink(page: Page): Promise<string> {
  await page.waitForTimeout(800);
  return new URL(page.url()).hash;
}

/** Where two texts begin to differ, with some of both. */
function difference(a: string, b: string): string {
  let at = 0;
  while (at < a.length && a[at] === b[at]) at += 1;
  return `from character ${at}: ${a.slice(Math.max(0, at - 80), at + 80)} <> ${b.slice(Math.max(0, at - 80), at + 80)}`;
}

async function trial(page: Page, losses: Losses, loss: number): Promise<Trial> {
  const how = KINDS[loss % KINDS.length] ?? 'crash';
  const moment = MOMENTS[Math.floor(loss / KINDS.length) % MOMENTS.length] ?? 'decode';
  const tab = page.getByRole('tab', { name: moment === 'gradient' ? 'Re-mix' : 'Trace' });
  if ((await tab.getAttribute('aria-selected')) !== 'true') await tab.click();
  if (moment === 'gradient') await expect(page.locator('[data-panel=remix-mix] .mixtable')).toBeVisible({ timeout: 120_000 });
  const calm = await work(page, losses, loss, moment);
  await losses.later();
  const before = await losses.struck();
  const start = performance.now();
  let share = uniformAt(SEED ^ 0x5eed, loss);
  // How much is decoded in one submit follows the speed of the moment: where fewer were needed than before, an earlier one is lost.
  for (;;) {
    const submit = submitFor(moment, calm.submits, share);
    const { said } = await work(page, losses, loss, moment, async () => await losses.arm(how, submit));
    const struck = (await losses.struck()) === before + 1;
    if (said !== calm.said) console.log(difference(calm.said, said));
    const seconds = Math.round((performance.now() - start) / 100) / 10;
    if (struck || share < 0.1) return { loss, how, moment, submit, submits: calm.submits, struck, identical: said === calm.said, seconds };
    share /= 2;
  }
}

/** Trials of other parts with the same seed. */
function others(): readonly Trial[] {
  if (!existsSync(REPORT)) return [];
  const { details } = JSON.parse(readFileSync(REPORT, 'utf8')) as { details: { seed: number; trials: readonly Trial[] } };
  return details.seed === SEED ? details.trials.filter(({ loss }) => loss < FIRST || loss >= FIRST + LOSSES) : [];
}

test(`${LOSSES} losses from number ${FIRST} on`, async ({ page, allowErrors }) => {
  test.setTimeout(0);
  allowErrors(/worker|GPU|Instance dropped/i);
  const losses = await prepareLosses(page);
  await openLive(page);
  // A selection that could be lost: two pinned experts, and a layer in focus.
  for (const cell of ['2.5', '6.11']) await page.locator(`[data-cell="${cell}"]`).click({ modifiers: ['Shift'] });
  await page.locator('[data-cell="4.1"]').click();
  await expect.poll(async () => new URL(page.url()).hash).toMatch(/e=2\.5,6\.11/);
  const trials = [...others()];
  for (let loss = FIRST; loss < FIRST + LOSSES; loss += 1) {
    const done = await trial(page, losses, loss);
    trials.push(done);
    trials.sort((a, b) => a.loss - b.loss);
    console.log(`loss ${loss}: ${done.how} in ${done.moment} (submit ${done.submit} of ${done.submits}), ${done.struck ? 'struck' : 'MISSED'}, ${done.identical ? 'identical' : 'DIFFERENT'}, ${done.seconds} s`);
    const summary = { losses: trials.length, struck: trials.filter((one) => one.struck).length, identical: trials.filter((one) => one.struck && one.identical).length };
    mkdirSync('reports', { recursive: true });
    writeFileSync(REPORT, `${JSON.stringify({ summary, details: { seed: SEED, trials } }, undefined, 2)}\n`);
  }
  expect(trials.filter(({ struck, identical }) => !struck || !identical)).toEqual([]);
});

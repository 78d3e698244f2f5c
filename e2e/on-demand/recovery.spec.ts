/** `npm run recovery -- --losses 20`: scripts/on-demand.mjs sets the environment. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import type { Page } from '@playwright/test';
import { uniformAt } from '../../src/base/pcg';
import { expect, test } from '../fixtures';
import { findMix, type LossKind, type Losses, mixOutcome, outcome, prepareLosses } from '../losses';
import { openLive, saved } from '../page';
import { drawOf, runDraw } from '../soak';

test.use({ viewport: { width: 1440, height: 900 } });

const LOSSES = Number(process.env['LOSSES'] ?? 20);
const FIRST = Number(process.env['FIRST'] ?? 0);
const SEED = Number(process.env['SEED'] ?? 1);
const TOKENS = 10;
const REPORT = 'reports/recovery.json';
const KINDS = ['crash', 'destroy', 'kill'] as const satisfies readonly LossKind[];
const WORK = ['text', 'edited', 'gradient'] as const;

interface Trial {
  readonly loss: number;
  readonly how: LossKind;
  readonly work: (typeof WORK)[number];
  readonly moment: 'prefill' | 'decode' | 'edit' | 'gradient';
  /** The submit that was the last one answered, of those that the work needs undisturbed. */
  readonly submit: number;
  readonly submits: number;
  readonly struck: boolean;
  /** Tokens and every number of the run, what the page shows, prompt, settings, selection and interventions. */
  readonly identical: boolean;
  readonly seconds: number;
}

/** Does the work and gives all that it says; `submits` is what it took. */
async function work(page: Page, losses: Losses, kind: Trial['work'], loss: number): Promise<{ readonly said: string; readonly submits: number }> {
  const before = await losses.submits();
  if (kind === 'gradient') {
    await findMix(page);
    return { submits: (await losses.submits()) - before, said: JSON.stringify(await mixOutcome(page)) };
  }
  const draw = drawOf(SEED, loss, TOKENS);
  await runDraw(page, { ...draw, off: kind === 'edited' ? { row: loss % 8, expert: (3 * loss) % 16 } : undefined });
  const submits = (await losses.submits()) - before;
  return { submits, said: JSON.stringify(await outcome(page, await saved(page))) };
}

/** Where two texts begin to differ, with some of both. */
function difference(a: string, b: string): string {
  let at = 0;
  while (at < a.length && a[at] === b[at]) at += 1;
  return `from character ${at}: ${a.slice(Math.max(0, at - 80), at + 80)} <> ${b.slice(Math.max(0, at - 80), at + 80)}`;
}

async function trial(page: Page, losses: Losses, loss: number): Promise<Trial> {
  const at = (k: number): number => uniformAt(SEED ^ 0x5eed, 8 * loss + k);
  const how = KINDS[Math.floor(at(0) * KINDS.length)] ?? 'crash';
  const kind = WORK[loss % WORK.length] ?? 'text';
  const tab = page.getByRole('tab', { name: kind === 'gradient' ? 'Re-mix' : 'Trace' });
  if ((await tab.getAttribute('aria-selected')) !== 'true') await tab.click();
  if (kind === 'gradient') await expect(page.locator('[data-panel=remix-mix] .mixtable')).toBeVisible({ timeout: 120_000 });
  const calm = await work(page, losses, kind, loss);
  // Every fourth text is lost in its first submit, which reads the prompt.
  const submit = kind !== 'gradient' && at(1) < 0.25 ? 1 : 1 + Math.floor(at(2) * (calm.submits - 1));
  await losses.later();
  const before = await losses.struck();
  await losses.arm(how, submit);
  const start = performance.now();
  const { said } = await work(page, losses, kind, loss);
  const seconds = Math.round((performance.now() - start) / 100) / 10;
  const moment = kind === 'gradient' ? 'gradient' : submit === 1 ? 'prefill' : kind === 'edited' ? 'edit' : 'decode';
  if (said !== calm.said) console.log(difference(calm.said, said));
  return { loss, how, work: kind, moment, submit, submits: calm.submits, struck: (await losses.struck()) === before + 1, identical: said === calm.said, seconds };
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
  const trials = [...others()];
  for (let loss = FIRST; loss < FIRST + LOSSES; loss += 1) {
    const done = await trial(page, losses, loss);
    trials.push(done);
    trials.sort((a, b) => a.loss - b.loss);
    console.log(`loss ${loss}: ${done.how} in ${done.work} (${done.moment}, submit ${done.submit} of ${done.submits}), ${done.struck ? 'struck' : 'MISSED'}, ${done.identical ? 'identical' : 'DIFFERENT'}, ${done.seconds} s`);
    const summary = { losses: trials.length, struck: trials.filter((one) => one.struck).length, identical: trials.filter((one) => one.struck && one.identical).length };
    mkdirSync('reports', { recursive: true });
    writeFileSync(REPORT, `${JSON.stringify({ summary, details: { seed: SEED, trials } }, undefined, 2)}\n`);
  }
  expect(trials.filter(({ struck, identical }) => !struck || !identical)).toEqual([]);
});

/** What the stories of lessons do again and again. */
import type { Page } from '@playwright/test';
import { readFileSync } from 'node:fs';
import { expect } from './fixtures';

interface LessonFile {
  readonly id: string;
  readonly title: string;
  readonly steps: readonly { readonly text: string; readonly task: string; readonly predict?: { readonly question: string; readonly options: readonly { readonly text: string }[] } }[];
}

export const lessonFile = (id: string): LessonFile => JSON.parse(readFileSync(`public/lessons/en/${id}.json`, 'utf8')) as LessonFile;
export const card = (page: Page) => page.getByRole('region', { name: 'Lesson', exact: true });

/** The step that is open has been entered, and its task is not done. */
export async function atStep(page: Page, step: number): Promise<void> {
  await expect(card(page).locator('.lesson-in')).toHaveAttribute('data-step', String(step));
  await expect(card(page).locator('.lesson-in')).toHaveAttribute('data-entered', 'true', { timeout: 60_000 });
  await expect(card(page).locator('.lesson-in')).toHaveAttribute('data-done', 'false');
}

/** The page says that the task is done, and why it came out so: every value in the text is filled in. */
export async function done(page: Page, words: RegExp, timeout = 15_000): Promise<void> {
  await expect(card(page).locator('.lesson-in')).toHaveAttribute('data-done', 'true', { timeout });
  await expect(card(page).locator('.lesson-why')).toContainText(words);
  await expect(card(page).locator('.lesson-why')).not.toContainText(/\u2026|NaN|undefined|\{/);
  await expect(card(page).getByText('came out differently')).toHaveCount(0);
}

export const next = (page: Page) => card(page).getByRole('button', { name: 'Next', exact: true }).click();
export const guess = (page: Page, option: string) => card(page).getByRole('radio', { name: option, exact: true }).check();
export const panelTab = (page: Page, name: RegExp) => page.getByRole('tablist', { name: 'Panels' }).getByRole('tab', { name }).click();

export async function openLesson(page: Page, id: string): Promise<void> {
  await page.getByRole('button', { name: 'Lessons', exact: true }).click();
  await page.getByRole('dialog', { name: 'Lessons' }).getByRole('button', { name: new RegExp(`: ${lessonFile(id).title}`) }).click();
  await atStep(page, 1);
}

/** Light, dark or as the system says; remembered where the browser lets us. */
import { patch, type App } from './app';
import { THEMES, type SettingValues } from './settings';

type Theme = SettingValues['theme'];
const STORAGE_KEY = 'moe-playground.theme';

export function rememberedTheme(): Theme | undefined {
  try {
    const text = localStorage.getItem(STORAGE_KEY);
    return THEMES.find((theme) => theme === text);
  } catch {
    return undefined;
  }
}

export function setTheme(app: App, theme: Theme): void {
  patch(app, 'view', { theme });
  try {
    localStorage.setItem(STORAGE_KEY, theme);
  } catch {
    // Storage is absent in embeds and private windows; the choice then lasts as long as the page.
  }
}

export function nextTheme(theme: Theme): Theme {
  return THEMES[(THEMES.indexOf(theme) + 1) % THEMES.length] ?? 'system';
}

/** Keeps the attribute on the root element in step with the choice and with the system. */
export function followTheme({ store }: App): void {
  const dark = matchMedia('(prefers-color-scheme: dark)');
  // Under forced colours the paper is the system's, so the ink has to be as well.
  const forced = matchMedia('(forced-colors: active)');
  const apply = (): void => {
    const { theme } = store.getState().view;
    document.documentElement.dataset['theme'] = theme === 'system' || forced.matches ? (dark.matches ? 'dark' : 'light') : theme;
  };
  dark.addEventListener('change', apply);
  forced.addEventListener('change', apply);
  store.subscribe((state, before) => {
    if (state.view.theme !== before.view.theme) apply();
  });
  apply();
}

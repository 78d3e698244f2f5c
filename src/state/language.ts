/**
 * Which language the page speaks: what the link says, else what the visitor chose here before, else the first of the
 * browser's languages that the page has, else English. A catalogue other than English is loaded only when it is spoken.
 */
import { writeNumbersAs } from '../base/numerals';
import { patch, type App } from './app';
import { DEFAULTS, SETTINGS, type LanguageName } from './settings';
import { adoptCatalogue, english, strings, type Strings } from './strings';

interface Language {
  /** In the language itself. */
  readonly name: string;
  readonly direction: 'ltr' | 'rtl';
  /** Offered to visitors. The others are for tests: English in brackets, and English from right to left. */
  readonly offered: boolean;
  readonly load: () => Strings | Promise<Strings>;
}

const TABLE: Readonly<Record<LanguageName, Language>> = {
  en: { name: 'English', direction: 'ltr', offered: true, load: () => english },
  de: { name: 'Deutsch', direction: 'ltr', offered: true, load: async () => (await import('./strings/de')).german },
  'en-XA': { name: 'Pseudo-English', direction: 'ltr', offered: false, load: async () => (await import('./strings/pseudo')).bracketed(english) },
  'ar-XB': { name: 'Pseudo-Arabic', direction: 'rtl', offered: false, load: () => english },
};

const STORAGE_KEY = 'moe-playground.language';

/** Languages that a visitor can choose, in the order of the control. */
export const OFFERED = (Object.keys(TABLE) as LanguageName[]).filter((tag) => TABLE[tag].offered);

export function languageName(tag: LanguageName): string {
  return TABLE[tag].name;
}

export function rememberedLanguage(): string | null {
  try {
    return localStorage.getItem(STORAGE_KEY);
  } catch {
    return null;
  }
}

/**
 * @param hash of the address
 * @param remembered what the visitor chose before
 * @param preferred the browser's languages, best first
 */
export function wantedLanguage(hash: string, remembered: string | null, preferred: readonly string[]): LanguageName {
  const linked = new URLSearchParams(hash.replace(/^#/, '')).get(SETTINGS.language.key);
  const known = (list: readonly LanguageName[], tag: string | null | undefined): LanguageName | undefined => list.find((one) => one === tag);
  const byBrowser = preferred.map((tag) => known(OFFERED, tag.toLowerCase().split('-')[0])).find((tag) => tag !== undefined);
  return known(Object.keys(TABLE) as LanguageName[], linked) ?? known(OFFERED, remembered) ?? byBrowser ?? 'en';
}

/**
 * Loads the catalogue of a language and puts it into use, with the numbers and the document's own attributes.
 * @returns the language that is spoken from now on: English where the catalogue could not be loaded
 */
export async function speak(tag: LanguageName): Promise<LanguageName> {
  try {
    adoptCatalogue(tag, await TABLE[tag].load());
  } catch {
    if (tag !== 'en') return speak('en');
  }
  writeNumbersAs(tag);
  const root = globalThis.document?.documentElement;
  if (root !== undefined) {
    root.lang = tag;
    root.dir = TABLE[tag].direction;
    document.title = strings.document.title;
    document.querySelector('meta[name="description"]')?.setAttribute('content', strings.document.description);
  }
  return tag;
}

/** The visitor's own choice: spoken at once, remembered, and stronger than what the link asked for. */
export async function chooseLanguage(app: App, tag: LanguageName): Promise<void> {
  const language = await speak(tag);
  let stored = true;
  try {
    localStorage.setItem(STORAGE_KEY, tag);
  } catch {
    // No storage, as in an embed: the address keeps the choice instead.
    stored = false;
  }
  patch(app, 'view', { spoken: language, language: stored ? DEFAULTS.language : tag });
}

/** Speaks what a link asks for that is put onto the running page. */
export function followLanguage(app: App): void {
  app.store.subscribe(({ view }, before) => {
    if (view.language === before.view.language || view.language === 'auto' || view.language === view.spoken) return;
    void speak(view.language).then((spoken) => patch(app, 'view', { spoken }));
  });
}

import { chooseLanguage, languageName, OFFERED } from '../state/language';
import { useApp, useAppState } from './context';

/**
 * Switches to the next language, which it names in that language. All that the page holds stays; its components are
 * made anew, so the focus is given back to this button.
 */
export function LanguageButton({ short = false }: { readonly short?: boolean }) {
  const app = useApp();
  const language = useAppState((state) => state.view.spoken);
  const next = OFFERED[(OFFERED.indexOf(language) + 1) % OFFERED.length] ?? 'en';
  const name = languageName(next);
  return (
    <button
      type="button"
      className={short ? 'tool' : ''}
      lang={next}
      dir="ltr"
      data-language={next}
      {...(short ? { 'aria-label': name, title: name } : {})}
      onClick={() =>
        void chooseLanguage(app, next).then(() => {
          requestAnimationFrame(() => [...document.querySelectorAll<HTMLElement>('[data-language]')].findLast((button) => button.checkVisibility())?.focus());
        })
      }
    >
      {short ? next.toUpperCase() : name}
    </button>
  );
}

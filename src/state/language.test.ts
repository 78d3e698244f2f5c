import { afterEach, describe, expect, it } from 'vitest';
import { fixed } from '../base/numerals';
import { OFFERED, speak, wantedLanguage } from './language';
import { english, shownLanguage, strings } from './strings';
import { german } from './strings/de';

afterEach(() => speak('en'));

describe('the choice of a language', () => {
  it('is the link, then what was chosen before, then the browser, then English', () => {
    expect(wantedLanguage('#v=1&lang=de', 'en', ['en'])).toBe('de');
    expect(wantedLanguage('#v=1', 'de', ['en'])).toBe('de');
    expect(wantedLanguage('', null, ['fr-CA', 'de-AT', 'en'])).toBe('de');
    expect(wantedLanguage('', null, ['en-GB', 'de'])).toBe('en');
    expect(wantedLanguage('', null, ['fr'])).toBe('en');
    expect(wantedLanguage('', null, [])).toBe('en');
  });

  it('leaves out what is no language of the page, and pseudo-languages unless a link asks for one', () => {
    expect(wantedLanguage('#lang=__proto__', 'constructor', ['toString'])).toBe('en');
    expect(wantedLanguage('#lang=xx', 'ar-XB', ['ar-XB', 'de'])).toBe('de');
    expect(wantedLanguage('#lang=ar-XB', null, [])).toBe('ar-XB');
    expect(OFFERED).toEqual(['en', 'de']);
  });

  it('changes the catalogue and the numbers together, and back', async () => {
    expect(await speak('de')).toBe('de');
    expect([shownLanguage(), strings.prompt.run, fixed(0.5, 1)]).toEqual(['de', 'Ausführen', '0,5']);
    expect(strings).toBe(german);
    await speak('en');
    expect([shownLanguage(), strings.prompt.run, fixed(0.5, 1)]).toEqual(['en', 'Run', '0.5']);
    expect(strings).toBe(english);
  });
});

/** The catalogue of the teacher's page: the first load of the page itself goes without it. */
import { shownLanguage } from '../../state/strings';
import { teacherStrings as german } from '../../state/strings/de/teacher';
import { teacherStrings as english } from '../../state/strings/teacher';
import type { Translation } from '../../state/strings/translation';

export function teacherText(): Translation<typeof english> {
  return shownLanguage() === 'de' ? german : english;
}

/** Die Seite ohne Netz, und ihre neuen Versionen. */
import type { offlineStrings as english } from '../offline';
import type { Translation } from '../translation';

export const offlineStrings: Translation<typeof english> = {
  ready: 'Eine neue Version ist bereit. Was jetzt auf der Seite steht, bleibt bis zum Neuladen; die Adresse behält Prompt und Einstellungen.',
  replaced: 'Ein Teil der Seite ließ sich nicht laden: vermutlich ist eine neuere Version an seine Stelle getreten.',
  reload: 'Neu laden',
};

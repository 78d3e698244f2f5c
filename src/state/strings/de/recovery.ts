/** Was geschieht, wenn die GPU oder der Worker ausfällt. */
import type { recoveryStrings as english } from '../recovery';
import type { Translation } from '../translation';

export const recoveryStrings: Translation<typeof english> = {
  lost: 'Die GPU ist ausgefallen. Die Engine wird neu gestartet; Text, Einstellungen und Ergebnisse bleiben.',
  died: 'Die Engine hat unerwartet angehalten. Sie wird neu gestartet; Text, Einstellungen und Ergebnisse bleiben.',
  recovered: 'Die GPU ist ausgefallen, und die Engine wurde neu gestartet. Was lief, ging mit demselben Seed weiter, also mit demselben Text; nichts ging verloren.',
  revived: 'Die Engine hat unerwartet angehalten und wurde neu gestartet. Was lief, ging mit demselben Seed weiter, also mit demselben Text; nichts ging verloren.',
  switched: 'Die GPU ist wieder ausgefallen, darum rechnet das Modell nun auf dem Prozessor: derselbe Text, nur langsamer. Oft hilft es, andere Seiten zu schließen, die die GPU nutzen, oder den Browser neu zu starten.',
  tryGpu: 'Die GPU noch einmal versuchen',
  useProcessor: 'Auf dem Prozessor rechnen',
  room: (tokens) => `Dieser Text läuft trotzdem, mit Platz für seine eigenen ${tokens} Token.`,
  gaveUp: 'Es wurde mehrmals versucht und dann aufgegeben. Was bis dahin geschrieben war, bleibt.',
};

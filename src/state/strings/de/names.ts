/** Namen dessen, was mit der Seite kommt, nach den Kennungen in ihren Dateien. */
import type { nameStrings as english } from '../names';
import type { Translation } from '../translation';

const EXAMPLES: ReadonlyMap<string, string> = new Map([
  ['A tale begins', 'Ein Märchen beginnt'],
  ['An English novel', 'Ein englischer Roman'],
  ['German prose', 'Deutsche Prosa'],
  ['A French help page', 'Eine französische Hilfeseite'],
  ['A Python class', 'Eine Klasse in Python'],
  ['A JavaScript function', 'Eine Funktion in JavaScript'],
  ['A game of chess', 'Eine Schachpartie'],
  ['Dictionary entries', 'Wörterbucheinträge'],
  ['One thought, four languages', 'Ein Gedanke, vier Sprachen'],
  ['Arithmetic: a last digit', 'Rechnen: eine letzte Ziffer'],
  ['Open brackets, counted', 'Offene Klammern, gezählt'],
  ['Sums, step by step', 'Summen, Schritt für Schritt'],
]);

const DOMAINS: ReadonlyMap<string, string> = new Map([
  ['bible', 'Bibel'],
  ['c', 'C'],
  ['chess', 'Schach'],
  ['definitions', 'Definitionen'],
  ['drama', 'Drama'],
  ['french', 'Französisch'],
  ['german', 'Deutsch'],
  ['javascript', 'JavaScript'],
  ['json', 'JSON'],
  ['metamath', 'Metamath'],
  ['python', 'Python'],
  ['spanish', 'Spanisch'],
  ['speeches', 'Reden'],
  ['stories', 'Erzählungen'],
  ['tales', 'Märchen'],
]);

const FAMILIES: ReadonlyMap<string, string> = new Map([
  ['alphabet', 'Alphabet'],
  ['balanced', 'Klammern'],
  ['compare', 'Vergleich'],
  ['count', 'Zählen'],
  ['depth', 'Tiefe'],
  ['domain', 'Domäne'],
  ['kind', 'Oberbegriff'],
  ['kth', 'k-tes'],
  ['language', 'Sprache'],
  ['largest', 'Größtes'],
  ['last_digit', 'letzte Ziffer'],
  ['lookup', 'Nachschlagen'],
  ['majority', 'Mehrheit'],
  ['median', 'Median'],
  ['member', 'Element'],
  ['neighbour', 'Nachbar'],
  ['odd_one', 'Ausreißer'],
  ['parity', 'Parität'],
  ['pattern', 'Muster'],
  ['sequence', 'Folge'],
  ['chain', 'Kette'],
  ['listops', 'ListOps'],
  ['path', 'Pfad'],
  ['sorting', 'Sortieren'],
  ['tally', 'Strichliste'],
]);

export const nameStrings: Translation<typeof english> = {
  example: (title) => EXAMPLES.get(title) ?? title,
  domain: (id) => DOMAINS.get(id) ?? id,
  family: (id) => FAMILIES.get(id) ?? id.replaceAll('_', ' '),
};

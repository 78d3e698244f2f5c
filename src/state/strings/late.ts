/**
 * English of the Re-mix panel and its cards, a tenth of the catalogue, which the first picture does without. Whoever shows
 * one of its texts imports this file, from a chunk that is loaded later; the German chunk holds all of it anyway.
 */
import { english } from '../strings';
import { remixStrings } from './remix';
import { remixFigures } from './remixFigures';
import { steering } from './steering';

Object.assign(english.remix, remixStrings);
Object.assign(english.remixFigures, remixFigures);
Object.assign(english.steering, steering);

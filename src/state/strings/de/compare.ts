import { compareStrings as english } from '../compare';
import type { Translation } from '../translation';

export const compareStrings: Translation<typeof english> = english;

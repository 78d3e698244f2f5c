import { entropyStrings as english } from '../entropy';
import type { Translation } from '../translation';

export const entropyStrings: Translation<typeof english> = english;

import { remixStrings as english } from '../remix';
import type { Translation } from '../translation';

export const remixStrings: Translation<typeof english> = english;

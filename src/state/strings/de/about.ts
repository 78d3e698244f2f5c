import { about as english } from '../about';
import type { Translation } from '../translation';

export const about: Translation<typeof english> = english;

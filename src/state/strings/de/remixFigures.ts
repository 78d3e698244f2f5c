import { remixFigures as english } from '../remixFigures';
import type { Translation } from '../translation';

export const remixFigures: Translation<typeof english> = english;

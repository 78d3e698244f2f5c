import { traceStrings as english } from '../traces';
import type { Translation } from '../translation';

export const traceStrings: Translation<typeof english> = english;

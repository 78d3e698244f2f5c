import { heatStrings as english } from '../heat';
import type { Translation } from '../translation';

export const heatStrings: Translation<typeof english> = english;

import { steering as english } from '../steering';
import type { Translation } from '../translation';

export const steering: Translation<typeof english> = english;

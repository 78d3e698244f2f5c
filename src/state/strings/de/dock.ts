import { dockStrings as english } from '../dock';
import type { Translation } from '../translation';

export const dockStrings: Translation<typeof english> = english;

import { edits as english } from '../edits';
import type { Translation } from '../translation';

export const edits: Translation<typeof english> = english;

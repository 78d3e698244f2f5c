import type { ReactNode } from 'react';
import type { ControlId } from '../state/controls';
import { useHidden } from './useHidden';

/** A part of the page that a link can leave out with `hide=`: then it is not in the document at all. */
export function Part({ id, children }: { readonly id: ControlId; readonly children: ReactNode }) {
  return useHidden(id) ? null : children;
}

/** The methods of the Re-mix panel, in the order of their tabs. Each is a chunk of its own. */
import { lazy, type ComponentType, type LazyExoticComponent } from 'react';
import type { RemixSectionName } from '../../state/settings';

export interface RemixSection {
  readonly id: RemixSectionName;
  /** Stands beside the tabs, in the place of the line about the method. */
  readonly Head?: LazyExoticComponent<ComponentType>;
  /** What opens below the tabs: one or more `Panel` sections. Title and one line about it are in the catalogue under `remix`. */
  readonly Body: LazyExoticComponent<ComponentType>;
}

export const REMIX_BODIES: readonly RemixSection[] = [
  { id: 'c3po', Head: lazy(() => import('./QuestionLine')), Body: lazy(() => import('./C3poSection')) },
  { id: 'rerouting', Body: lazy(() => import('../steering/ReroutingSection')) },
  { id: 'rice', Body: lazy(() => import('../steering/RiceSection')) },
  { id: 'top-p', Body: lazy(() => import('../steering/TopPSection')) },
];

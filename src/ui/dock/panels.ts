/** The panels of the dock, in the order of their tabs. Each loads when it is first opened. */
import { lazy, type ComponentType, type LazyExoticComponent } from 'react';
import type { PanelName } from '../../state/settings';
import { strings } from '../../state/strings';
import { CacheHeadline, LabelsHeadline, LoadHeadline, PairsHeadline, TraceHeadline } from './headlines';
import { EditsHeadline } from '../edits/EditLine';

export interface DockPanel {
  readonly id: Exclude<PanelName, 'main'>;
  readonly title: string;
  /** The one number that the closed tab carries. */
  readonly Headline?: ComponentType;
  /** What opens: one or more `Panel` sections, side by side. */
  readonly Body: LazyExoticComponent<ComponentType>;
  /** Takes the place of the columns, where others open below them. */
  readonly fills?: boolean;
  /** Takes the place of the columns when the visitor asks for it. */
  readonly widens?: boolean;
}

export const DOCK_PANELS: readonly DockPanel[] = [
  { id: 'remix', title: strings.remix.title, Body: lazy(() => import('../remix/RemixDock')), widens: true },
  { id: 'load', title: strings.dock.load.title, Headline: LoadHeadline, Body: lazy(() => import('./LoadDock')) },
  { id: 'coactivation', title: strings.dock.pairs.title, Headline: PairsHeadline, Body: lazy(() => import('./CoActivationDock')) },
  { id: 'specialisation', title: strings.dock.labels.title, Headline: LabelsHeadline, Body: lazy(() => import('./SpecialisationDock')) },
  { id: 'cache', title: strings.dock.cache.title, Headline: CacheHeadline, Body: lazy(() => import('./CacheDock')) },
  { id: 'edits', title: strings.edits.title, Headline: EditsHeadline, Body: lazy(() => import('./EditsDock')) },
  { id: 'trace', title: strings.dock.trace.title, Headline: TraceHeadline, Body: lazy(() => import('./TraceDock')) },
  { id: 'entropy', title: strings.entropy.title, Body: lazy(() => import('../entropy/EntropyDock')), fills: true },
  { id: 'compare', title: strings.compare.title, Body: lazy(() => import('../compare/CompareDock')), fills: true },
  { id: 'model', title: strings.about.short, Body: lazy(() => import('../model/ModelDock')), fills: true },
];

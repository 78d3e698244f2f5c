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
  { id: 'remix', get title() { return strings.remix.title; }, Body: lazy(() => import('../remix/RemixDock')), widens: true },
  { id: 'load', get title() { return strings.dock.load.title; }, Headline: LoadHeadline, Body: lazy(() => import('./LoadDock')) },
  { id: 'coactivation', get title() { return strings.dock.pairs.title; }, Headline: PairsHeadline, Body: lazy(() => import('./CoActivationDock')) },
  { id: 'specialisation', get title() { return strings.dock.labels.title; }, Headline: LabelsHeadline, Body: lazy(() => import('./SpecialisationDock')) },
  { id: 'cache', get title() { return strings.dock.cache.title; }, Headline: CacheHeadline, Body: lazy(() => import('./CacheDock')) },
  { id: 'edits', get title() { return strings.edits.title; }, Headline: EditsHeadline, Body: lazy(() => import('./EditsDock')) },
  { id: 'trace', get title() { return strings.dock.trace.title; }, Headline: TraceHeadline, Body: lazy(() => import('./TraceDock')) },
  { id: 'entropy', get title() { return strings.entropy.title; }, Body: lazy(() => import('../entropy/EntropyDock')), fills: true },
  { id: 'compare', get title() { return strings.compare.title; }, Body: lazy(() => import('../compare/CompareDock')), fills: true },
  { id: 'model', get title() { return strings.about.short; }, Body: lazy(() => import('../model/ModelDock')), fills: true },
];

/** A group of experts, of one layer or several, that Co-activation sets against each other. */
import type { Trace } from '../trace/trace';
import { patch, type App } from './app';
import { readExperts } from './pins';
import type { LayerExpert } from './state';
import { strings } from './strings';

/** Largest group: a layer of 64 experts, and a matrix of 4,096 pairs. */
export const MOST_GROUP = 64;

/** An expert of the group with the row of its layer in a trace. */
export interface GroupCell extends LayerExpert {
  readonly row: number;
}

/** The group's experts that a trace has, in the order of the group. */
export function groupCells(group: readonly LayerExpert[], trace: Trace | undefined): readonly GroupCell[] {
  if (trace === undefined) return [];
  const { moeLayers, experts } = trace.model;
  return group.flatMap(({ layer, expert }) => (moeLayers.includes(layer) && expert < experts ? [{ row: moeLayers.indexOf(layer), layer, expert }] : []));
}

/** Sets experts against each other in Co-activation. Too few or too many are refused with a sentence; false then. */
export function setGroup(app: App, group: readonly LayerExpert[]): boolean {
  const text = strings.heat.group;
  if (group.length < 2 || group.length > MOST_GROUP) {
    patch(app, 'view', { announcement: group.length < 2 ? text.tooFew : text.tooMany(group.length, MOST_GROUP) });
    return false;
  }
  patch(app, 'view', { group, panel: 'coactivation', announcement: text.set(group.length) });
  return true;
}

/** Co-activation shows the whole layer in focus again. */
export function clearGroup(app: App): void {
  patch(app, 'view', { group: [] });
}

/** A group as a link writes it: layer.expert, in its order. */
export function groupText(group: readonly LayerExpert[]): string {
  return group.map(({ layer, expert }) => `${layer}.${expert}`).join(',');
}

/** Reads a group from a link; a single expert is none. */
export function readGroup(text: string): readonly LayerExpert[] {
  const group = readExperts(text, MOST_GROUP);
  return group.length < 2 ? [] : group;
}

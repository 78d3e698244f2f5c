/**
 * The parts of the page that a link can leave out: `hide=prompt,dock`. A part that is hidden is not rendered, has no
 * keys and stands in no menu. This list is the documentation that docs/LINKS.md prints, and the only place to add to.
 */
import type { AppState } from './state';

/** Ids in the order of the page, from top to bottom. */
export const CONTROLS = [
  // the bar
  'prompt',
  'run',
  'tools',
  'examples',
  'open',
  'share',
  'keys',
  'theme',
  'lang',
  'lesson',
  'settings',
  'backend',
  'sampling',
  // the sentence
  'sentence',
  'transport',
  'timeline',
  'unit',
  'alternatives',
  // the columns
  'routing',
  'heat',
  'order',
  'flow',
  'router',
  'next',
  'menus',
  // the dock
  'dock',
  'remix',
  'load',
  'coactivation',
  'specialisation',
  'cache',
  'edits',
  'trace',
  'entropy',
  'compare',
  'model',
] as const;
export type ControlId = (typeof CONTROLS)[number];

/** What goes with a part when that is hidden. */
const PARTS: Partial<Record<ControlId, readonly ControlId[]>> = {
  tools: ['examples', 'open', 'share', 'keys', 'theme', 'lang', 'lesson'],
  settings: ['backend', 'sampling'],
  sentence: ['transport', 'timeline', 'unit', 'alternatives'],
  routing: ['heat', 'order'],
  dock: ['remix', 'load', 'coactivation', 'specialisation', 'cache', 'edits', 'trace', 'entropy', 'compare', 'model'],
};

function isControl(text: string): text is ControlId {
  return (CONTROLS as readonly string[]).includes(text);
}

/** The ids of a list, each once, in the order of `CONTROLS`; what is no id is left out. */
export function readHidden(text: string): readonly ControlId[] {
  const named = new Set(text.split(',').filter(isControl));
  return CONTROLS.filter((id) => named.has(id));
}

/** A list as a link writes it. */
export function hiddenText(hidden: readonly ControlId[]): string {
  return hidden.join(',');
}

/** Whether a part is left out, by its own name or with what holds it. */
export function hides(hidden: readonly ControlId[], id: ControlId): boolean {
  return hidden.some((one) => one === id || PARTS[one]?.includes(id) === true);
}

/** What a page of its own has and a part of another page has not. */
const EMBEDDED: readonly ControlId[] = ['tools', 'settings'];
const embedded = new WeakMap<readonly ControlId[], readonly ControlId[]>();

/** Everything that is left out: by the link, and because the page stands in another page. The same list for the same view. */
export function hiddenParts({ hidden, embed }: Pick<AppState['view'], 'hidden' | 'embed'>): readonly ControlId[] {
  if (!embed) return hidden;
  const both = embedded.get(hidden) ?? CONTROLS.filter((id) => hides(hidden, id) || hides(EMBEDDED, id));
  embedded.set(hidden, both);
  return both;
}

/** Whether the page leaves a part out. */
export function isHidden({ view }: Pick<AppState, 'view'>, id: ControlId): boolean {
  return hides(hiddenParts(view), id);
}

/** What to leave out so that of the whole page only these parts are shown: each with what belongs to it, and in what holds it. */
export function hiddenExcept(shown: readonly ControlId[]): readonly ControlId[] {
  const wanted = (id: ControlId): boolean => shown.includes(id) || shown.some((one) => PARTS[one]?.includes(id) === true || PARTS[id]?.includes(one) === true);
  return CONTROLS.filter((id) => !wanted(id));
}

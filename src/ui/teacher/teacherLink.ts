/** The link that a teacher hands out: a lesson, what is shown, and a state to begin with. */
import { CONTROLS, hiddenExcept, hiddenText, type ControlId } from '../../state/controls';
import { linkKey, LINK_VERSION, VERSION_KEY } from '../../state/linkKeys';
import { readable } from '../../state/packed';

export interface TeacherChoice {
  /** Empty for the page alone. */
  readonly lesson: string;
  /** 1 is the first step. */
  readonly step: number;
  readonly shown: 'own' | 'all' | 'chosen';
  readonly parts: readonly ControlId[];
  /** A link of the page whose state the class begins with; empty for the step's own. */
  readonly start: string;
  /** `auto` for the reader's own language. */
  readonly language: string;
}

/** The state that a link of the page holds; undefined where the text is none. */
export function startState(link: string): ReadonlyMap<string, string> | undefined {
  if (link.trim() === '') return new Map();
  const hash = /#(.+)$/.exec(link.trim())?.[1];
  const query = new URLSearchParams(hash ?? '');
  if (hash === undefined || query.get(VERSION_KEY) !== LINK_VERSION) return undefined;
  return new Map([...query].filter(([key]) => linkKey(key)?.lesson === true));
}

/** The hash of the link, `#` included; empty where it would say nothing. */
export function teacherHash({ lesson, step, shown, parts, start, language }: TeacherChoice): string {
  const query = new URLSearchParams([[VERSION_KEY, LINK_VERSION]]);
  if (lesson !== '') {
    query.set('lesson', lesson);
    query.set('step', String(step));
  }
  for (const [key, value] of startState(start) ?? []) query.append(key, value);
  const hidden = shown === 'chosen' ? hiddenExcept(parts) : [];
  if (hidden.length > 0) query.set('hide', hiddenText(hidden));
  if (language !== 'auto') query.set('lang', language);
  return `#${readable(query)}`;
}

/** Parts that can be ticked, as the page holds them; what holds others comes with its parts. */
export const GROUPS: readonly { readonly name: 'bar' | 'sentence' | 'columns' | 'dock'; readonly parts: readonly ControlId[] }[] = [
  { name: 'bar', parts: ['prompt', 'run', 'examples', 'open', 'share', 'keys', 'theme', 'lang', 'lesson', 'backend', 'sampling'] },
  { name: 'sentence', parts: ['sentence'] },
  { name: 'columns', parts: ['routing', 'flow', 'router', 'next', 'menus'] },
  { name: 'dock', parts: CONTROLS.slice(CONTROLS.indexOf('dock') + 1) },
];

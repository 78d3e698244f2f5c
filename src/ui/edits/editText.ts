/** An intervention in words, the same in the line of edits, in their list and for a screen reader. */
import { fixed } from '../../base/numerals';
import type { Edit } from '../../state/edits';
import { strings } from '../../state/strings';
import { formatShare, formatSigned } from '../../viz/format';
import { tokenLabel } from '../../viz/tokenMarks';

/** A share, or a number above 1 with its whole part. */
export function weightText(value: number): string {
  return value >= 1 ? fixed(value, 2) : formatShare(value);
}

/** A bias with its sign: `+0.50`. */
export function biasText(value: number): string {
  const text = formatSigned(value);
  return value > 0 ? `+${text}` : text;
}

/** What an edit does, without what it covers. */
export function editWhat(edit: Edit, names?: ReadonlyMap<number, string>): string {
  const text = strings.edits.what;
  switch (edit.kind) {
    case 'ablate':
      return text.ablate(edit.expert, edit.layer);
    case 'k':
      return text.k(edit.k, edit.layer);
    case 'topP':
      return text.topP(edit.p >= 1 ? '1' : formatShare(edit.p), edit.layer);
    case 'bias':
      return text.bias(biasText(edit.value), edit.expert, edit.layer);
    case 'mix': {
      const parts = Object.entries(edit.weights).map(([expert, weight]) => text.part(weightText(weight), expert)).join(', ');
      return edit.mode === 'set' ? text.set(parts, edit.layer) : text.scale(parts, edit.layer);
    }
    case 'plan':
      return text.plan(edit.plan.entries.length);
    case 'force':
      return text.force(tokenLabel(edit.text || (names?.get(edit.token) ?? `#${edit.token}`)), edit.from + 1);
    case 'redraw':
      return text.redraw(edit.from + 1, edit.seed);
  }
}

/** Which tokens an edit covers; a forced token stands at one place only, and a draw says itself where it begins. */
export function editScope(edit: Edit): string {
  if (edit.kind === 'force' || edit.kind === 'redraw') return '\u2013';
  return edit.from === 0 ? strings.edits.what.everywhere : strings.edits.what.from(edit.from + 1);
}

/** What and from where, in one line. */
export function editLine(edit: Edit, names?: ReadonlyMap<number, string>): string {
  const what = editWhat(edit, names);
  return edit.from === 0 || editScope(edit) === '\u2013' ? what : `${what}, ${editScope(edit)}`;
}

/** Values of readings as the page writes such values, and texts with them in their places. */
import { fixed, plain } from '../../base/numerals';
import type { Lesson, Step } from '../../lessons/format';
import { read, type Read } from '../../lessons/checks/check';
import type { AppState } from '../../state/state';
import { strings } from '../../state/strings';
import { formatShare } from '../../viz/format';
import { tokenLabel } from '../../viz/tokenMarks';

export type { Lesson, Step };

/** A value in the words and figures of the page. */
export function valueText({ kind, value }: Read): string {
  const text = strings.lessons.value;
  if (typeof value === 'boolean') return value ? text.yes : text.no;
  if (kind === 'phrase') return String(value).replace(/\s+/gu, ' ').trim();
  if (typeof value === 'string') return kind === 'token' ? text.token(tokenLabel(value)) : tokenLabel(value);
  switch (kind) {
    case 'share':
      return text.share(formatShare(value));
    case 'fine':
      return text.share(formatShare(value, 3));
    case 'bits':
      return text.bits(fixed(value, 2));
    case 'ratio':
      return fixed(value, 2);
    case 'expert':
      return text.expert(value);
    case 'layer':
      return text.layer(value);
    case 'position':
      return text.position(value + 1);
    default:
      return plain(value);
  }
}

/** A text of a step with the values of the run on the page in the places of its names. */
export function filled(state: AppState, { values }: Pick<Step, 'values'>, text: string): string {
  return text.replace(/\{(\w+)\}/g, (_, name: string) => {
    const reading = values[name];
    const found = reading === undefined ? undefined : read(state, reading);
    return found === undefined ? strings.lessons.value.unknown : valueText(found);
  });
}

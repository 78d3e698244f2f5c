/** What a link says, as a notice quotes it. */
import { visibleText } from '../base/visible';

const MOST = 40;

export function shown(text: string): string {
  return visibleText(text, MOST);
}

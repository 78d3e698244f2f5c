import { fixed } from '../base/numerals';
import type { LayerView } from '../state/layerView';
import { strings } from '../state/strings';
import { formatShare } from '../viz/format';

/** What one cell of the heatmap says, seen and spoken alike. */
export function cellSentence(view: LayerView, expert: number): string {
  const { layer } = view;
  const text = strings.heat;
  const p = view.gate[expert] ?? Number.NaN;
  const known = Number.isFinite(p);
  const share = formatShare(p);
  const times = fixed(p * view.experts, 1);
  const rank = view.chosen.indexOf(expert);
  if (rank >= 0 && !known) return strings.traces.chosenUnknown(layer, expert, strings.words.ordinal(rank), view.chosen.length);
  if (rank >= 0) return text.sentence({ layer, expert, rank, count: view.chosen.length, share, times, mix: formatShare(view.mix[rank] ?? 0) });
  if (view.masked[expert]) return text.sentenceOff(layer, expert);
  return known ? text.sentenceIdle({ layer, expert, share, times }) : text.sentenceUnknown(layer, expert);
}

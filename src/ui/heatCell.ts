/** What one cell of the routing table looks like, says and stands for, in each of the three modes. */
import { fixed } from '../base/numerals';
import type { OpenTrace, Pin } from '../state/state';
import { expertCounts } from '../state/expertCounts';
import { cellState, type HeatRowView, type HeatView } from '../state/heatView';
import type { LayerView } from '../state/layerView';
import { strings } from '../state/strings';
import { formatShare, formatSigned, inUnit, type EntropyUnit } from '../viz/format';
import { figureTurns, magnitudeColour, magnitudePosition, slotLetter } from '../viz/scale';
import { DIFFERENCE_DOMAIN, SHARE_DOMAIN, signedColour, signedPosition, signedTurns } from '../viz/signed';
import { cellSentence } from './cellSentence';

export interface HeatCell {
  readonly row: number;
  readonly expert: number;
}

/** Place of a value on its mode's scale, 0 to 1. */
export function heatPosition(mode: HeatView['mode'], value: number): number {
  if (mode === 'token') return magnitudePosition(value);
  return signedPosition(value, mode === 'all' ? SHARE_DOMAIN : DIFFERENCE_DOMAIN);
}

/** CSS colour of a value on its mode's scale. */
export function heatColour(mode: HeatView['mode'], value: number): string {
  if (mode === 'token') return magnitudeColour(value);
  return signedColour(value, mode === 'all' ? SHARE_DOMAIN : DIFFERENCE_DOMAIN);
}

function heatTurns(mode: HeatView['mode'], value: number): { readonly light: boolean; readonly dark: boolean } {
  return mode === 'token' ? figureTurns(value) : signedTurns(value, mode === 'all' ? SHARE_DOMAIN : DIFFERENCE_DOMAIN);
}

/** The number beside a row and how it is spoken. */
export function gutterText(mode: HeatView['mode'], gutter: number | undefined, unit: EntropyUnit): { readonly shown: string; readonly spoken: string } {
  const text = strings.heat;
  if (mode === 'token') {
    const shown = gutter === undefined ? '\u2013' : fixed(inUnit(gutter, unit), 1);
    return { shown, spoken: text.rowEntropy(shown, unit) };
  }
  if (mode === 'all') {
    const shown = gutter === undefined ? '\u2013' : fixed(gutter, 1);
    return { shown, spoken: text.rowMost(shown) };
  }
  const shown = gutter === undefined ? '\u2013' : formatSigned(gutter).replace(/^0(?=[.,])/, '');
  return { shown, spoken: text.rowDistance(shown) };
}

export interface Sentences {
  readonly view: HeatView;
  readonly views: readonly LayerView[];
  readonly other: readonly LayerView[];
  readonly open: OpenTrace;
  readonly pins: readonly Pin[];
}

/** What a cell says, seen and spoken alike. */
export function heatSentence({ view, views, other, open, pins }: Sentences, { row, expert }: HeatCell): string {
  const here = views[row];
  const shown = view.rows[row];
  if (here === undefined || shown === undefined) return '';
  const pin = pins.find((one) => one.layer === here.layer && one.expert === expert);
  return modeSentence(view, shown, here, other[row], open, expert) + (pin === undefined ? '' : strings.heat.spokenPin(slotLetter(pin.slot)));
}

function modeSentence(view: HeatView, shown: HeatRowView, here: LayerView, other: LayerView | undefined, open: OpenTrace, expert: number): string {
  const text = strings.heat;
  const { layer } = here;
  if (view.mode === 'token') return cellSentence(here, expert);
  if (view.mode === 'all') {
    const counts = expertCounts(open.trace).subarray(here.row * view.experts, (here.row + 1) * view.experts);
    const choices = counts.reduce((sum, uses) => sum + uses, 0);
    const uses = counts[expert] ?? 0;
    if (uses === 0) return text.sentenceNever(layer, expert, open.trace.tokens.ids.length);
    return text.sentenceShare({ layer, expert, uses, choices, times: fixed((uses / choices) * view.experts, 1) });
  }
  const change = shown.values[expert] ?? Number.NaN;
  if (Number.isNaN(change)) return text.sentenceNoDifference(layer, expert);
  return text.sentenceDifference({ layer, expert, a: formatShare(here.gate[expert] ?? 0, 3), b: formatShare(other?.gate[expert] ?? 0, 3), change: formatChange(change) });
}

/** A signed change below 1 without its leading zero: `+.12`, `−.04`, `.00`. */
export function formatChange(change: number, decimals = 3): string {
  const text = formatSigned(change, decimals).replace(/^(\u2212?)0\./, '$1.');
  return change > 0 && Number(change.toFixed(decimals)) > 0 ? `+${text}` : text;
}

/** Class names of one cell: its state never rests on colour alone. */
export function cellClasses(mode: HeatView['mode'], view: HeatRowView, expert: number, slot: number | undefined): string {
  const classes = ['cell'];
  const state = cellState(view, expert);
  if (state !== 'value') classes.push(state);
  else {
    const turns = heatTurns(mode, view.values[expert] ?? Number.NaN);
    if (turns.light) classes.push('turn-l');
    if (turns.dark) classes.push('turn-d');
  }
  const rank = view.chosen.indexOf(expert);
  if (rank === 0) classes.push('k1');
  if (rank > 0) classes.push('k2');
  if (slot !== undefined) classes.push('slot', `slot-${slotLetter(slot)}`);
  return classes.join(' ');
}

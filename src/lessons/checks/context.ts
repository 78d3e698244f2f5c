/** What readings are made of: the state of the page, and the place that a reading names. */
import type { AppState } from '../../state/state';
import type { Trace } from '../../trace/trace';
import type { Reading } from '../format';

export type Value = string | number | boolean;

export interface Place {
  readonly state: AppState;
  readonly trace: Trace;
  /** Position in the text. */
  readonly token: number;
  /** Row of the routing arrays. */
  readonly row: number;
  /** Number of the layer in the model. */
  readonly layer: number;
  readonly expert: number | undefined;
  /** 1 is the first. */
  readonly rank: number;
}

/** A reading at a place; undefined where the page does not hold it. */
export type Reader = (place: Place) => Value | undefined;

/** The place that a reading names in the run on the page; undefined where the run has no such place. */
export function placeOf(state: AppState, { token, layer, expert, rank }: Reading, trace = state.traces.current?.trace): Place | undefined {
  if (trace === undefined) return undefined;
  const row = layer === undefined ? state.focus.row : trace.model.moeLayers.indexOf(layer);
  const at = token ?? state.focus.token;
  const number = trace.model.moeLayers[row];
  if (number === undefined || at >= trace.tokens.ids.length) return undefined;
  return { state, trace, token: at, row, layer: number, expert, rank: rank ?? 1 };
}

/** Nats in bits. */
export const bits = (nats: number | undefined): number | undefined => (nats === undefined || Number.isNaN(nats) ? undefined : nats / Math.LN2);

/** A number, or undefined in the place of NaN. */
export const known = (value: number | undefined): number | undefined => (value === undefined || Number.isNaN(value) ? undefined : value);

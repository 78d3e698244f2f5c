/** Readings of routers, next tokens and loads: all of them from the trace on the page. */
import { traceBalance, type TraceBalance } from '../../analysis/balance';
import { routerEntropies, routerReadout } from '../../analysis/router';
import { spanOf } from '../../analysis/choices';
import { statisticsOf } from '../../state/expertStatistics';
import { layerView, type LayerView } from '../../state/layerView';
import { nextTokenView } from '../../state/nextToken';
import type { Trace } from '../../trace/trace';
import { bits, known, type Place, type Reader } from './context';

const balances = new WeakMap<Trace, TraceBalance>();
const losses = new WeakMap<Trace, readonly (number | undefined)[]>();

function balanceOf(trace: Trace): TraceBalance {
  const value = balances.get(trace) ?? traceBalance(trace);
  balances.set(trace, value);
  return value;
}

/** Load-balancing loss of each layer; 1 is even. */
function lossesOf(trace: Trace): readonly (number | undefined)[] {
  const value = losses.get(trace) ?? trace.model.moeLayers.map((_, row) => routerReadout(trace, row, spanOf(trace))?.topKLoss);
  losses.set(trace, value);
  return value;
}

const view = ({ trace, token, row }: Place): LayerView | undefined => layerView(trace, token, row);

/** The expert that a reading names by id, or by its rank among the chosen ones. */
function expertOf({ expert, rank }: Place, { chosen }: LayerView): number | undefined {
  return expert ?? chosen[rank - 1];
}

/** Index of the extreme value; the first one of equals. */
function extreme(values: readonly (number | undefined)[], better: (a: number, b: number) => boolean): number | undefined {
  let best: number | undefined;
  values.forEach((value, i) => {
    const before = best === undefined ? undefined : values[best];
    if (value !== undefined && !Number.isNaN(value) && (before === undefined || better(value, before))) best = i;
  });
  return best;
}

const most = (a: number, b: number): boolean => a > b;
const least = (a: number, b: number): boolean => a < b;
const layerAt = (trace: Trace, row: number | undefined): number | undefined => (row === undefined ? undefined : trace.model.moeLayers[row]);

/** Generated token before which the model was least sure: its position. */
function unsurest({ trace }: Place): number | undefined {
  const { from, to } = spanOf(trace, 'generated');
  const at = extreme(Array.from({ length: to - from }, (_, i) => trace.output.entropy?.[from + i - 1]), most);
  return at === undefined ? undefined : from + at;
}

function candidate(place: Place): { readonly text: string; readonly prob: number } | undefined {
  // The token that follows may stand in the last row, so one row more is asked for.
  return nextTokenView(place.trace, place.token, place.rank + 1)?.candidates[place.rank - 1];
}

export const ROUTING = {
  chosen: (place) => view(place)?.chosen[place.rank - 1],
  isChosen: (place) => (place.expert === undefined ? undefined : view(place)?.chosen.includes(place.expert)),
  softmax: (place) => {
    const seen = view(place);
    const expert = seen === undefined ? undefined : expertOf(place, seen);
    return expert === undefined ? undefined : known(seen?.gate[expert]);
  },
  mix: (place) => {
    const seen = view(place);
    if (seen === undefined) return undefined;
    const expert = expertOf(place, seen);
    const slot = expert === undefined ? -1 : seen.chosen.indexOf(expert);
    return slot < 0 ? (expert === undefined ? undefined : 0) : known(seen.mix[slot]);
  },
  missed: (place) => view(place)?.missed?.expert,
  margin: (place) => view(place)?.missed?.by,
  routerBits: (place) => bits(view(place)?.entropy),
  surestLayer: ({ trace, token }) => {
    const all = routerEntropies(trace);
    const layers = trace.model.moeLayers.length;
    return layerAt(trace, extreme(trace.model.moeLayers.map((_, row) => all?.[token * layers + row]), least));
  },
  bits: ({ trace, token }) => bits(trace.output.entropy?.[token]),
  likeliest: (place) => candidate(place)?.text,
  probability: (place) => candidate(place)?.prob,
  next: ({ trace, token }) => trace.tokens.text[token + 1],
  text: ({ trace, token }) => trace.tokens.text[token],
  word: ({ trace, token }) => trace.tokens.text[token]?.trim(),
  unsurest,
  unsurestBits: (place) => {
    const at = unsurest(place);
    return at === undefined ? undefined : bits(place.trace.output.entropy?.[at - 1]);
  },
  written: ({ trace }) => trace.tokens.text.slice(trace.run.promptTokens, trace.run.promptTokens + 8).join(''),
  uses: ({ trace, row, expert }) => (expert === undefined ? undefined : balanceOf(trace).layers[row]?.counts[expert]),
  busiest: ({ trace, row }) => extreme([...(balanceOf(trace).layers[row]?.counts ?? [])], most),
  busiestUses: ({ trace, row }) => Math.max(0, ...(balanceOf(trace).layers[row]?.counts ?? [])),
  unused: ({ trace, row }) => balanceOf(trace).layers[row]?.counts.filter((count) => count === 0).length,
  maxOverMean: ({ trace, row }) => balanceOf(trace).layers[row]?.maxOverMean,
  auxLoss: ({ trace, row }) => lossesOf(trace)[row],
  mostUneven: ({ trace }) => layerAt(trace, extreme(lossesOf(trace), most)),
  leastUneven: ({ trace }) => layerAt(trace, extreme(lossesOf(trace), least)),
  corpusUnused: ({ state, trace, row }) => corpusLoads(state, trace, row)?.filter((load) => load < 0.01 / trace.model.experts).length,
  corpusMaxOverMean: ({ state, trace, row }) => {
    const loads = corpusLoads(state, trace, row);
    return loads === undefined ? undefined : Math.max(...loads) * loads.length;
  },
} as const satisfies Record<string, Reader>;

/** Share of the choices of a layer that each expert took over the validation corpus. [E] */
function corpusLoads({ statistics }: Place['state'], trace: Trace, row: number): readonly number[] | undefined {
  const found = statistics.phase === 'ready' ? statisticsOf(statistics.value, trace) : undefined;
  return found?.layers[row]?.map(({ load }) => load);
}

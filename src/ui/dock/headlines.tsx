/** The one number on each closed tab. */
import { fixed } from '../../base/numerals';
import { traceBalance } from '../../analysis/balance';
import { choicesByLayer, choicesOf } from '../../analysis/choices';
import { coActivation, topPairs } from '../../analysis/co-activation';
import { cachePerLayer } from '../../analysis/expert-cache';
import { MINIMUM_COUNT } from '../../analysis/specialisation';
import type { Trace } from '../../trace/trace';
import { traceBytes } from '../../state/share';
import { shownLanguage, strings } from '../../state/strings';
import { formatBytes, formatShare } from '../../viz/format';
import { useAppState } from '../context';
import { classInformation } from './labels';

/** What all panels of the dock are about. */
export function useCurrentTrace(): Trace | undefined {
  return useAppState((state) => state.traces.current?.trace);
}

/** Tokens up to which a trace is weighed for its headline. */
const LIGHT = 5_000;

const memo = new WeakMap<Trace, Map<string, string>>();

/** A headline is worked out once a trace and language. */
function remembered(trace: Trace, what: string, make: () => string): string {
  const known = memo.get(trace) ?? new Map<string, string>();
  memo.set(trace, known);
  const key = `${what} ${shownLanguage()}`;
  const text = known.get(key) ?? make();
  known.set(key, text);
  return text;
}

/** Largest load over the mean, averaged over the layers. */
export function LoadHeadline() {
  const trace = useCurrentTrace();
  if (trace === undefined || trace.model.experts === 0 || trace.tokens.ids.length === 0) return null;
  return remembered(trace, 'load', () => strings.dock.load.headline(fixed(traceBalance(trace).mean.maxVio + 1, 1)));
}

/** The pair of the focused layer that stands out most; by count alone where the text is too short for a lift. */
export function PairsHeadline() {
  const trace = useCurrentTrace();
  const row = useAppState((state) => state.focus.row);
  if (trace === undefined || trace.model.experts === 0 || trace.routing.slots < 2) return null;
  return remembered(trace, `pairs ${row}`, () => {
    const matrix = coActivation(choicesOf(trace, row));
    const [pair] = topPairs(matrix, matrix.enough ? { by: 'lift', limit: 1, minimum: MINIMUM_COUNT } : { limit: 1 });
    if (pair === undefined) return '';
    return matrix.enough ? strings.dock.pairs.headline(pair.i, pair.j, fixed(pair.lift, 1)) : strings.dock.pairs.headlineCount(pair.i, pair.j, pair.together);
  });
}

/** What the kind of a token tells of its first expert, against shuffled kinds, in the focused layer. */
export function LabelsHeadline() {
  const trace = useCurrentTrace();
  const idle = useAppState((state) => state.run.status === 'idle');
  const row = useAppState((state) => state.focus.row);
  if (trace === undefined || !idle || trace.model.experts === 0) return null;
  return remembered(trace, `labels ${row}`, () => {
    const { ratio } = classInformation(trace, row);
    return Number.isFinite(ratio) ? strings.dock.labels.headline(fixed(ratio, 1)) : '';
  });
}

/** Hit rate of a cache of twice the chosen experts, all layers. */
export function CacheHeadline() {
  const trace = useCurrentTrace();
  const idle = useAppState((state) => state.run.status === 'idle');
  if (trace === undefined || !idle || trace.model.experts === 0 || trace.tokens.ids.length === 0) return null;
  const size = Math.min(trace.model.experts, 2 * trace.model.topK);
  return remembered(trace, 'cache', () => strings.dock.cache.headline(formatShare(cachePerLayer(choicesByLayer(trace), { policy: 'lru', size }).total.hitRate), size));
}

export function TraceHeadline() {
  const trace = useCurrentTrace();
  const idle = useAppState((state) => state.run.status === 'idle');
  if (trace === undefined) return null;
  const { ids } = trace.tokens;
  const tokens = strings.dock.n.tokens(ids.length);
  if (!idle || ids.length > LIGHT) return tokens;
  return remembered(trace, 'size', () => strings.dock.trace.headline(tokens, formatBytes(traceBytes(trace))));
}

/** The one number on each closed tab. */
import { traceBalance } from '../../analysis/balance';
import type { Trace } from '../../trace/trace';
import { strings } from '../../state/strings';
import { useAppState } from '../context';

/** What all panels of the dock are about. */
export function useCurrentTrace(): Trace | undefined {
  return useAppState((state) => state.traces.current?.trace);
}

const memo = new WeakMap<Trace, Map<string, string>>();

/** A headline is worked out once a trace. */
function remembered(trace: Trace, key: string, make: () => string): string {
  const known = memo.get(trace) ?? new Map<string, string>();
  memo.set(trace, known);
  const text = known.get(key) ?? make();
  known.set(key, text);
  return text;
}

/** Largest load over the mean, averaged over the layers. */
export function LoadHeadline() {
  const trace = useCurrentTrace();
  if (trace === undefined || trace.model.experts === 0 || trace.tokens.ids.length === 0) return null;
  return remembered(trace, 'load', () => strings.dock.load.headline((traceBalance(trace).mean.maxVio + 1).toFixed(1)));
}

export function TraceHeadline() {
  const trace = useCurrentTrace();
  return trace === undefined ? null : strings.dock.n.tokens(trace.tokens.ids.length);
}

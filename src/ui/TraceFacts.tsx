import { strings } from '../state/strings';
import { useAppState } from './context';

/** Where the numbers on the page come from, in a few words each. */
export function TraceFacts() {
  const open = useAppState((state) => state.traces.current);
  const run = useAppState((state) => state.run);
  if (open === undefined) return null;
  const { trace, origin } = open;
  const text = strings.trace;
  const facts = [
    text.tokens(trace.tokens.ids.length),
    trace.run.backend,
    trace.run.seed === undefined ? undefined : text.seed(trace.run.seed),
    trace.run.plan !== undefined && trace.run.plan.entries.length > 0 ? text.plan : undefined,
    origin === 'live' ? (run.status === 'idle' && run.last !== undefined && run.last.tokens > 0 ? text.run(run.last.latencyMs, run.last.tokens) : undefined) : text.written(trace.created.slice(0, 10)),
  ];
  return (
    <>
      {facts.map((fact) => fact !== undefined && fact !== '' && <span key={fact}>{fact}</span>)}
    </>
  );
}

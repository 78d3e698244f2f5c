import { useMemo } from 'react';
import { comparedPair, type ComparedPair } from '../../state/compare';
import { otherToken } from '../../state/compared';
import { compareAt, compareTexts, playheadColumn, type TextComparison, type TokenComparison } from '../../state/comparison';
import { useAppState } from '../context';

export interface Comparison {
  readonly pair: ComparedPair;
  readonly texts: TextComparison;
  readonly here: TokenComparison;
}

/** A and B laid over one another at the playhead; undefined while there is only one run. */
export function useComparison(): Comparison | undefined {
  const current = useAppState((state) => state.traces.current);
  const baseline = useAppState((state) => state.traces.baseline);
  const other = useAppState((state) => state.traces.other);
  const token = useAppState((state) => state.focus.token);
  const at = useAppState(otherToken);
  const pair = useMemo(() => comparedPair({ traces: { examples: [], open: [], current, baseline, other }, compare: { second: {}, token: at } }), [current, baseline, other, at]);
  const texts = useMemo(() => (pair === undefined ? undefined : compareTexts(pair)), [pair]);
  return useMemo(() => {
    if (pair === undefined || texts === undefined) return undefined;
    return { pair, texts, here: compareAt(texts, playheadColumn(texts, pair.shown, token)) };
  }, [pair, texts, token]);
}

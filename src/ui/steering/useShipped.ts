import { useEffect, useState } from 'react';
import type { Results } from '../../state/results';
import { shippedResults } from '../../state/shippedResults';
import { useApp } from '../context';

/** The results file of a suite, once it is read; undefined where none comes with the page or it cannot be read. */
export function useShipped(suite: string): Results | undefined {
  const app = useApp();
  const [results, setResults] = useState<Results>();
  useEffect(() => {
    let here = true;
    shippedResults(app, suite).then((read) => here && setResults(read), () => undefined);
    return () => {
      here = false;
    };
  }, [app, suite]);
  return results;
}

/** Figures `name`, `nameLow`, `nameHigh` of a summary; undefined where one is missing. */
export function figure({ summary }: Results, name: string): { readonly mean: number; readonly low: number; readonly high: number } | undefined {
  const [mean, low, high] = [summary[name], summary[`${name}Low`], summary[`${name}High`]];
  return typeof mean === 'number' && typeof low === 'number' && typeof high === 'number' ? { mean, low, high } : undefined;
}

/** Hit rates of several caches over all layers, worked out in slices that leave the page responsive. */
import { useEffect, useMemo, useState } from 'react';
import type { Choices } from '../../analysis/choices';
import { simulateCache, type CachePolicy } from '../../analysis/expert-cache';

export const POLICIES = ['lru', 'lfu', 'belady', 'sch', 'pinned'] as const satisfies readonly CachePolicy[];

export interface HitRate {
  readonly policy: CachePolicy;
  readonly size: number;
  /** Hits over choices of all layers. */
  readonly rate: number;
}

/** Time that one slice may take, so that a frame is not missed by much. */
const SLICE_MS = 10;
const MOST_SIZES = 16;

/** Cache sizes of the curve: every one where they are few, else an even spread from 1 to E that holds `wanted`. */
export function cacheSizes(experts: number, wanted: number): number[] {
  if (experts <= MOST_SIZES) return Array.from({ length: experts }, (_, i) => i + 1);
  const spread = Array.from({ length: MOST_SIZES }, (_, i) => Math.round(1 + ((experts - 1) * i) / (MOST_SIZES - 1)));
  return [...new Set([...spread, wanted])].sort((a, b) => a - b);
}

/** One result for each policy and size; pauses after every layer. */
export function* hitRateSteps(layers: readonly Choices[], policies: readonly CachePolicy[], sizes: readonly number[], segment: number): Generator<HitRate | undefined> {
  for (const policy of policies) {
    for (const size of sizes) {
      let [hits, n] = [0, 0];
      for (const layer of layers) {
        const result = simulateCache(layer, { policy, size, segment });
        hits += result.hits;
        n += result.n;
        yield undefined;
      }
      yield { policy, size, rate: hits / n };
    }
  }
}

/** All hit rates known so far; complete after a moment even for long traces. */
export function useHitRates(layers: readonly Choices[], policies: readonly CachePolicy[], sizes: readonly number[], segment: number): readonly HitRate[] {
  const job = useMemo(() => ({ layers, policies, sizes, segment }), [layers, policies, sizes, segment]);
  const [done, setDone] = useState<{ readonly job: object; readonly rates: readonly HitRate[] }>({ job, rates: [] });
  useEffect(() => {
    const steps = hitRateSteps(job.layers, job.policies, job.sizes, job.segment);
    const rates: HitRate[] = [];
    let timer: ReturnType<typeof setTimeout> | undefined;
    const slice = (): void => {
      const end = performance.now() + SLICE_MS;
      let step = steps.next();
      while (step.done !== true) {
        if (step.value !== undefined) rates.push(step.value);
        if (performance.now() > end) break;
        step = steps.next();
      }
      setDone({ job, rates: [...rates] });
      if (step.done !== true) timer = setTimeout(slice);
    };
    timer = setTimeout(slice);
    return () => clearTimeout(timer);
  }, [job]);
  return done.job === job ? done.rates : [];
}

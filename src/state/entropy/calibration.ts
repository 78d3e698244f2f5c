/** Scores of the small model's steps on reference items: what a share of steps is a quantile of. Fetched when the view opens. */
import * as v from 'valibot';
import type { App } from '../app';
import { publicUrl } from '../remix/data';
import type { SettingValues } from '../settings';
import { patchEntropy } from './slice';
import type { Calibration, OwnSettings } from './state';

const NAME = 'first-token-entropy';

const scores = v.pipe(v.array(v.pipe(v.number(), v.finite(), v.minValue(0))), v.minLength(1));

/** Lists by what is scored, all in the same order: one entry a step. Entropies in nats, the others in [0, 1]. */
const calibrationSchema = v.object({ format: v.literal('moe-first-token-entropy'), version: v.literal('1.0'), entropy: scores, top20: scores, maxProbability: scores, variance: scores, stepMean: scores, selfCheck: scores });

export const CALIBRATED = ['entropy', 'top20', 'maxProbability', 'variance', 'stepMean', 'selfCheck'] as const;
export type CalibratedScore = (typeof CALIBRATED)[number];

/** Reads the file; undefined where it is none. */
export function readCalibration(value: unknown): Readonly<Record<CalibratedScore, Float64Array>> | undefined {
  const read = v.safeParse(calibrationSchema, value);
  if (!read.success) return undefined;
  return Object.fromEntries(CALIBRATED.map((name) => [name, Float64Array.from(read.output[name])])) as Record<CalibratedScore, Float64Array>;
}

/** Fetches it once, and only where the page's head names it. */
export async function loadCalibration(app: App): Promise<void> {
  if (app.store.getState().entropy.calibration.phase !== 'unknown') return;
  const names = document.querySelector<HTMLMetaElement>('meta[name="references"]')?.content.split(' ') ?? [];
  const absent = (): void => patchEntropy(app, { calibration: { phase: 'absent' } });
  if (!names.includes(NAME)) {
    absent();
    return;
  }
  patchEntropy(app, { calibration: { phase: 'loading' } });
  try {
    const response = await fetch(publicUrl(app, `references/${NAME}.json`));
    const lists = response.ok ? readCalibration(await response.json()) : undefined;
    if (lists === undefined) absent();
    else patchEntropy(app, { calibration: { phase: 'ready', lists } });
  } catch {
    // The view works without it, on the steps of the text.
    absent();
  }
}

/** The scores that a rule's threshold cuts; undefined where the set has none for it. */
export function calibrationOf(calibration: Calibration, { method, gate, pair }: Pick<OwnSettings, 'method' | 'gate' | 'pair'>, candidates: SettingValues['candidates']): Float64Array | undefined {
  if (calibration.phase !== 'ready' || pair === 'one') return undefined;
  const { lists } = calibration;
  if (method === 'stepMean' || method === 'selfCheck') return lists[method];
  if (gate !== 'entropy') return candidates === 'all' ? lists[gate] : undefined;
  return candidates === 'all' ? lists.entropy : candidates === '20' ? lists.top20 : undefined;
}

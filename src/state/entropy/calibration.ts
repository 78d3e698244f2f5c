/** Scores of the small model's steps on reference items: what a share of steps is a quantile of. Fetched when the view opens. */
import { PlaygroundError } from '../../base/errors';
import type { App } from '../app';
import { parseCalibration, type CalibrationScore } from '../calibration';
import { publicUrl } from '../remix/data';
import type { SettingValues } from '../settings';
import { patchEntropy } from './slice';
import type { Calibration, OwnSettings } from './state';

const NAME = 'first-token-entropy';

export const CALIBRATED = ['entropy', 'top20', 'maxProbability', 'variance', 'stepMean', 'selfCheck'] as const satisfies readonly CalibrationScore[];

/** The lists of a file, by what is scored. @throws PlaygroundError `bad-file` where it is none, or has no steps */
export function readCalibration(value: unknown): Readonly<Record<CalibrationScore, Float64Array>> {
  const file = parseCalibration(value);
  if (file.entropy.length === 0) throw new PlaygroundError('bad-file', 'The calibration file has no steps.');
  return Object.fromEntries(CALIBRATED.map((name) => [name, Float64Array.from(file[name])])) as Record<CalibrationScore, Float64Array>;
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
    if (!response.ok) absent();
    else patchEntropy(app, { calibration: { phase: 'ready', lists: readCalibration(await response.json()) } });
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

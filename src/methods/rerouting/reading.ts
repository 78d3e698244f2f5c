/** Online rerouting on a text that is there already: cycle after cycle as if it came in, what is not read yet held out. */
import type { ModelAccess } from '../../engine/access';
import { rerouteCycle, type CycleReport } from './cycle';
import type { Delta } from './delta';
import type { RerouteStep } from './optimise';
import type { ReroutingSettings } from './settings';

/**
 * Contexts of the cycles of a text of `length` tokens: the first, then one every `interval` tokens, each with at least one
 * token after it.
 */
export function readingContexts(length: number, first: number, interval: number): number[] {
  const contexts: number[] = [];
  for (let context = Math.max(2, first); context < length; context += Math.max(1, interval)) contexts.push(context);
  return contexts;
}

export interface ReadingRequest {
  readonly settings: ReroutingSettings;
  /** Tokens of the first cycle. */
  readonly first: number;
  /** Added logits of an earlier text; from 0 when absent. */
  readonly before?: Delta;
  readonly onStep?: (cycle: number, context: number, step: RerouteStep) => void;
  readonly onCycle?: (report: CycleReport) => void;
  readonly signal?: AbortSignal;
}

/**
 * Runs the cycles of a text, each from the one before where the settings say so. In every cycle all tokens after its
 * context are held out.
 */
export async function rerouteReading(access: ModelAccess, ids: readonly number[], { settings, first, before, onStep, onCycle, signal }: ReadingRequest): Promise<CycleReport[]> {
  const reports: CycleReport[] = [];
  for (const [cycle, context] of readingContexts(ids.length, first, settings.interval).entries()) {
    const start = reports.at(-1)?.delta ?? before;
    const report = await rerouteCycle(access, ids, { settings, context, cycle, ...(start ? { before: start } : {}), observe: (step) => onStep?.(cycle, context, step), ...(signal ? { signal } : {}) });
    reports.push(report);
    onCycle?.(report);
  }
  return reports;
}

/** What decides who writes, as the page is set: the view's own settings, and those that the whole page shares. */
import { COLLABORATION_DEFAULTS, COLLABORATION_RANGES, type CollaborationSettings, type GateCandidates } from '../../methods/collaboration/settings';
import type { StepDelimiter } from '../../base/delimiter';
import type { App } from '../app';
import type { AppState } from '../state';
import { patchEntropy } from './slice';
import type { EntropyState, OwnSettings } from './state';

const { method, gate, largeShare, seed, relaySteps, probe, finalByLarge, maxStepTokens, maxSteps } = COLLABORATION_DEFAULTS;

export const OWN_DEFAULTS: OwnSettings = { method, gate, largeShare, seed, relaySteps, probe, finalByLarge, maxStepTokens, maxSteps, pair: 'two', doubt: 0.5 };

/** Numbers of the view and their ranges. */
export const OWN_RANGES = {
  largeShare: COLLABORATION_RANGES.largeShare,
  seed: COLLABORATION_RANGES.seed,
  relaySteps: COLLABORATION_RANGES.relaySteps,
  maxStepTokens: COLLABORATION_RANGES.maxStepTokens,
  maxSteps: COLLABORATION_RANGES.maxSteps,
  doubt: { min: 0, max: 1 },
} as const;
export type OwnNumber = keyof typeof OWN_RANGES;

/** All of the view's own settings. */
export function ownSettings({ changes }: Pick<EntropyState, 'changes'>): OwnSettings {
  return { ...OWN_DEFAULTS, ...changes };
}

/** Sets one; at its default it is no change. */
export function setOwn<N extends keyof OwnSettings>(app: App, name: N, value: OwnSettings[N]): void {
  const { [name]: _, ...rest } = app.store.getState().entropy.changes;
  patchEntropy(app, { changes: value === OWN_DEFAULTS[name] ? rest : { ...rest, [name]: value } });
}

/** A number brought into the range of its setting; undefined where it is none. */
export function ownNumber(name: OwnNumber, value: number): number | undefined {
  if (!Number.isFinite(value)) return undefined;
  const range: { readonly min: number; readonly max: number; readonly whole?: boolean } = OWN_RANGES[name];
  const inside = Math.min(range.max, Math.max(range.min, value));
  return range.whole === true ? Math.round(inside) : inside;
}

/** Whether the page's threshold of entropy is what decides. */
export function byTau({ method: how, gate: score }: Pick<OwnSettings, 'method' | 'gate'>): boolean {
  return (how === 'glimprouter' && score === 'entropy') || how === 'stepMean';
}

/** Whether the view's own threshold between 0 and 1 decides. */
export function byDoubt({ method: how, gate: score }: Pick<OwnSettings, 'method' | 'gate'>): boolean {
  return (how === 'glimprouter' && score !== 'entropy') || how === 'selfCheck';
}

/** The threshold in force: nats where entropy decides. */
export function thresholdNow(own: OwnSettings, tau: number): number {
  return byDoubt(own) ? own.doubt : tau;
}

export const candidateNames = { all: 'all', '20': 20, '10': 10 } as const satisfies Record<AppState['view']['candidates'], GateCandidates>;

export function delimiterNow({ stepEnd, stepPattern }: Pick<AppState['view'], 'stepEnd' | 'stepPattern'>): StepDelimiter {
  return stepEnd === 'pattern' ? { kind: 'pattern', source: stepPattern } : { kind: stepEnd };
}

/** The settings of a run as the page stands. */
export function collaborationNow({ entropy, view, run }: Pick<AppState, 'entropy' | 'view' | 'run'>): CollaborationSettings {
  const { pair: _, doubt: _doubt, ...own } = ownSettings(entropy);
  const { temperature, topK, topP, seed: samplingSeed } = run;
  return {
    ...COLLABORATION_DEFAULTS,
    ...own,
    candidates: candidateNames[view.candidates],
    threshold: thresholdNow(ownSettings(entropy), view.tau),
    delimiter: delimiterNow(view),
    sampling: { temperature, topK, topP, seed: samplingSeed },
  };
}

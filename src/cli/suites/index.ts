/** Evaluations by name: one line here, one file beside this one, loaded only when it is asked for. */
import type { Suite } from './suite';

export const SUITES: Readonly<Record<string, () => Promise<Suite>>> = {
  c3po: async () => (await import('./c3po')).c3po,
  'top-p': async () => (await import('./top-p')).topPSuite,
  rice: async () => (await import('./rice')).riceSuite,
  rerouting: async () => (await import('./rerouting')).reroutingSuite,
  glimprouter: async () => (await import('./glimprouter')).glimprouterSuite,
};

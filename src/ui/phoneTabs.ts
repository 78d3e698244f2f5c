/** The phone's sections: each stands for panels of the dock, so that a link opens the same on every screen. */
import type { PanelName } from '../state/settings';
import type { IconName } from './Icon';
import { DOCK_PANELS } from './dock/panels';

export type PhoneTab = 'inspect' | 'remix' | 'edits' | 'stats' | 'trace' | 'compare';

const OWN: readonly PanelName[] = ['remix', 'edits', 'trace', 'compare'];

/** The section in which a panel stands. */
export function phoneTab(panel: PanelName): PhoneTab {
  if (panel === 'main') return 'inspect';
  return panel === 'remix' || panel === 'edits' || panel === 'trace' || panel === 'compare' ? panel : 'stats';
}

/** Panels that share the Stats section. */
export const STATS_PANELS = DOCK_PANELS.filter(({ id }) => !OWN.includes(id));

/** Sections with something in them, in their order. */
export const PHONE_TABS: readonly { readonly tab: PhoneTab; readonly icon: IconName; readonly panel: PanelName }[] = (
  [
    { tab: 'inspect', icon: 'inspect', panel: 'main' },
    { tab: 'remix', icon: 'remix', panel: 'remix' },
    { tab: 'edits', icon: 'edits', panel: 'edits' },
    { tab: 'stats', icon: 'stats', panel: STATS_PANELS[0]?.id ?? 'main' },
    { tab: 'trace', icon: 'trace', panel: 'trace' },
    { tab: 'compare', icon: 'compare', panel: 'compare' },
  ] as const
).filter(({ panel }) => panel === 'main' || DOCK_PANELS.some(({ id }) => id === panel));

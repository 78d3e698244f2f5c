/** The phone's sections: each stands for panels of the dock, so that a link opens the same on every screen. */
import { hides, type ControlId } from '../state/controls';
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

/** Panels that share the Stats section, but for those that are left out. */
export function statsPanels(hidden: readonly ControlId[]): typeof DOCK_PANELS {
  return DOCK_PANELS.filter(({ id }) => !OWN.includes(id) && !hides(hidden, id));
}

/** Sections with something in them, in their order. */
export function phoneTabs(hidden: readonly ControlId[]): readonly { readonly tab: PhoneTab; readonly icon: IconName; readonly panel: PanelName }[] {
  const stats = statsPanels(hidden)[0]?.id;
  const all = [
    { tab: 'inspect', icon: 'inspect', panel: 'main' },
    { tab: 'remix', icon: 'remix', panel: 'remix' },
    { tab: 'edits', icon: 'edits', panel: 'edits' },
    ...(stats === undefined ? [] : [{ tab: 'stats', icon: 'stats', panel: stats } as const]),
    { tab: 'trace', icon: 'trace', panel: 'trace' },
    { tab: 'compare', icon: 'compare', panel: 'compare' },
  ] as const;
  return all.filter(({ panel }) => panel === 'main' || (!hides(hidden, panel) && DOCK_PANELS.some(({ id }) => id === panel)));
}

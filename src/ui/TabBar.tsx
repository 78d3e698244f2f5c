import { patch } from '../state/app';
import { hiddenParts } from '../state/controls';
import { strings } from '../state/strings';
import { useApp, useAppState } from './context';
import { Icon } from './Icon';
import { phoneTab, phoneTabs } from './phoneTabs';

/** The phone's sections, with words under the signs. A panel opens high, since it needs the room. */
export function TabBar() {
  const app = useApp();
  const current = useAppState((state) => phoneTab(state.view.panel));
  const sheet = useAppState((state) => state.view.sheet);
  const tabs = phoneTabs(useAppState((state) => hiddenParts(state.view)));
  if (tabs.length < 2) return null;
  return (
    <nav className="tabbar-region" aria-label={strings.panel.tabs}>
      <div className="tabbar" role="tablist" aria-label={strings.panel.tabs}>
        {tabs.map(({ tab, icon, panel }) => (
          <button
            key={tab}
            type="button"
            role="tab"
            aria-selected={tab === current}
            aria-controls="sheet"
            onClick={() => {
              if (tab !== current) patch(app, 'view', { panel });
              patch(app, 'view', { sheet: tab !== 'inspect' ? 'full' : sheet === 'low' || tab !== current ? 'half' : sheet });
            }}
          >
            <Icon name={icon} />
            {strings.panel[tab]}
          </button>
        ))}
      </div>
    </nav>
  );
}

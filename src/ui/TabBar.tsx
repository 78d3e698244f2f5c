import { patch } from '../state/app';
import type { ViewState } from '../state/state';
import { strings } from '../state/strings';
import { useApp, useAppState } from './context';
import { Icon } from './Icon';

const TABS: readonly ViewState['tab'][] = ['inspect', 'layer', 'trace'];

/** The phone's sections, with words under the signs. */
export function TabBar() {
  const app = useApp();
  const tab = useAppState((state) => state.view.tab);
  const sheet = useAppState((state) => state.view.sheet);
  return (
    <nav className="tabbar-region" aria-label={strings.panel.tabs}>
    <div className="tabbar" role="tablist" aria-label={strings.panel.tabs}>
      {TABS.map((name) => (
        <button
          key={name}
          type="button"
          role="tab"
          aria-selected={name === tab}
          aria-controls="sheet"
          onClick={() => patch(app, 'view', { tab: name, sheet: sheet === 'low' ? 'half' : sheet })}
        >
          <Icon name={name} />
          {strings.panel[name]}
        </button>
      ))}
    </div>
    </nav>
  );
}

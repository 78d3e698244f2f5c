import { Fragment } from 'react';
import { hiddenParts } from '../state/controls';
import { strings } from '../state/strings';
import { useAppState } from './context';
import { Dialog } from './Dialog';
import { keysFor, type KeyGroup } from './keymap';

/** The `?` sheet: what every key does, from the table that answers the keys. */
export function KeysDialog({ onClose }: { readonly onClose: () => void }) {
  const shown = keysFor(useAppState((state) => hiddenParts(state.view)));
  return (
    <Dialog title={strings.keys.title} onClose={onClose}>
      <div className="key-groups">
        {(Object.keys(strings.keys.groups) as KeyGroup[]).filter((group) => shown.some((binding) => binding.group === group)).map((group) => (
          <section key={group}>
            <h3>{strings.keys.groups[group]}</h3>
            <dl className="key-list">
              {shown.filter((binding) => binding.group === group).map((binding) => (
                <Fragment key={binding.name}>
                  <dt>{strings.keys.shown[binding.name]}</dt>
                  <dd>{strings.keys.what[binding.name]}</dd>
                </Fragment>
              ))}
            </dl>
          </section>
        ))}
      </div>
      <p className="q" style={{ marginTop: 16 }}>
        {strings.limits} {strings.privacy}
      </p>
    </Dialog>
  );
}

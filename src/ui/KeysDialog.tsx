import { Fragment } from 'react';
import { strings } from '../state/strings';
import { Dialog } from './Dialog';
import { KEYMAP, type KeyGroup } from './keymap';

/** The `?` sheet: what every key does, from the table that answers the keys. */
export function KeysDialog({ onClose }: { readonly onClose: () => void }) {
  return (
    <Dialog title={strings.keys.title} onClose={onClose}>
      <div className="key-groups">
        {(Object.keys(strings.keys.groups) as KeyGroup[]).map((group) => (
          <section key={group}>
            <h3>{strings.keys.groups[group]}</h3>
            <dl className="key-list">
              {KEYMAP.filter((binding) => binding.group === group).map((binding) => (
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

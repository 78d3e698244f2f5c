import { useId } from 'react';
import { patch } from '../state/app';
import { togglePin } from '../state/pins';
import { HEAT_MODES, UNSET } from '../state/settings';
import { strings } from '../state/strings';
import { slotLetter } from '../viz/scale';
import { useApp, useAppState } from './context';

/** What the table shows. The difference waits for a second trace and says so. */
export function HeatModes({ reason }: { readonly reason: string | undefined }) {
  const app = useApp();
  const mode = useAppState((state) => state.view.heat);
  const id = useId();
  return (
    <span className="seg" role="group" aria-label={strings.heat.modeGroup}>
      {HEAT_MODES.map((name) => {
        const off = name === 'difference' && reason !== undefined;
        return (
          <button
            key={name}
            type="button"
            aria-pressed={mode === name && !off}
            aria-disabled={off}
            {...(off ? { title: reason, 'aria-describedby': id } : {})}
            onClick={() => (off ? patch(app, 'view', { announcement: reason }) : patch(app, 'view', { heat: name }))}
          >
            {strings.heat.modes[name]}
          </button>
        );
      })}
      {reason !== undefined && (
        <span className="vh" id={id}>
          {reason}
        </span>
      )}
    </span>
  );
}

/** The order of the columns: ids, or the shares of one named layer, the same for all rows. */
export function HeatOrder({ layer, layers }: { readonly layer: number; readonly layers: readonly number[] }) {
  const app = useApp();
  const order = useAppState((state) => state.view.order);
  const known = layers.includes(order);
  const offered = known && order !== layer ? [order, layer] : [layer];
  return (
    <label className="pick">
      {strings.heat.order}{' '}
      <select aria-label={strings.heat.orderName} value={known ? order : UNSET} onChange={(event) => patch(app, 'view', { order: Number(event.target.value) })}>
        <option value={UNSET}>{strings.heat.orderId}</option>
        {offered.map((value) => (
          <option key={value} value={value}>
            {strings.heat.orderShare(value)}
          </option>
        ))}
      </select>
    </label>
  );
}

/** The pinned experts with letter and colour; a click lets one go. */
export function HeatPins({ layers, experts }: { readonly layers: readonly number[]; readonly experts: number }) {
  const app = useApp();
  const pins = useAppState((state) => state.view.pins);
  const shown = pins.filter((pin) => layers.includes(pin.layer) && pin.expert < experts);
  if (shown.length === 0) return null;
  return (
    <div className="pins">
      <span className="q">{strings.heat.pins}</span>
      {shown.map(({ layer, expert, slot }) => (
        <button key={slot} type="button" className={`slot-${slotLetter(slot)}`} aria-label={strings.heat.unpin(layer, expert)} title={strings.heat.unpin(layer, expert)} onClick={() => togglePin(app, layers.indexOf(layer), expert)}>
          <span className="sw">{slotLetter(slot)}</span> {strings.heat.pinName(layer, expert)} <span aria-hidden="true">{'\u00d7'}</span>
        </button>
      ))}
    </div>
  );
}

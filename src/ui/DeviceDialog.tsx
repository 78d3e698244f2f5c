import { useEffect, useState } from 'react';
import { deviceMemory, type DeviceMemory } from '../state/deviceMemory';
import { deviceReport, memoryFacts } from '../state/deviceReport';
import { ENGINE_CHOICES, switchEngine } from '../state/engineChoice';
import { strings } from '../state/strings';
import { formatBytes } from '../viz/format';
import { useApp, useAppState } from './context';
import { Dialog } from './Dialog';
import { FactsList } from './FactsList';

/** What the visitor wants to compute with. */
function EngineChoice() {
  const app = useApp();
  const chosen = useAppState((state) => state.view.engine);
  const text = strings.engine;
  return (
    <fieldset className="engine-choice">
      <legend>{text.choose}</legend>
      {ENGINE_CHOICES.map((choice) => (
        <label key={choice}>
          <input type="radio" name="engine" value={choice} checked={choice === chosen} onChange={() => void switchEngine(app, choice)} />
          {text.choices[choice]}
        </label>
      ))}
      <p className="ax">{text.chooseNote}</p>
    </fieldset>
  );
}

/** What the engine holds on its device, asked for when the report opens and again after each change of the engine. */
function useMemory(): DeviceMemory | undefined {
  const app = useApp();
  const [memory, setMemory] = useState<DeviceMemory>();
  const session = useAppState((state) => state.session);
  useEffect(() => {
    let open = true;
    void deviceMemory(app).then((now) => open && setMemory(now));
    return () => {
      open = false;
    };
  }, [app, session]);
  return memory;
}

/** The device report behind the badge. */
export function DeviceDialog({ onClose }: { readonly onClose: () => void }) {
  const session = useAppState((state) => state.session);
  const last = useAppState((state) => state.run.last);
  const memory = useMemory();
  return (
    <Dialog title={strings.device.title} onClose={onClose}>
      <div data-buffers={memory?.buffers} data-bytes={memory?.bytes} data-errors={memory?.errors.length}>
        <FactsList facts={[...deviceReport(session, last, formatBytes), ...(memory === undefined ? [] : memoryFacts(memory, formatBytes))]} />
      </div>
      <EngineChoice />
      <p className="ax device-note">
        {strings.limits} {strings.privacy}
      </p>
    </Dialog>
  );
}

import { deviceReport } from '../state/deviceReport';
import { strings } from '../state/strings';
import { formatBytes } from '../viz/format';
import { useAppState } from './context';
import { Dialog } from './Dialog';
import { FactsList } from './FactsList';

/** The device report behind the badge. */
export function DeviceDialog({ onClose }: { readonly onClose: () => void }) {
  const session = useAppState((state) => state.session);
  const last = useAppState((state) => state.run.last);
  return (
    <Dialog title={strings.device.title} onClose={onClose}>
      <FactsList facts={deviceReport(session, last, formatBytes)} />
      <p className="ax device-note">
        {strings.limits} {strings.privacy}
      </p>
    </Dialog>
  );
}

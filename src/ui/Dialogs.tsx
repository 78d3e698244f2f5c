import { lazy, Suspense } from 'react';
import { patch } from '../state/app';
import { SAMPLING_SETTINGS } from '../state/settings';
import { newSeed } from '../state/generate';
import { strings } from '../state/strings';
import { useApp, useAppState } from './context';
import { DeviceDialog } from './DeviceDialog';
import { Dialog } from './Dialog';
import { ImportFailureDialog } from './ImportFailureDialog';
import { KeysDialog } from './KeysDialog';
import { PhoneMenu } from './PhoneMenu';
import { SettingControl } from './SettingControl';

const ShareDialog = lazy(() => import('./share/ShareDialog'));

const LessonList = lazy(() => import('./lesson/LessonList'));

/** The one dialog that is open, if any. All of them are fetched with the first one. */
export default function Dialogs() {
  const app = useApp();
  const name = useAppState((state) => state.view.dialog);
  const failure = useAppState((state) => state.importFailure);
  const close = (): void => patch(app, 'view', { dialog: undefined });
  if (failure !== undefined) return <ImportFailureDialog failure={failure} />;
  switch (name) {
    case 'share':
      return (
        <Suspense>
          <ShareDialog onClose={close} />
        </Suspense>
      );
    case 'device':
      return <DeviceDialog onClose={close} />;
    case 'keys':
      return <KeysDialog onClose={close} />;
    case 'menu':
      return <PhoneMenu onClose={close} />;
    case 'sampling':
      return <SamplingDialog onClose={close} />;
    case 'lessons':
      return (
        <Suspense>
          <LessonList onClose={close} />
        </Suspense>
      );
    case undefined:
      return null;
  }
}

function SamplingDialog({ onClose }: { readonly onClose: () => void }) {
  const app = useApp();
  return (
    <Dialog title={strings.setting.sampling} onClose={onClose}>
      <div className="samp">
        {SAMPLING_SETTINGS.map((name) =>
          name === 'seed' ? (
            <div key={name} style={{ display: 'contents' }} className="set">
              <SettingControl name={name} slider={false} long />
              <button type="button" className="link" onClick={() => newSeed(app)}>
                {strings.setting.newSeedLong}
              </button>
            </div>
          ) : (
            <SettingControl key={name} name={name} slider long />
          ),
        )}
      </div>
    </Dialog>
  );
}

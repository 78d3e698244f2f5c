import { fixed } from '../base/numerals';
import { patch } from '../state/app';
import { newSeed } from '../state/generate';
import { strings } from '../state/strings';
import { formatShare } from '../viz/format';
import { BackendBadge } from './BackendBadge';
import { useApp, useAppState } from './context';
import { EditLine } from './edits/EditLine';
import { Part } from './Part';
import { SettingControl } from './SettingControl';
import { useHidden } from './useHidden';

/** Model, backend and sampling in one quiet line. On a phone the sampling opens as a dialog. */
export function SettingsLine() {
  const app = useApp();
  return (
    <div className="top-set">
      <ModelShape />
      <Part id="backend">
        <BackendBadge />
      </Part>
      <Part id="sampling">
        <span className="set hide-s">
          <SettingControl name="temperature" slider />
        </span>
        <span className="set hide-s">
          <SettingControl name="topK" slider />
        </span>
        <span className="set hide-s">
          <SettingControl name="topP" slider />
        </span>
        <span className="set hide-s">
          <SettingControl name="seed" slider={false} />
          <button type="button" className="link" aria-label={strings.setting.newSeedLong} onClick={() => newSeed(app)}>
            {strings.setting.newSeed}
          </button>
        </span>
        <span className="set set-tokens hide-s">
          <SettingControl name="maxNewTokens" slider={false} />
        </span>
      </Part>
      <span className="grow" />
      <Part id="sampling">
        <SamplingButton />
      </Part>
      <EditLine />
    </div>
  );
}

function ModelShape() {
  const app = useApp();
  const loaded = useAppState((state) => (state.session.phase === 'ready' ? state.session.model : undefined));
  const traced = useAppState((state) => state.traces.current?.trace.model);
  const layers = traced?.layers ?? loaded?.config.layers;
  const moe = loaded?.config.feedForward.kind === 'moe' ? loaded.config.feedForward : undefined;
  const experts = traced?.experts ?? moe?.experts ?? 0;
  const noPanel = useHidden('model');
  if (layers === undefined) return null;
  const shape = experts > 0 ? strings.model.shape(layers, experts, traced?.topK ?? moe?.topK ?? 0) : strings.model.denseShape(layers);
  return (
    <span className="set hide-s">
      <span className="k">{strings.model.label}</span>
      {noPanel ? (
        <span className="v">{shape}</span>
      ) : (
        <button type="button" className="v link" title={strings.about.open} onClick={() => patch(app, 'view', { panel: 'model' })}>
          {shape}
        </button>
      )}
    </span>
  );
}

function SamplingButton() {
  const app = useApp();
  const { temperature, topK, topP } = useAppState((state) => state.run);
  return (
    <button type="button" className="show-s samp-button" aria-haspopup="dialog" aria-label={strings.setting.sampling} onClick={() => patch(app, 'view', { dialog: 'sampling' })}>
      {strings.setting.temperature.short} {fixed(temperature, 1)}
      {'\u2002'}k {topK}
      {'\u2002'}p {topP >= 1 ? '1' : formatShare(topP)}
    </button>
  );
}

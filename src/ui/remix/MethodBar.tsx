import { useState } from 'react';
import { applyMix } from '../../state/remix/apply';
import { cancelMethod, runMethod } from '../../state/remix/run';
import { faultySettings, resetSettings, setSetting, settingsNow } from '../../state/remix/settings';
import { startMix } from '../../state/remix/mix';
import { KERNELS, METHODS, presetLayers, TOKEN_PLACES, type C3poSettings, type RouterShape } from '../../state/remix/types';
import { strings } from '../../state/strings';
import { useApp, useAppState } from '../context';
import { ChoiceField } from './ChoiceField';
import { MoreSettings } from './MoreSettings';
import { NumberField } from './NumberField';

const TOKENS = TOKEN_PLACES.flatMap((place) => ([1, 3] as const).map((count) => `${place}-${count}` as const));

/** One line of what matters most, the rest behind a button, and the acts. */
export function MethodBar({ shape }: { readonly shape: RouterShape }) {
  const app = useApp();
  const settings = useAppState((state) => state.remix.changes);
  const now = settingsNow({ changes: settings }, shape);
  const [more, setMore] = useState(false);
  const text = strings.remix.control;
  const set = <N extends keyof C3poSettings>(name: N, value: C3poSettings[N]): void => setSetting(app, shape, name, value);
  const searches = now.method === 'kernelRegression' || now.method === 'ngd' || now.method === 'ngdLogits';
  return (
    <div role="group" aria-label={text.group}>
      <div className="rm-bar">
        <ChoiceField label={text.method} value={now.method} options={METHODS} name={(method) => text.methods[method]} onChoose={(method) => set('method', method)} />
        <Layers shape={shape} layers={now.layers} onChange={(layers) => set('layers', layers)} />
        <ChoiceField
          label={text.token}
          value={`${now.token.place}-${now.token.count === 3 ? 3 : 1}`}
          options={TOKENS}
          name={(token) => text.tokens(token.split('-')[0] ?? '', Number(token.split('-')[1]))}
          onChoose={(token) => set('token', { place: TOKEN_PLACES.find((place) => token.startsWith(place)) ?? 'last', count: token.endsWith('3') ? 3 : 1 })}
        />
        {(searches || now.method === 'mode') && <NumberField name="k" shape={shape} label={text.k} />}
        {(searches || now.method === 'mode') && (
          <span className="rpair">
            <ChoiceField label={text.kernel} value={now.kernel} options={KERNELS} name={(kernel) => text.kernels[kernel]} onChoose={(kernel) => set('kernel', kernel)} />
            <NumberField name="sigma" shape={shape} label={text.sigma} long={text.sigmaLong} />
          </span>
        )}
        <span className="grow" />
        <Acts shape={shape} more={more} onMore={() => setMore(!more)} />
      </div>
      {more && <MoreSettings shape={shape} settings={now} onSet={set} onDefaults={() => resetSettings(app)} />}
    </div>
  );
}

/** Layers as switches, and the presets that the paper compares. */
function Layers({ shape, layers, onChange }: { readonly shape: RouterShape; readonly layers: readonly number[]; readonly onChange: (layers: readonly number[]) => void }) {
  const text = strings.remix.control;
  const presets = [...(['F', 'M', 'L'] as const).flatMap((kind) => [1, 2, 3, 5].filter((n) => n < shape.layers).map((n) => ({ kind, n, layers: presetLayers(`${kind}${n}`, shape.layers) }))), { kind: 'all', n: shape.layers, layers: presetLayers('all', shape.layers) }];
  const chosen = presets.findIndex((preset) => preset.layers.join() === layers.join());
  return (
    <span className="rfield">
      <span className="k">{text.layers}</span>
      <span className="lay" role="group" aria-label={text.layers}>
        {Array.from({ length: shape.layers }, (_, layer) => {
          const on = layers.includes(layer);
          return (
            <button key={layer} type="button" aria-pressed={on} aria-label={text.layer(layer)} onClick={() => onChange(on ? layers.filter((one) => one !== layer) : [...layers, layer].sort((a, b) => a - b))}>
              {layer}
            </button>
          );
        })}
      </span>
      <select
        className="quiet"
        aria-label={text.preset}
        value={chosen}
        onChange={(event) => {
          const preset = presets[Number(event.target.value)];
          if (preset !== undefined) onChange(preset.layers);
        }}
      >
        {chosen < 0 && <option value={-1}>{text.presetNone}</option>}
        {presets.map(({ kind, n }, i) => (
          <option key={`${kind}${n}`} value={i}>
            {text.presets(kind, n)}
          </option>
        ))}
      </select>
      {layers.length === 0 && (
        <span className="rfault" role="alert">
          {text.faults.layers}
        </span>
      )}
    </span>
  );
}

function Acts({ shape, more, onMore }: { readonly shape: RouterShape; readonly more: boolean; readonly onMore: () => void }) {
  const app = useApp();
  const running = useAppState((state) => state.remix.run.phase === 'running');
  const ready = useAppState((state) => state.remix.question !== undefined && state.session.phase === 'ready');
  const changed = useAppState((state) => state.remix.mix !== undefined && (state.remix.mix.source !== 'router' || state.remix.run.phase !== 'idle'));
  const faulty = useAppState((state) => faultySettings(state.remix, shape).length > 0 || settingsNow(state.remix, shape).layers.length === 0);
  const method = useAppState((state) => settingsNow(state.remix, shape).method);
  const text = strings.remix.control;
  return (
    <span className="racts">
      <button type="button" className="link" aria-expanded={more} onClick={onMore}>
        {more ? text.less : text.more}
      </button>
      <button type="button" className="btn" disabled={!changed || running} title={text.resetHint} onClick={() => startMix(app, 'router')}>
        {text.reset}
      </button>
      <button type="button" className="btn" disabled={!ready || running} title={text.applyHint} onClick={() => void applyMix(app)}>
        {text.apply}
      </button>
      {running ? (
        <button type="button" className="btn solid" onClick={() => cancelMethod()}>
          {text.cancel}
        </button>
      ) : (
        <button type="button" className="btn solid" disabled={!ready} aria-label={text.run(text.shortMethods[method])} title={faulty ? text.faults.cannot : undefined} onClick={() => void runMethod(app)}>
          {text.runShort}
        </button>
      )}
    </span>
  );
}

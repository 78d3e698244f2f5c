import { patch } from '../state/app';
import { seek, step } from '../state/focus';
import { togglePlay } from '../state/playback';
import { SPEEDS } from '../state/settings';
import { strings } from '../state/strings';
import { useApp, useAppState } from './context';
import { Icon, type IconName } from './Icon';

/** Step, play and scrub through the tokens of the open trace. */
export function Transport() {
  const app = useApp();
  const total = useAppState((state) => state.traces.current?.trace.tokens.ids.length ?? 0);
  const token = useAppState((state) => state.focus.token);
  const playing = useAppState((state) => state.playback.playing);
  const speed = useAppState((state) => state.playback.speed);
  const text = strings.playback;
  const button = (icon: IconName, label: string, disabled: boolean, act: () => void, className?: string) => (
    <button type="button" aria-label={label} title={label} disabled={disabled} onClick={act} {...(className === undefined ? {} : { className })}>
      <Icon name={icon} />
    </button>
  );
  return (
    <div className="transport" role="group" aria-label={text.group}>
      {button('first', text.first, token === 0, () => seek(app, 0))}
      {button('previous', text.previous, token === 0, () => step(app, -1))}
      {button(playing ? 'pause' : 'play', playing ? text.pause : text.play, total === 0, () => togglePlay(app), 'play')}
      {button('next', text.next, token >= total - 1, () => step(app, 1))}
      {button('last', text.last, token >= total - 1, () => seek(app, total - 1))}
      <select className="speed" aria-label={text.speed} value={speed} onChange={(event) => patch(app, 'playback', { speed: Number(event.target.value) })}>
        {SPEEDS.map((option) => (
          <option key={option} value={option}>
            {text.speedValue(option)}
          </option>
        ))}
      </select>
    </div>
  );
}

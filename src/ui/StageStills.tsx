import { stepStage, tokenCount } from '../state/focus';
import { STILLS } from '../state/playback';
import { LAST_STAGE, STAGES } from '../state/state';
import { strings } from '../state/strings';
import { useApp, useAppState } from './context';
import { useMedia } from './useMedia';

/** With reduced motion the four stages of a token are four still pictures, with a way back and on. */
export function StageStills() {
  const app = useApp();
  const stills = useMedia(STILLS);
  const stage = useAppState((state) => state.focus.stage);
  const token = useAppState((state) => state.focus.token);
  const name = STAGES[stage];
  if (!stills || name === undefined || tokenCount(app) === 0) return null;
  const text = strings.playback;
  return (
    <span className="stills" role="group" aria-label={strings.flow.stageGroup}>
      <button type="button" className="link" aria-label={text.previousStage} disabled={token === 0 && stage === 0} onClick={() => stepStage(app, -1)}>
        {text.back}
      </button>
      <span>{text.still(stage + 1, STAGES.length, strings.flow.stages[name])}</span>
      <button type="button" className="link" aria-label={text.nextStage} disabled={token >= tokenCount(app) - 1 && stage === LAST_STAGE} onClick={() => stepStage(app, 1)}>
        {text.forth}
      </button>
    </span>
  );
}

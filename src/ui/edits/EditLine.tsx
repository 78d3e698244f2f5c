import { resetEdits, undoEdit } from '../../state/editActions';
import { enabledEdits } from '../../state/edits';
import { runAgain } from '../../state/rerun';
import { strings } from '../../state/strings';
import { useApp, useAppState } from '../context';
import { useHidden } from '../useHidden';
import { editLine } from './editText';

/** The edits that are on, always in sight while there are any; its sign is the hatch of the switched-off cell. */
export function EditLine() {
  const app = useApp();
  const { list, phase, why, cost, undo } = useAppState((state) => state.edits);
  const names = useAppState((state) => state.traces.current?.trace.tokens.names);
  const waitsForModel = useAppState((state) => state.session.phase !== 'ready');
  const fixed = useHidden('edits');
  if (list.length === 0) return null;
  const text = strings.edits;
  const on = enabledEdits(list);
  const [first] = on;
  const more = on.length > 1 ? ` ${text.more(on.length - 1)}` : '';
  const busy = phase === 'loading' || phase === 'before' || phase === 'running';
  const state = phase === 'done' ? (cost === undefined || first === undefined ? '' : cost.tokens === 0 ? text.nothingRun : text.cost(cost.tokens, cost.from)) : text.phase[phase];
  return (
    <span className="edits" role="group" aria-label={text.region} data-phase={phase} data-tokens-run={cost?.tokens} title={why === '' ? state : why}>
      <i className="hsw hatch" aria-hidden="true" />
      <span className="edits-what">
        <b className="b">{first === undefined ? text.allOff(list.length) : text.count(on.length)}</b>
        <bdi className="hide-s">
          {first !== undefined && `: ${editLine(first, names)}`}
          {more}
        </bdi>
      </span>
      {state !== '' && <span className={busy || phase === 'waiting' ? 'edits-state' : 'vh'}>{state}</span>}
      {first !== undefined && !busy && !(fixed && phase === 'done') && (
        <button type="button" className="link edits-again" onClick={() => runAgain(app)}>
          {phase === 'waiting' ? (waitsForModel ? text.loadAndRun : text.run) : text.runAgain}
        </button>
      )}
      {!fixed && (
        <>
          <button type="button" className="link" aria-label={text.undoLong} disabled={undo.length === 0} onClick={() => undoEdit(app)}>
            {text.undo}
          </button>
          <button type="button" className="link" aria-label={text.resetLong} title={text.resetHint} onClick={() => resetEdits(app)}>
            {text.reset}
          </button>
        </>
      )}
    </span>
  );
}

/** Why edits are not in effect, in a sentence of its own under the bar. */
export function EditNote() {
  const why = useAppState((state) => (enabledEdits(state.edits.list).length === 0 ? '' : state.edits.why));
  if (why === '') return null;
  return (
    <div className="wrap" role="status">
      <div className="notice note">
        <span className="mark" aria-hidden="true">
          i
        </span>
        <div className="body">{why}</div>
      </div>
    </div>
  );
}

/** How many edits are on, for the closed tab. */
export function EditsHeadline() {
  return useAppState((state) => enabledEdits(state.edits.list).length);
}

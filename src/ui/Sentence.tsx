import { strings } from '../state/strings';
import { useAppState } from './context';
import { Score } from './Score';
import { TraceOrigin } from './TraceOrigin';
import { Transport } from './Transport';
import { UnitSwitch } from './UnitSwitch';

/** The sentence: transport and position above, then entropy, tokens and the roll of one layer on one x axis. */
export function Sentence() {
  const open = useAppState((state) => state.traces.current);
  return (
    <section className="sentence" aria-label={strings.sentence.region}>
      <div className="wrap">
        <div className="sent-head">
          <Transport />
          <Position />
          <span className="grow" />
          <div className="legend">
            <span>{strings.sentence.legend}</span>
            <UnitSwitch />
          </div>
        </div>
        {open !== undefined && open.trace.tokens.ids.length > 0 ? <Score trace={open.trace} /> : <p className="score-empty">{strings.sentence.none}</p>}
      </div>
    </section>
  );
}

function Position() {
  const open = useAppState((state) => state.traces.current);
  const token = useAppState((state) => state.focus.token);
  if (open === undefined) return null;
  return (
    <span className="position" data-origin={open.origin}>
      <span className="b">{strings.sentence.position(token + 1)}</span> <span className="q">{strings.sentence.of(open.trace.tokens.ids.length)}</span>
      {' '}
      <span className="q origin">
        <TraceOrigin />
      </span>
    </span>
  );
}

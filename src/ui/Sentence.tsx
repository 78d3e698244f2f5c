import { sentenceTable } from '../state/panelTables';
import { strings } from '../state/strings';
import { useAppState } from './context';
import { Score } from './Score';
import { StageStills } from './StageStills';
import { StepLegend } from './StepLegend';
import { TraceOrigin } from './TraceOrigin';
import { Transport } from './Transport';
import { UnitSwitch } from './UnitSwitch';
import { usePanel } from './usePanel';

/** The sentence: transport and position above, then entropy, tokens and the roll of one layer on one x axis. */
export function Sentence() {
  const open = useAppState((state) => state.traces.current);
  const row = useAppState((state) => state.focus.row);
  const tokens = open?.trace.tokens.ids.length ?? 0;
  const { section, actions, asTable, maximised } = usePanel({
    id: 'sentence',
    title: strings.sentence.region,
    formula: strings.dock.formula.sentence,
    n: strings.dock.n.tokens(tokens),
    table: open === undefined ? undefined : () => sentenceTable(open.trace, row),
  });
  return (
    <section {...section} className={`sentence${maximised ? ' panel maximised' : ''}`} aria-label={strings.sentence.region}>
      <div className="wrap">
        <div className="sent-head">
          <Transport />
          <Position />
          <StageStills />
          <span className="grow" />
          <div className="legend">
            <Legend />
            {open !== undefined && <StepLegend trace={open.trace} />}
            <UnitSwitch />
            {actions}
          </div>
        </div>
        {asTable}
        <div hidden={asTable !== undefined}>{open !== undefined && tokens > 0 ? <Score trace={open.trace} /> : <p className="score-empty">{strings.sentence.none}</p>}</div>
      </div>
    </section>
  );
}

/** What the marks above the tokens are. */
function Legend() {
  const candidates = useAppState((state) => state.view.candidates);
  const { legend, over } = strings.timeline;
  return <span className="what">{candidates === 'all' ? legend : `${legend}, ${over(candidates)}`}</span>;
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

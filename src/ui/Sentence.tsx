import { patch } from '../state/app';
import { setOtherToken } from '../state/compare';
import { otherToken } from '../state/compared';
import { tokenWords } from '../state/comparisonLabels';
import { sentenceTable } from '../state/panelTables';
import { shareCount } from '../state/stepEntropy';
import { strings } from '../state/strings';
import type { Trace } from '../trace/trace';
import { useApp, useAppState } from './context';
import { Part } from './Part';
import { Score } from './Score';
import { StageStills } from './StageStills';
import { StepLegend } from './StepLegend';
import { TraceOrigin } from './TraceOrigin';
import { Transport } from './Transport';
import { UnitSwitch } from './UnitSwitch';
import { PHONE, useMedia } from './useMedia';
import { usePanel } from './usePanel';
import { useSteps } from './useSteps';

/** The sentence: transport and position above, then entropy, tokens and the roll of one layer on one x axis. */
export function Sentence() {
  const open = useAppState((state) => state.traces.current);
  const row = useAppState((state) => state.focus.row);
  const phone = useMedia(PHONE);
  const entropy = useAppState((state) => state.view.panel === 'entropy') && !phone;
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
          <Part id="transport">
            <Transport />
          </Part>
          {entropy && open !== undefined ? <Counted trace={open.trace} /> : <Position />}
          <StageStills />
          <span className="grow" />
          <div className="legend">
            <Part id="timeline">
              <Legend />
              {open !== undefined && <StepLegend trace={open.trace} />}
            </Part>
            <Part id="unit">
              <UnitSwitch />
            </Part>
            {actions}
          </div>
        </div>
        {asTable}
        <div hidden={asTable !== undefined}>{open !== undefined && tokens > 0 ? <Score trace={open.trace} /> : <p className="score-empty">{strings.sentence.none}</p>}</div>
      </div>
    </section>
  );
}

/** In the Entropy view: how many steps there are, and how many reach the threshold. */
function Counted({ trace }: { readonly trace: Trace }) {
  const tau = useAppState((state) => state.view.tau);
  const { above, n } = shareCount(useSteps(trace), tau);
  return <span className="position b">{strings.timeline.counted(n, above)}</span>;
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
      <OtherToken />
    </span>
  );
}

/** Which token stands as B beside the one in focus: the way to Compare, and away with it. */
function OtherToken() {
  const app = useApp();
  const at = useAppState(otherToken);
  const trace = useAppState((state) => state.traces.current?.trace);
  if (at === undefined || trace === undefined) return null;
  const text = strings.compare.tokens;
  const words = tokenWords(trace, at);
  return (
    <span className="token-b">
      <Part id="compare">
        <button type="button" className="link" aria-label={text.open(at + 1, words)} onClick={() => patch(app, 'view', { panel: 'compare' })}>
          <b className="b">{text.mark}</b> <bdi>{text.label(at + 1, words)}</bdi>
        </button>
      </Part>
      <button type="button" className="act" aria-label={text.away} title={text.away} onClick={() => setOtherToken(app, at)}>
        {'\u00d7'}
      </button>
    </span>
  );
}

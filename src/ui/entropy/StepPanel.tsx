import { useMemo, useRef, useState } from 'react';
import { grouped } from '../../base/numerals';
import type { DataTable } from '../../base/table';
import { shareAbove } from '../../analysis/threshold';
import { byDoubt, ownSettings } from '../../state/entropy/settings';
import { patchEntropy } from '../../state/entropy/slice';
import { strings } from '../../state/strings';
import type { Trace } from '../../trace/trace';
import { entropyScale } from '../../viz/entropyScale';
import { inUnit } from '../../viz/format';
import { stepFigure } from '../../viz/stepFigure';
import { useApp, useAppState } from '../context';
import { percent } from '../model/Interval';
import { Panel } from '../Panel';
import { StepEndPick } from '../StepEndPick';
import { TokenTip } from '../TokenTip';
import { useSize } from '../useSize';
import { useTextWidths } from '../useTextWidths';
import { tokenEntropy } from '../../state/stepEntropy';
import { CandidatePick, ModelPick, MoreSettings, RuleControls } from './RuleControls';
import { MethodNote } from './MethodNote';
import { StepChart } from './StepChart';
import { TauPill } from './TauPill';
import { TextLine } from './TextLine';
import { useCalibration } from './useCalibration';
import { useStepView, type StepView } from './useStepView';

const TIP_WIDTH = 168;

/** The steps of the text on the page, one threshold through their first tokens and the histogram, and what decides. */
export function StepPanel({ trace }: { readonly trace: Trace }) {
  const app = useApp();
  const view = useStepView(trace);
  const more = useAppState((state) => state.entropy.more);
  const [noted, setNoted] = useState(false);
  const text = strings.entropy;
  const { rule, rows } = view;
  const said = rule.method === 'glimprouter' ? text.rule.glimprouter[rule.gate] : text.rule[rule.method];
  const probe = useAppState((state) => state.entropy.changes.probe ?? 'discard');
  const stale = view.labels.filter((label) => label.stale).length;
  return (
    <Panel id="entropy-steps" className="p-steps" title={text.region} label={text.region} formula={text.formula} n={rows.length === 0 ? '' : String(rows.length)} head={<CandidatePick />} tools={<StepTools />} table={rows.length === 0 ? undefined : () => stepTable(trace, view)}>
      <TextLine trace={trace} />
      <p className="lead" data-lead="">
        {view.lead}
      </p>
      <Figure trace={trace} view={view} />
      <div className="foot wrap-foot ent-foot">
        <span>
          {said}
          {rule.method === 'glimprouter' && text.rule[probe]}
        </span>
        <span className="grow" />
        <button type="button" className="link" aria-expanded={more} onClick={() => patchEntropy(app, { more: !more })}>
          {more ? text.control.fewer : text.control.more}
        </button>
        <button type="button" className="link" aria-expanded={noted} onClick={() => setNoted(!noted)}>
          {text.control.note}
        </button>
      </div>
      <p className="ax ent-state" role="status">
        {view.alone ? text.text.alone(trace.model.id) : stale > 0 ? text.text.stale(stale) : text.text.both}
      </p>
      {more && <MoreSettings />}
      {noted && <MethodNote />}
    </Panel>
  );
}

function StepTools() {
  return (
    <span className="opts">
      <StepEndPick />
      <ModelPick />
    </span>
  );
}

function Figure({ trace, view }: { readonly trace: Trace; readonly view: StepView }) {
  const { ref, width } = useSize<HTMLDivElement>();
  const { chart, unit, firsts, labels, lead, tau } = view;
  const candidates = useAppState((state) => state.view.candidates);
  const calibration = useCalibration();
  const changes = useAppState((state) => state.entropy.changes);
  const own = ownSettings({ changes });
  // Scores that are no entropy have no place on this axis.
  const values = (byDoubt(own) ? undefined : calibration) ?? firsts;
  const shown = useMemo(() => values.map((nats) => inUnit(nats, unit)), [values, unit]);
  const all = useMemo(() => Float64Array.from([...shown, ...firsts.map((nats) => inUnit(nats, unit))]), [shown, firsts, unit]);
  const texts = useMemo(() => chart.map(({ tokens }) => tokens.map(({ text }) => text)), [chart]);
  const flat = useMemo(() => texts.flat(), [texts]);
  const widths = useTextWidths(flat);
  // The same object while neither the text nor its place changes: moving the threshold lays nothing out.
  const key = `${width} ${unit} ${flat.length} ${texts.map((row) => row.length).join()}`;
  const layout = useMemo(() => stepFigure({ values: all, unit, width: Math.max(width, 300), tokens: splitLike(widths, key) }), [all, unit, width, widths, key]);
  const { share } = shareAbove(values, view.rule.threshold);
  const about = strings.entropy.chart.share(percent(share), grouped(values.length), calibration !== undefined);
  const scale = useMemo(() => entropyScale(tokenEntropy(trace, candidates), unit, 60), [trace, candidates, unit]);
  const [tip, setTip] = useState<{ readonly token: number; readonly x: number; readonly y: number }>();
  const box = useRef<HTMLDivElement>(null);
  const label = strings.entropy.chart.spoken(strings.entropy.region, chart.length, lead);
  const x = layout.x(inUnit(tau ?? 0, unit));
  return (
    <div ref={ref} className="ent-fig">
      {chart.length === 0 && <p className="nothing">{strings.entropy.chart.none}</p>}
      {width > 0 && chart.length > 0 && (
        <div
          ref={box}
          className="ent-box"
          onPointerMove={(event) => {
            const hit = event.pointerType === 'mouse' && event.buttons === 0 && event.target instanceof Element ? event.target.closest('[data-token]') : null;
            const token = hit === null ? undefined : Number(hit.getAttribute('data-token'));
            if (token === tip?.token) return;
            const [a, b] = [hit?.getBoundingClientRect(), box.current?.getBoundingClientRect()];
            setTip(token === undefined || a === undefined || b === undefined ? undefined : { token, x: a.left - b.left + a.width / 2, y: a.bottom - b.top + 4 });
          }}
          onPointerLeave={() => setTip(undefined)}
        >
          <StepChart layout={layout} rows={chart} values={shown} tau={tau === undefined ? undefined : inUnit(tau, unit)} unit={unit} label={label} />
          {tau !== undefined && (
            <>
              <TauPill layout={layout} unit={unit} tau={tau} spoken={`${about}. ${strings.entropy.aboveOf(labels.filter(({ by }) => by === 'large').length, labels.length)}`} />
              <span className={layout.narrow && x > width / 2 ? 'ent-about left' : 'ent-about'} style={{ left: x }} data-share={share.toFixed(4)}>
                {about}
              </span>
            </>
          )}
          {tip !== undefined && <TokenTip trace={trace} token={tip.token} scale={scale} left={Math.max(0, Math.min(width - TIP_WIDTH, tip.x - TIP_WIDTH / 2))} top={tip.y} />}
        </div>
      )}
      <div className={chart.length === 0 ? 'ent-ctl below' : 'ent-ctl'} style={layout.narrow || chart.length === 0 ? undefined : { left: layout.text }}>
        <RuleControls values={calibration ?? firsts} calibrated={calibration !== undefined} />
      </div>
    </div>
  );
}

/** Widths of all tokens, row by row; the key ends with how many each row has. */
function splitLike(widths: readonly number[], key: string): readonly (readonly number[])[] {
  let at = 0;
  return (key.split(' ')[3] ?? '').split(',').map((length) => widths.slice(at, (at += Number(length))));
}

function stepTable(trace: Trace, { rows, labels }: StepView): DataTable {
  const [step, first, mean, by, now, tokens, text] = strings.entropy.table;
  const name = (writer: 'small' | 'large' | undefined): string => (writer === undefined ? '' : strings.entropy.writer[writer]);
  return {
    columns: [{ name: step }, { name: first, decimals: 4 }, { name: mean, decimals: 4 }, { name: by }, { name: now }, { name: tokens }, { name: text }],
    rows: rows.map((row, i) => [row.step + 1, row.first, row.mean, row.writer === undefined ? trace.model.id : name(row.writer), name(labels[i]?.by), row.to - row.from, trace.tokens.text.slice(row.from, row.to).join('')]),
  };
}

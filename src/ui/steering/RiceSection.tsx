import { useMemo, useState } from 'react';
import type { DataTable } from '../../base/table';
import { applyPlan } from '../../state/steering/apply';
import { RICE_DEFAULTS, ricePlan, runRice, shippedMarkers, type RiceMarker, type RiceReport, type RiceSettings } from '../../state/steering/rice';
import type { Results } from '../../state/results';
import { strings } from '../../state/strings';
import { useApp } from '../context';
import { Panel } from '../Panel';
import { ChoiceField } from '../remix/ChoiceField';
import { useSize } from '../useSize';
import { CardBar, CardHonesty, CardNumber } from './CardBar';
import { LineChart, type Line } from './LineChart';
import { TokenShades } from './TokenShades';
import { figure, useShipped } from './useShipped';
import { MeasuresTable } from './MeasuresTable';

const HEIGHT = 230;
const OWN = 'own';

/** RICE: experts that go with a marker, scaled up or down. */
export default function RiceSection() {
  const app = useApp();
  const results = useShipped('rice');
  const markers = useMemo(() => (results === undefined ? [] : shippedMarkers(results)), [results]);
  const [chosen, setChosen] = useState<string>();
  const [own, setOwn] = useState(' the');
  const [settings, setSettings] = useState<RiceSettings>(RICE_DEFAULTS);
  const [report, setReport] = useState<RiceReport>();
  const [running, setRunning] = useState(false);
  const [fault, setFault] = useState('');
  const text = strings.steering.rice;
  const name = chosen ?? markers[0]?.name ?? OWN;
  const marker: RiceMarker | undefined = markers.find((one) => one.name === name);
  const run = async (): Promise<void> => {
    setRunning(true);
    setFault('');
    const outcome = await runRice(app, marker ?? { own }, settings);
    setRunning(false);
    if (outcome === undefined) return;
    if ('fault' in outcome) setFault(outcome.fault);
    else setReport(outcome.result);
  };
  return (
    <>
      <CardBar
        label={text.group}
        running={running}
        faulty={false}
        fault={fault}
        onRun={() => void run()}
        onApply={report === undefined ? undefined : () => void applyPlan(app, ricePlan(report.steered, report.settings), { id: 'rice', params: { ...report.settings, marker: name, experts: report.steered.map((one) => ({ ...one })) } })}
      >
        <ChoiceField label={text.marker} value={name} options={[...markers.map((one) => one.name), OWN]} name={(one) => text.markers[one] ?? one} onChoose={setChosen} />
        {marker === undefined && (
          <label className="rfield">
            <span className="k">{text.own}</span>
            <input className="rinput short" aria-label={text.own} title={text.ownHint} value={own} onChange={({ target }) => setOwn(target.value)} />
          </label>
        )}
        <CardNumber label={text.l} long={text.lLong} value={settings.l} from={0} to={10} whole onValue={(l) => setSettings({ ...settings, l })} />
        <ChoiceField label={text.set} value={settings.set} options={['top', 'bottom', 'random'] as const} name={(set) => text.sets[set]} onChoose={(set) => setSettings({ ...settings, set })} />
        <CardNumber label={text.beta} long={text.betaLong} value={settings.beta} from={0} to={512} onValue={(beta) => setSettings({ ...settings, beta })} />
        <label className="rcheck">
          <input type="checkbox" className="ck" aria-label={text.renormaliseLong} checked={settings.renormalise} onChange={({ target }) => setSettings({ ...settings, renormalise: target.checked })} />
          {text.renormalise}
        </label>
      </CardBar>
      <div className="dock-cols rm-cols">
        <RankPanel report={report} shipped={marker !== undefined} />
        <EffectPanel report={report} />
        <SweepPanel results={results} marker={marker?.name ?? markers[0]?.name} />
      </div>
      <CardHonesty ran={text.about(settings.l, settings.beta, settings.renormalise)} differs={text.deviations} paper={text.paperFigures} measured={measured(results, markers)} />
    </>
  );
}

function measured(results: Results | undefined, markers: readonly RiceMarker[]): string[] {
  return markers.flatMap(({ name }) => {
    const difference = results && figure(results, `${name}TopLessRandom`);
    return difference === undefined ? [] : [strings.steering.rice.measured(strings.steering.rice.markers[name] ?? name, strings.steering.signedInterval(difference.mean, difference.low, difference.high, 4), Number(results?.summary[`${name}N`]))];
  });
}

function RankPanel({ report, shipped }: { readonly report: RiceReport | undefined; readonly shipped: boolean }) {
  const text = strings.steering.rice;
  const steered = new Set(report?.steered.map(({ layer, expert }) => text.name(layer, expert)));
  const rows = (report?.ranked ?? []).map(({ layer, expert, score, together, active }) => ({ name: text.name(layer, expert), score, together: together[0] ?? 0, active }));
  const table = (): DataTable => ({ columns: text.columns.map((name, i) => (i === 1 ? { name, decimals: 4 } : { name })), rows: rows.map(({ name, score, together, active }) => [name, score, together, active]) });
  return (
    <Panel id="rice-rank" className="p-steer" title={text.title} formula={`${text.formula}, ${shipped ? text.shipped : text.fromText}`} n="" table={rows.length === 0 ? undefined : table}>
      <MeasuresTable
        columns={text.columns}
        rows={rows.map(({ name, score, together, active }) => ({ name, on: steered.has(name), cells: [score.toFixed(3), String(together), String(active)] }))}
      />
    </Panel>
  );
}

function EffectPanel({ report }: { readonly report: RiceReport | undefined }) {
  const text = strings.steering.rice;
  const random = report === undefined ? 0 : report.random.reduce((a, b) => a + b, 0) / report.random.length;
  const rows = report === undefined ? [] : ([[text.before, report.before], [text.after, report.after], [text.random, random]] as const);
  const most = Math.max(1e-9, ...rows.map(([, value]) => value));
  const table = (): DataTable => ({ columns: [{ name: strings.steering.topP.tableToken }, { name: text.before, decimals: 5 }, { name: text.after, decimals: 5 }], rows: (report?.text.words ?? []).map((word, i) => [word, report?.perTokenBefore[i], report?.perTokenAfter[i]]) });
  return (
    <Panel id="rice-effect" className="p-steer" title={text.effect} formula={text.effectFormula} n={report === undefined ? '' : String(report.text.ids.length)} table={report === undefined ? undefined : table}>
      {report === undefined ? (
        <p className="nothing">{strings.steering.empty}</p>
      ) : (
        <>
          <dl className="smeters" aria-live="polite">
            {rows.map(([name, value]) => (
              <div key={name}>
                <dt>{name}</dt>
                <dd>
                  <i style={{ width: `${(100 * value) / most}%` }} />
                  <b>{value.toFixed(4)}</b>
                </dd>
              </div>
            ))}
          </dl>
          <TokenShades words={report.text.words} values={report.perTokenAfter} most={Math.max(0.05, ...report.perTokenAfter)} digits={2} label={text.effect} />
          <p className="rsay">{text.active(report.active)}</p>
        </>
      )}
    </Panel>
  );
}

interface Estimate {
  readonly mean: number;
  readonly low: number;
  readonly high: number;
}

interface SweepRow {
  readonly beta: number;
  readonly top: Estimate;
  readonly random: Estimate;
  readonly topLessRandom: Estimate;
}

/** Top and random experts by beta, beside the unsteered text. */
export function sweepLines(rows: readonly SweepRow[]): Line[] {
  const text = strings.steering.rice;
  return [
    { id: 'random', name: text.random, kind: 'dashed', points: rows.map(({ random }, i) => ({ x: i, y: random.mean, low: random.low, high: random.high })) },
    { id: 'top', name: text.sets.top, kind: 'main', points: rows.map(({ top }, i) => ({ x: i, y: top.mean, low: top.low, high: top.high })) },
  ];
}

function SweepPanel({ results, marker }: { readonly results: Results | undefined; readonly marker: string | undefined }) {
  const { ref, width } = useSize<HTMLDivElement>();
  const text = strings.steering.rice;
  const tables = (results?.['markers'] ?? {}) as Readonly<Record<string, { readonly sweep: readonly SweepRow[] }>>;
  const rows = (marker === undefined ? undefined : tables[marker]?.sweep) ?? [];
  const table = (): DataTable => ({ columns: text.tableBeta.map((name, i) => (i === 0 ? { name } : { name, decimals: 5 })), rows: rows.map(({ beta, top, random, topLessRandom }) => [beta, top.mean, random.mean, topLessRandom.mean, topLessRandom.low, topLessRandom.high]) });
  return (
    <Panel id="rice-sweep" className="p-steer" title={text.sweep} formula={text.sweepFormula} n={rows.length === 0 ? '' : String(results?.summary[`${marker ?? ''}N`])} table={rows.length === 0 ? undefined : table}>
      <div ref={ref}>
        {rows.length === 0 ? <p className="nothing">{strings.steering.noResults}</p> : width > 0 && <LineChart lines={sweepLines(rows)} width={width} height={HEIGHT} label={`${text.sweep}. ${text.sweepFormula}`} xLabel={text.sweepX} names={rows.map(({ beta }) => String(beta))} fromZero digits={5} />}
      </div>
    </Panel>
  );
}

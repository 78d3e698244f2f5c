import { useState } from 'react';
import type { DataTable } from '../../base/table';
import { applyPlan } from '../../state/steering/apply';
import { LAYER_CHOICES, OPTIMISERS, REROUTING_DEFAULTS, runRerouting, SIGNS, type ReroutingReport, type ReroutingSettings, type RerouteStep } from '../../state/steering/rerouting';
import type { Results } from '../../state/results';
import { strings } from '../../state/strings';
import { useApp } from '../context';
import { Panel } from '../Panel';
import { ChoiceField } from '../remix/ChoiceField';
import { useSize } from '../useSize';
import { CardBar, CardHonesty, CardNumber } from './CardBar';
import { LineChart, type Line } from './LineChart';
import { figure, useShipped } from './useShipped';
import { MeasuresTable } from './MeasuresTable';

const HEIGHT = 230;

/** Rerouting: router logits that the text itself moves. */
export default function ReroutingSection() {
  const app = useApp();
  const results = useShipped('rerouting');
  const [settings, setSettings] = useState<ReroutingSettings>(REROUTING_DEFAULTS);
  const [context, setContext] = useState(60);
  const [steps, setSteps] = useState<readonly RerouteStep[]>([]);
  const [report, setReport] = useState<ReroutingReport>();
  const [running, setRunning] = useState(false);
  const [fault, setFault] = useState('');
  const text = strings.steering.rerouting;
  const set = (part: Partial<ReroutingSettings>): void => setSettings({ ...settings, ...part });
  const run = async (): Promise<void> => {
    setRunning(true);
    setFault('');
    setSteps([]);
    setReport(undefined);
    const outcome = await runRerouting(app, settings, context / 100, (step) => setSteps((before) => [...before, step]));
    setRunning(false);
    if (outcome === undefined) return;
    if ('fault' in outcome) setFault(outcome.fault);
    else setReport(outcome.result);
  };
  const layers = report === undefined ? text.by(text.choices[settings.choice]) : text.layersText(report.cycle.layers);
  return (
    <>
      <CardBar
        label={text.group}
        running={running}
        faulty={false}
        fault={fault}
        onRun={() => void run()}
        onApply={report === undefined ? undefined : () => void applyPlan(app, report.plan, { id: 'rerouting', params: { ...report.settings, clamp: Number.isFinite(report.settings.clamp) ? report.settings.clamp : null, context: report.cycle.context, layers: [...report.cycle.layers] } })}
      >
        <CardNumber label={text.context} long={text.contextLong} value={context} from={5} to={95} onValue={setContext} />
        <CardNumber label={text.rate} long={text.rateLong} value={settings.rate} from={0.001} to={5} onValue={(rate) => set({ rate })} />
        <CardNumber label={text.steps} long={text.stepsLong} value={settings.steps} from={0} to={20} whole onValue={(n) => set({ steps: n })} />
        <ChoiceField label={text.choice} value={settings.choice} options={LAYER_CHOICES} name={(choice) => text.choices[choice]} onChoose={(choice) => set({ choice })} />
        {(settings.choice === 'hard' || settings.choice === 'soft') && <ChoiceField label={text.sign} value={settings.sign} options={SIGNS} name={(sign) => text.signs[sign]} onChoose={(sign) => set({ sign })} />}
        {settings.choice !== 'all' && settings.choice !== 'soft' && <CardNumber label={text.share} long={text.shareLong} value={Math.round(settings.share * 100)} from={10} to={100} onValue={(share) => set({ share: share / 100 })} />}
        <ChoiceField label={text.optimiser} value={settings.optimiser} options={OPTIMISERS} name={(optimiser) => text.optimisers[optimiser]} onChoose={(optimiser) => set({ optimiser })} />
      </CardBar>
      <div className="dock-cols rm-cols">
        <LossPanel steps={steps} report={report} />
        <LayersPanel report={report} />
        <CyclesPanel results={results} />
      </div>
      <CardHonesty ran={text.about(layers, text.optimisers[settings.optimiser], settings.steps, settings.rate)} differs={text.deviations} paper={text.paperFigures} measured={measured(results)} />
    </>
  );
}

function measured(results: Results | undefined): string[] {
  if (results === undefined) return [];
  const show = strings.steering.signedInterval;
  return Object.entries(strings.steering.rerouting.arms).flatMap(([arm, name]) => {
    const [heldOut, random] = [figure(results, `${arm}Cycle1HeldOut`), figure(results, `${arm}Cycle1Random`)];
    return heldOut === undefined || random === undefined ? [] : [strings.steering.rerouting.measured(name, show(heldOut.mean, heldOut.low, heldOut.high), show(random.mean, random.low, random.high), Number(results.summary[`${arm}N`]))];
  });
}

/** Context and held-out loss by step. */
export function stepLines(steps: readonly RerouteStep[]): Line[] {
  const text = strings.steering.rerouting;
  const lines: Line[] = [{ id: 'context', name: text.contextLine, kind: 'dashed', points: steps.map(({ step, contextLoss }) => ({ x: step, y: contextLoss })) }];
  const heldOut = steps.flatMap(({ step, heldOutLoss }) => (heldOutLoss === undefined ? [] : [{ x: step, y: heldOutLoss }]));
  return heldOut.length === 0 ? lines : [...lines, { id: 'heldOut', name: text.heldOut, kind: 'main', points: heldOut }];
}

function LossPanel({ steps, report }: { readonly steps: readonly RerouteStep[]; readonly report: ReroutingReport | undefined }) {
  const { ref, width } = useSize<HTMLDivElement>();
  const text = strings.steering.rerouting;
  const table = (): DataTable => ({ columns: [{ name: text.stepAxis }, { name: text.contextLine, decimals: 5 }, { name: text.heldOut, decimals: 5 }], rows: steps.map(({ step, contextLoss, heldOutLoss }) => [step, contextLoss, heldOutLoss]) });
  const [first, last] = [steps[0], steps.at(-1)];
  return (
    <Panel id="rerouting-loss" className="p-steer" title={text.title} formula={text.formula} n={report === undefined ? '' : String(report.text.ids.length)} table={steps.length === 0 ? undefined : table}>
      <div ref={ref}>
        {steps.length === 0 ? <p className="nothing">{strings.steering.empty}</p> : width > 0 && <LineChart lines={stepLines(steps)} width={width} height={HEIGHT} label={`${text.lossLabel}, ${strings.steering.nats}`} xLabel={text.stepAxis} names={steps.map(({ step }) => String(step))} />}
      </div>
      <p className="rsay" aria-live="polite">
        {report !== undefined && first !== undefined && last !== undefined && `${text.sentence(text.change(last.contextLoss - first.contextLoss), text.change((last.heldOutLoss ?? NaN) - (first.heldOutLoss ?? NaN)), text.change(report.randomHeldOut))}; ${text.cost((report.cycle.cost.forward + report.cycle.cost.backward) / (report.cycle.context * report.norms.length), report.cycle.cost.milliseconds / 1000)}`}
      </p>
    </Panel>
  );
}

function LayersPanel({ report }: { readonly report: ReroutingReport | undefined }) {
  const text = strings.steering.rerouting;
  const rows = (report?.norms ?? []).map((norm, layer) => ({
    layer, norm, c: report?.cycle.confidence[layer] ?? NaN, chosen: report?.cycle.layers.includes(layer) === true,
    edits: report?.editDistance[layer] ?? NaN, entropy: (report?.entropyAfter[layer] ?? NaN) - (report?.entropyBefore[layer] ?? NaN),
  }));
  const table = (): DataTable => ({ columns: text.layersColumns.map((name, i) => (i === 0 || i === 2 ? { name } : { name, decimals: 4 })), rows: rows.map(({ layer, c, chosen, norm, edits, entropy }) => [layer, c, chosen ? text.yes : text.no, norm, edits, entropy]) });
  return (
    <Panel id="rerouting-layers" className="p-steer" title={text.layers} formula={text.layersFormula} n="" table={rows.length === 0 ? undefined : table}>
      <MeasuresTable
        columns={text.layersColumns}
        rows={rows.map(({ layer, chosen, c, norm, edits, entropy }) => ({
          name: strings.heat.layer(layer),
          on: chosen,
          cells: [c.toFixed(3), chosen ? text.yes : text.no, norm.toFixed(3), edits.toFixed(3), text.change(entropy)],
        }))}
      />
    </Panel>
  );
}

interface Estimate {
  readonly mean: number;
  readonly low: number;
  readonly high: number;
}

export interface CycleRow {
  readonly context: number;
  readonly contextFall: Estimate;
  readonly heldOut: Estimate;
  readonly randomHeldOut: Estimate;
}

/** Held-out change of each arm by cycle, with the random control of all layers. */
export function cycleLines(arms: Readonly<Record<string, { readonly cycles: readonly CycleRow[] }>>): Line[] {
  const text = strings.steering.rerouting;
  const points = (cycles: readonly CycleRow[], of: (row: CycleRow) => Estimate) => cycles.map((row, x) => ({ x, y: of(row).mean, low: of(row).low, high: of(row).high }));
  const lines = Object.entries(arms).map(([arm, { cycles }]): Line => ({ id: arm, name: text.choices[arm === 'all' ? 'all' : 'hard'], kind: arm === 'all' ? 'main' : 'dashed', points: points(cycles, (row) => row.heldOut) }));
  const control = arms['all'] ?? Object.values(arms)[0];
  return control === undefined ? lines : [...lines, { id: 'random', name: text.choices.random, kind: 'dots', points: points(control.cycles, (row) => row.randomHeldOut) }];
}

function CyclesPanel({ results }: { readonly results: Results | undefined }) {
  const { ref, width } = useSize<HTMLDivElement>();
  const text = strings.steering.rerouting;
  const arms = (results?.['arms'] ?? {}) as Readonly<Record<string, { readonly cycles: readonly CycleRow[] }>>;
  const rows = Object.entries(arms).flatMap(([arm, { cycles }]) => cycles.map((row, i) => ({ arm, cycle: i + 1, ...row })));
  const table = (): DataTable => ({ columns: text.columns.map((name, i) => (i < 3 ? { name } : { name, decimals: 4 })), rows: rows.map(({ arm, cycle, context, contextFall, heldOut, randomHeldOut }) => [text.arms[arm] ?? arm, cycle, context, contextFall.mean, heldOut.mean, heldOut.low, heldOut.high, randomHeldOut.mean]) });
  const contexts = Object.values(arms)[0]?.cycles.map(({ context }) => String(context)) ?? [];
  return (
    <Panel id="rerouting-cycles" className="p-steer" title={text.cycles} formula={text.cyclesFormula} n={rows.length === 0 ? '' : String(results?.summary['allN'])} table={rows.length === 0 ? undefined : table}>
      <div ref={ref}>
        {rows.length === 0 ? <p className="nothing">{strings.steering.noResults}</p> : width > 0 && <LineChart lines={cycleLines(arms)} width={width} height={HEIGHT} label={`${text.cycles}. ${text.cyclesFormula}, ${strings.steering.nats}`} xLabel={text.columns[2]} names={contexts} />}
      </div>
    </Panel>
  );
}

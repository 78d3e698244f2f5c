import { useState } from 'react';
import type { DataTable } from '../../base/table';
import { applyPlan } from '../../state/steering/apply';
import { matchTopP, runTopP, topPDefaults, topPPlan, type TopPReport, type TopPSettings } from '../../state/steering/topP';
import type { Results } from '../../state/results';
import { strings } from '../../state/strings';
import { useApp, useAppState } from '../context';
import { Panel } from '../Panel';
import { ChoiceField } from '../remix/ChoiceField';
import { useSize } from '../useSize';
import { CardBar, CardHonesty, CardNumber } from './CardBar';
import { LayerBars } from './LayerBars';
import { LineChart, type Line } from './LineChart';
import { TokenShades } from './TokenShades';
import { figure, useShipped } from './useShipped';

const HEIGHT = 230;

/** Top-p: as many experts as it takes. Settings, the text on screen, and what was measured. */
export default function TopPSection() {
  const app = useApp();
  const size = useAppState((state) => state.traces.current?.trace.model);
  const results = useShipped('top-p');
  const [settings, setSettings] = useState<TopPSettings>();
  const [target, setTarget] = useState(1.5);
  const [report, setReport] = useState<TopPReport>();
  const [running, setRunning] = useState(false);
  const [fault, setFault] = useState('');
  const text = strings.steering.topP;
  const router = { experts: size?.experts ?? 16, topK: size?.topK ?? 2 };
  const now = settings ?? topPDefaults(router);
  const set = (part: Partial<TopPSettings>): void => setSettings({ ...now, ...part });
  const work = async <T,>(start: () => Promise<{ readonly result: T } | { readonly fault: string } | undefined>, take: (result: T) => void): Promise<void> => {
    setRunning(true);
    setFault('');
    const outcome = await start();
    setRunning(false);
    if (outcome === undefined) return;
    if ('fault' in outcome) setFault(outcome.fault);
    else take(outcome.result);
  };
  const faulty = now.min > now.max;
  return (
    <>
      <CardBar
        label={text.group}
        running={running}
        faulty={faulty}
        fault={fault}
        onRun={() => void work(() => runTopP(app, now), setReport)}
        onApply={report === undefined ? undefined : () => void applyPlan(app, topPPlan(report.settings), { id: 'top-p', params: { ...report.settings } })}
      >
        <CardNumber label={text.p} long={text.pLong} value={now.p} from={0.05} to={1} onValue={(p) => set({ p })} />
        <CardNumber label={text.min} long={text.minLong} value={now.min} from={1} to={now.max} whole onValue={(min) => set({ min })} />
        <CardNumber label={text.max} long={text.maxLong} value={now.max} from={now.min} to={router.experts} whole onValue={(max) => set({ max })} />
        <ChoiceField label={text.mass} value={now.mass} options={['all', 'topk'] as const} name={(mass) => text.masses[mass]} onChoose={(mass) => set({ mass })} />
        <label className="rcheck">
          <input type="checkbox" className="ck" aria-label={text.renormaliseLong} checked={now.renormalise} onChange={({ target: box }) => set({ renormalise: box.checked })} />
          {text.renormalise}
        </label>
        <span className="rpair">
          <button type="button" className="link" disabled={running || faulty} onClick={() => void work(() => matchTopP(app, now, target), (p) => set({ p }))}>
            {text.match}
          </button>
          <CardNumber label="" long={text.matchTo} value={target} from={1} to={router.experts} onValue={setTarget} />
        </span>
      </CardBar>
      <div className="dock-cols rm-cols">
        <TextPanel report={report} />
        <LayersPanel report={report} />
        <FrontierPanel results={results} />
      </div>
      <CardHonesty ran={text.about(text.masses[now.mass], now.renormalise)} differs={text.deviations} paper={text.paperFigures} measured={measured(results)} />
    </>
  );
}

function measured(results: Results | undefined): string[] {
  const random = results && figure(results, 'halfLessRandom');
  const fixed = results && figure(results, 'halfLessStatic');
  if (results === undefined || random === undefined || fixed === undefined) return [];
  const show = strings.steering.signedInterval;
  return [strings.steering.topP.measured(show(random.mean, random.low, random.high, 4), show(fixed.mean, fixed.low, fixed.high, 4), Number(results.summary['n']), Number(results.summary['tokens']))];
}

function TextPanel({ report }: { readonly report: TopPReport | undefined }) {
  const text = strings.steering.topP;
  const table = (): DataTable => ({ columns: [{ name: text.tableToken }, { name: text.tableExperts, decimals: 3 }], rows: (report?.text.words ?? []).map((word, i) => [word, report?.perToken[i]]) });
  return (
    <Panel id="top-p-text" className="p-steer" title={text.title} formula={text.formula} n={report === undefined ? '' : String(report.text.ids.length)} table={report === undefined ? undefined : table}>
      {report === undefined ? (
        <p className="nothing">{strings.steering.empty}</p>
      ) : (
        <>
          <TokenShades words={report.text.words} values={report.perToken} most={Math.max(2, ...report.perToken)} digits={1} label={text.perToken} />
          <p className="rsay" aria-live="polite">
            {text.sentence(report.mean, report.lossBefore, report.lossAfter)}; {text.withLoss(report.withLoss)}
          </p>
        </>
      )}
    </Panel>
  );
}

function LayersPanel({ report }: { readonly report: TopPReport | undefined }) {
  const { ref, width } = useSize<HTMLDivElement>();
  const text = strings.steering.topP;
  const table = (): DataTable => ({ columns: [{ name: text.tableLayer }, { name: text.tableExperts, decimals: 3 }], rows: (report?.perLayer ?? []).map((value, layer) => [layer, value]) });
  return (
    <Panel id="top-p-layers" className="p-steer" title={text.layers} formula={text.layersFormula} n={report === undefined ? '' : String(report.text.ids.length)} table={report === undefined ? undefined : table}>
      <div ref={ref}>
        {report === undefined ? (
          <p className="nothing">{strings.steering.empty}</p>
        ) : (
          width > 0 && <LayerBars values={report.perLayer} most={Math.max(2, ...report.perLayer)} digits={2} layerName={strings.steering.layer} width={width} label={text.layers} />
        )}
      </div>
      {report !== undefined && <p className="rsay">{text.histogram(report.histogram.flatMap((n, t) => (n > 0 ? [`${t}: ${n}`] : [])).join(', '))}</p>}
    </Panel>
  );
}

interface FrontierRow {
  readonly arm: string;
  readonly kind: 'static' | 'top-p' | 'random' | 'paper';
  readonly meanExperts: number;
  readonly bitsPerByte: { readonly mean: number; readonly low: number; readonly high: number };
}

/** Curves of the shipped file: top-p, a fixed number, and chance. The paper's own rule lies off the scale and stands in the table. */
export function frontierLines(rows: readonly FrontierRow[]): Line[] {
  const text = strings.steering.topP;
  const line = (id: string, name: string, kind: Line['kind'], of: readonly FrontierRow[]): Line => ({ id, name, kind, points: of.map(({ meanExperts, bitsPerByte }) => ({ x: meanExperts, y: bitsPerByte.mean })).sort((a, b) => a.x - b.x) });
  const fixed = rows.filter(({ kind }) => kind === 'static');
  return [
    line('static', text.static, 'dashed', fixed),
    line('random', text.byChance, 'dots', rows.filter(({ kind }) => kind === 'random')),
    line('top-p', text.byMass, 'main', rows.filter(({ kind }) => kind === 'top-p')),
  ].filter(({ points }) => points.length > 0);
}

function FrontierPanel({ results }: { readonly results: Results | undefined }) {
  const { ref, width } = useSize<HTMLDivElement>();
  const text = strings.steering.topP;
  const rows = (results?.['frontier'] ?? []) as readonly FrontierRow[];
  const table = (): DataTable => ({
    columns: text.columns.map((name, i) => (i === 0 ? { name } : { name, decimals: 4 })),
    rows: rows.map(({ arm, meanExperts, bitsPerByte: { mean, low, high } }) => [arm, meanExperts, mean, low, high]),
  });
  const lines = frontierLines(rows);
  return (
    <Panel id="top-p-frontier" className="p-steer" title={text.frontier} formula={text.frontierFormula} n={results === undefined ? '' : String(results.summary['tokens'])} table={rows.length === 0 ? undefined : table}>
      <div ref={ref}>
        {rows.length === 0 ? <p className="nothing">{strings.steering.noResults}</p> : width > 0 && <LineChart lines={lines} width={width} height={HEIGHT} label={`${text.frontier}. ${text.frontierFormula}`} xLabel={text.frontierX} digits={4} />}
      </div>
    </Panel>
  );
}

import { applyPlan } from '../../state/steering/apply';
import { patchCard } from '../../state/steering/slice';
import { matchTopP, runTopP, topPDefaults, topPOfPaper, topPPlan, type TopPSettings } from '../../state/steering/topP';
import type { Results } from '../../state/results';
import { strings } from '../../state/strings';
import { useApp, useAppState } from '../context';
import { ChoiceField } from '../remix/ChoiceField';
import { CardBar, CardCheck, CardHonesty, CardNumber } from './CardBar';
import { HistogramPanel, LayersPanel, ScatterPanel, TextPanel } from './TopPPanels';
import { FrontierPanel, KindsPanel } from './TopPShipped';
import { figure, useShipped } from './useShipped';

const P = { from: 0.05, to: 1, step: 0.01 } as const;

/** Top-p: as many experts as it takes. Settings, the text on screen, and what was measured. */
export default function TopPSection() {
  const app = useApp();
  const size = useAppState((state) => state.traces.current?.trace.model);
  const { settings, target, report, running, fault } = useAppState((state) => state.steering.topP);
  const results = useShipped('top-p');
  const text = strings.steering.topP;
  const router = { experts: size?.experts ?? 16, topK: size?.topK ?? 2 };
  const now = settings ?? topPDefaults(router);
  const set = (part: Partial<TopPSettings>): void => patchCard(app, 'topP', { settings: { ...now, ...part } });
  const faulty = now.min > now.max;
  return (
    <>
      <CardBar
        label={text.group}
        running={running}
        faulty={faulty}
        fault={fault}
        onRun={() => void runTopP(app, now)}
        onApply={report === undefined ? undefined : () => void applyPlan(app, topPPlan(report.settings), { id: 'top-p', params: { ...report.settings } })}
      >
        <span className="rfield spower">
          <span className="k" aria-hidden="true">
            {text.p}
          </span>
          <input type="range" aria-label={text.pSlider} min={P.from} max={P.to} step={P.step} value={now.p} style={{ ['--p' as string]: `${(100 * (now.p - P.from)) / (P.to - P.from)}%` }} onChange={({ target: { value } }) => set({ p: Number(value) })} />
          <CardNumber label="" long={text.pLong} value={now.p} from={P.from} to={P.to} onValue={(p) => set({ p })} />
        </span>
        <CardNumber label={text.min} long={text.minLong} value={now.min} from={1} to={now.max} whole onValue={(min) => set({ min })} />
        <CardNumber label={text.max} long={text.maxLong} value={now.max} from={now.min} to={router.experts} whole onValue={(max) => set({ max })} />
        <ChoiceField label={text.mass} value={now.mass} options={['all', 'topk'] as const} name={(mass) => text.masses[mass]} onChoose={(mass) => set({ mass })} />
        <CardCheck label={text.renormalise} long={text.renormaliseLong} checked={now.renormalise} onValue={(renormalise) => set({ renormalise })} />
        <span className="rpair">
          <button type="button" className="link" disabled={running || faulty} title={text.matchHint} onClick={() => void matchTopP(app, now, target)}>
            {text.match}
          </button>
          <CardNumber label="" long={text.matchTo} value={target} from={1} to={router.experts} onValue={(value) => patchCard(app, 'topP', { target: value })} />
        </span>
        <span className="rpair">
          <button type="button" className="link" title={text.paperHint} onClick={() => set(topPOfPaper(router))}>
            {text.paper}
          </button>
          <button type="button" className="link" title={text.usualHint} onClick={() => set(topPDefaults(router))}>
            {text.usual}
          </button>
        </span>
      </CardBar>
      <div className="dock-cols rm-cols">
        <TextPanel report={report} />
        <LayersPanel report={report} />
        <FrontierPanel results={results} />
      </div>
      <div className="dock-cols rm-cols">
        <ScatterPanel report={report} results={results} />
        <HistogramPanel report={report} />
        <KindsPanel results={results} />
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

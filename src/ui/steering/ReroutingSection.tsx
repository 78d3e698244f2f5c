import { useState } from 'react';
import { applyPlan } from '../../state/steering/apply';
import { patchCard } from '../../state/steering/slice';
import { LAYER_CHOICES, OPTIMISERS, REROUTING_SOURCES, runRerouting, SIGNS, type ReroutingCard, type ReroutingReport, type ReroutingSettings } from '../../state/steering/rerouting';
import { RATE_SCALE } from '../../state/steering/powerScale';
import type { Results } from '../../state/results';
import { strings } from '../../state/strings';
import { useApp, useAppState } from '../context';
import { ChoiceField } from '../remix/ChoiceField';
import { CardBar, CardCheck, CardHonesty, CardNumber } from './CardBar';
import { CardSlider } from './CardSlider';
import { CostPanel, DeltaPanel, LayersPanel, LossPanel, TextPanel } from './ReroutingPanels';
import { CyclesPanel } from './ReroutingShipped';
import { figure, useShipped } from './useShipped';

/** Bound that the switch starts with. */
const CLAMP = 1;

/** Rerouting: router logits that the text itself moves. */
export default function ReroutingSection() {
  const app = useApp();
  const results = useShipped('rerouting');
  const card = useAppState((state) => state.steering.rerouting);
  const [more, setMore] = useState(false);
  const { settings, report } = card;
  const text = strings.steering.rerouting;
  const layers = report === undefined ? text.by(text.choices[settings.choice]) : text.layersText(report.layers);
  return (
    <>
      <CardBar
        label={text.group}
        running={card.running}
        faulty={false}
        fault={card.fault}
        onRun={() => void runRerouting(app)}
        onApply={report === undefined ? undefined : () => void applyPlan(app, report.plan, { id: 'rerouting', params: paramsOf(report) })}
        more={more}
        onMore={() => setMore(!more)}
      >
        <Controls card={card} />
      </CardBar>
      {more && <More card={card} />}
      <div className="dock-cols rm-cols">
        <LossPanel card={card} />
        <DeltaPanel card={card} />
        <CyclesPanel results={results} />
      </div>
      <div className="dock-cols rm-cols">
        <LayersPanel report={report} />
        <TextPanel report={report} />
        <CostPanel card={card} />
      </div>
      <CardHonesty ran={text.about(layers, text.optimisers[settings.optimiser], settings.steps, settings.rate)} differs={text.deviations} paper={text.paperFigures} measured={measured(results)} />
    </>
  );
}

function useSet(card: ReroutingCard): { readonly set: (part: Partial<ReroutingSettings>) => void; readonly put: (part: Partial<ReroutingCard>) => void } {
  const app = useApp();
  const put = (part: Partial<ReroutingCard>): void => patchCard(app, 'rerouting', part);
  return { put, set: (part) => put({ settings: { ...card.settings, ...part } }) };
}

/** What matters most: which text, when, how far, how often, and where. */
function Controls({ card }: { readonly card: ReroutingCard }) {
  const { set, put } = useSet(card);
  const { settings, source } = card;
  const text = strings.steering.rerouting;
  return (
    <>
      <ChoiceField label={text.source} value={source} options={REROUTING_SOURCES} name={(one) => text.sources[one]} onChoose={(one) => put({ source: one })} />
      {source === 'reading' ? (
        <CardNumber label={text.first} long={text.firstLong} value={card.first} from={5} to={95} onValue={(first) => put({ first })} />
      ) : (
        <CardNumber label={text.newTokens} long={text.newTokensLong} value={card.newTokens} from={1} to={96} whole onValue={(newTokens) => put({ newTokens })} />
      )}
      <CardNumber label={text.interval} long={text.intervalLong} value={settings.interval} from={8} to={512} whole onValue={(interval) => set({ interval })} />
      <CardNumber label={text.steps} long={text.stepsLong} value={settings.steps} from={0} to={20} whole onValue={(steps) => set({ steps })} />
      <CardSlider label={text.rate} long={text.rateLong} value={settings.rate} scale={RATE_SCALE} from={0.001} to={5} onValue={(rate) => set({ rate })} />
      <ChoiceField label={text.choice} value={settings.choice} options={LAYER_CHOICES} name={(choice) => text.choices[choice]} onChoose={(choice) => set({ choice })} />
      {(settings.choice === 'hard' || settings.choice === 'soft') && <ChoiceField label={text.sign} value={settings.sign} options={SIGNS} name={(sign) => text.signs[sign]} onChoose={(sign) => set({ sign })} />}
    </>
  );
}

/** The rest. */
function More({ card }: { readonly card: ReroutingCard }) {
  const { set, put } = useSet(card);
  const { settings } = card;
  const text = strings.steering.rerouting;
  const bounded = Number.isFinite(settings.clamp);
  return (
    <div className="rmore">
      {settings.choice !== 'all' && settings.choice !== 'soft' && <CardNumber label={text.share} long={text.shareLong} value={Math.round(settings.share * 100)} from={10} to={100} onValue={(share) => set({ share: share / 100 })} />}
      <ChoiceField label={text.optimiser} value={settings.optimiser} options={OPTIMISERS} name={(optimiser) => text.optimisers[optimiser]} onChoose={(optimiser) => set({ optimiser })} />
      <CardCheck label={text.warm} long={text.warmLong} checked={settings.warmStart} onValue={(warmStart) => set({ warmStart })} />
      <CardCheck label={text.fresh} long={text.freshLong} checked={card.fresh} onValue={(fresh) => put({ fresh })} />
      <span className="rpair">
        <CardCheck label={text.clamp} long={text.clampLong} checked={bounded} onValue={(on) => set({ clamp: on ? CLAMP : Infinity })} />
        {bounded && <CardNumber label="" long={text.clampTo} value={settings.clamp} from={0.5} to={20} onValue={(clamp) => set({ clamp })} />}
      </span>
      <CardNumber label={text.seed} long={text.seedLong} value={settings.seed} from={0} to={4_294_967_295} whole onValue={(seed) => set({ seed })} />
    </div>
  );
}

/** What a trace says of how it was rerouted: JSON knows no Infinity. */
function paramsOf({ settings, source, context, layers }: ReroutingReport): Record<string, unknown> {
  return { ...settings, clamp: Number.isFinite(settings.clamp) ? settings.clamp : null, source, context, layers: [...layers] };
}

function measured(results: Results | undefined): string[] {
  if (results === undefined) return [];
  const show = strings.steering.signedInterval;
  return Object.entries(strings.steering.rerouting.arms).flatMap(([arm, name]) => {
    const [heldOut, random] = [figure(results, `${arm}Cycle1HeldOut`), figure(results, `${arm}Cycle1Random`)];
    return heldOut === undefined || random === undefined ? [] : [strings.steering.rerouting.measured(name, show(heldOut.mean, heldOut.low, heldOut.high), show(random.mean, random.low, random.high), Number(results.summary[`${arm}N`]))];
  });
}

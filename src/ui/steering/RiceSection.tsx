import { useMemo } from 'react';
import { applyPlan } from '../../state/steering/apply';
import { BETA_SCALE } from '../../state/steering/powerScale';
import { BETA_MAX, L_MAX, OWN_MARKER, planOf, RICE_SCOPES, RICE_SETS, runRice, type RiceCard, type RiceMarker, type RiceSettings } from '../../state/steering/rice';
import { chosenExperts, rankingOf, setMarkerWeight, shippedMarkers, weightsOf } from '../../state/steering/riceRanking';
import { patchCard } from '../../state/steering/slice';
import type { Results } from '../../state/results';
import { strings } from '../../state/strings';
import { useApp, useAppState } from '../context';
import { ChoiceField } from '../remix/ChoiceField';
import { CardBar, CardCheck, CardHonesty, CardNumber } from './CardBar';
import { CardSlider } from './CardSlider';
import { EffectPanel, PositionPanel, WrittenPanel } from './RiceEffect';
import { MapPanel, RankPanel } from './RicePanels';
import { SweepPanel } from './RiceSweep';
import { figure, useShipped } from './useShipped';

/** RICE: experts that go with markers, scaled up or down. */
export default function RiceSection() {
  const app = useApp();
  const results = useShipped('rice');
  const card = useAppState((state) => state.steering.rice);
  const shipped = useMemo(() => (results === undefined ? [] : shippedMarkers(results)), [results]);
  const { weights, own, ownCounts, report, settings, set } = card;
  const ranking = useMemo(() => rankingOf({ weights, own, ownCounts }, shipped), [weights, own, ownCounts, shipped]);
  const steered = useMemo(() => chosenExperts(card, ranking.ranked), [card, ranking]);
  const used = Object.entries(weightsOf(card, shipped)).flatMap(([name, weight]) => (weight === 0 ? [] : [name]));
  const shown = card.shown !== undefined && used.includes(card.shown) ? card.shown : (used[0] ?? OWN_MARKER);
  const text = strings.steering.rice;
  return (
    <>
      <CardBar
        label={text.group}
        running={card.running}
        faulty={false}
        fault={card.fault}
        onRun={() => void runRice(app, shipped)}
        onApply={report === undefined ? undefined : () => void applyPlan(app, planOf(report), { id: 'rice', params: { ...report.settings, scope: report.scope, from: report.from, markers: report.effects.map(({ name, weight }) => ({ name, weight })), experts: report.steered.map((one) => ({ ...one })) } })}
      >
        <Controls card={card} />
      </CardBar>
      <Markers card={card} shipped={shipped} />
      <div className="dock-cols rm-cols">
        <RankPanel ranking={ranking} shown={shown} steered={steered} />
        <MapPanel ranking={ranking} shown={shown} steered={steered} />
        <EffectPanel report={report} shown={shown} />
      </div>
      <div className="dock-cols rm-cols">
        <PositionPanel report={report} shown={shown} />
        <WrittenPanel report={report} />
        <SweepPanel results={results} card={card} shipped={shipped} shown={shown} />
      </div>
      <CardHonesty ran={text.about(text.experts(text.sets[set], steered.length), settings.beta, settings.renormalise, text.scopes[card.scope])} differs={text.deviations} paper={text.paperFigures} measured={measured(results, shipped)} />
    </>
  );
}

function Controls({ card }: { readonly card: RiceCard }) {
  const app = useApp();
  const { settings } = card;
  const text = strings.steering.rice;
  const put = (part: Partial<RiceCard>): void => patchCard(app, 'rice', part);
  const change = (part: Partial<RiceSettings>): void => put({ settings: { ...settings, ...part } });
  return (
    <>
      <ChoiceField label={text.set} value={card.set} options={RICE_SETS} name={(set) => text.sets[set]} onChoose={(set) => put({ set })} />
      {card.set !== 'manual' && <CardNumber label={text.l} long={text.lLong} value={settings.l} from={0} to={L_MAX} whole onValue={(l) => change({ l })} />}
      <CardSlider label={text.beta} long={text.betaLong} value={settings.beta} scale={BETA_SCALE} from={0} to={BETA_MAX} onValue={(beta) => change({ beta })} />
      <CardCheck label={text.renormalise} long={text.renormaliseLong} checked={settings.renormalise} onValue={(renormalise) => change({ renormalise })} />
      <ChoiceField label={text.scope} long={text.scopeLong} value={card.scope} options={RICE_SCOPES} name={(scope) => text.scopes[scope]} onChoose={(scope) => put({ scope })} />
      <CardNumber label={text.newTokens} long={text.newTokensLong} value={card.newTokens} from={0} to={96} whole onValue={(newTokens) => put({ newTokens })} />
    </>
  );
}

/** The markers as switches, each with its weight in the score. */
function Markers({ card, shipped }: { readonly card: RiceCard; readonly shipped: readonly RiceMarker[] }) {
  const app = useApp();
  const text = strings.steering.rice;
  const weights = weightsOf(card, shipped);
  return (
    <div className="rmore" role="group" aria-label={text.markersGroup}>
      <span className="k">{text.markersLabel}</span>
      {[...shipped.map(({ name }) => name), OWN_MARKER].map((name) => {
        const weight = weights[name] ?? 0;
        const title = text.markers[name] ?? name;
        return (
          <span key={name} className="rpair">
            <CardCheck label={title} long={text.useMarker(title)} checked={weight !== 0} onValue={(on) => setMarkerWeight(app, shipped, name, on ? 1 : 0)} />
            {name === OWN_MARKER && <input className="rinput short" aria-label={text.own} title={text.ownHint} value={card.own} onChange={({ target }) => patchCard(app, 'rice', { own: target.value })} />}
            {weight !== 0 && <CardNumber label={'\u00d7'} long={text.weight(title)} value={weight} from={-1} to={1} onValue={(value) => setMarkerWeight(app, shipped, name, value)} />}
          </span>
        );
      })}
    </div>
  );
}

function measured(results: Results | undefined, markers: readonly RiceMarker[]): string[] {
  return markers.flatMap(({ name }) => {
    const difference = results && figure(results, `${name}TopLessRandom`);
    return difference === undefined ? [] : [strings.steering.rice.measured(strings.steering.rice.markers[name] ?? name, strings.steering.signedInterval(difference.mean, difference.low, difference.high, 4), Number(results?.summary[`${name}N`]))];
  });
}

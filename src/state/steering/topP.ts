/** Top-p on the text on screen. */
import { estimatedMean, expertsPerToken, expertUse, massesOf, routerEntropyPerToken } from '../../methods/top-p/counts';
import { rankCorrelation } from '../../methods/top-p/correlation';
import { matchMean } from '../../methods/top-p/match';
import { checkTopP, topPPlan, type TopPSettings } from '../../methods/top-p/settings';
import { gateEntropy } from '../../methods/rerouting/measure';
import { ROUTER_AS_TRAINED } from '../../routing/plan';
import type { App } from '../app';
import { patchCard, runCard } from './slice';
import type { TopPReport } from './topPCard';
import { onModel, type Outcome } from './work';

export { topPDefaults, topPOfPaper, topPPlan, type TopPSettings } from '../../methods/top-p/settings';
export type { TopPReport } from './topPCard';

const meanLoss = (logProb: Float32Array): number => -logProb.slice(1).reduce((a, b) => a + b, 0) / (logProb.length - 1);

/** Routes the text on screen by a probability mass. */
export function runTopP(app: App, settings: TopPSettings): Promise<void> {
  return runCard(app, 'topP', () => measure(app, settings), (report) => patchCard(app, 'topP', { report }));
}

/** Sets p so that the text on screen would get the wanted mean, by the router's distributions as trained. */
export function matchTopP(app: App, settings: TopPSettings, target: number): Promise<void> {
  return runCard(app, 'topP', () => match(app, settings, target), (p) => patchCard(app, 'topP', { settings: { ...settings, p } }));
}

function measure(app: App, settings: TopPSettings): Promise<Outcome<TopPReport>> {
  return onModel(app, async (access, text, signal) => {
    const { feedForward } = access.config;
    const size = feedForward.kind === 'moe' ? feedForward : { experts: 0, topK: 0 };
    checkTopP(settings, size);
    const before = await access.score(text.ids, ROUTER_AS_TRAINED, { signal });
    const { logProb, routing } = await access.score(text.ids, topPPlan(settings), { routing: true, signal });
    const use = expertUse(routing ? [routing] : []);
    const perToken = routing ? expertsPerToken(routing) : [];
    const nextLoss = Array.from(logProb.slice(1), (value) => -value);
    return {
      settings,
      text,
      mean: use.mean,
      perLayer: use.perLayer,
      histogram: use.histogram,
      perToken,
      lossBefore: meanLoss(before.logProb),
      lossAfter: meanLoss(logProb),
      nextLoss,
      entropy: routing ? gateEntropy(routing) : [],
      withLoss: rankCorrelation(perToken.slice(0, -1), nextLoss),
      withEntropy: rankCorrelation(perToken, routing ? routerEntropyPerToken(routing) : []),
    };
  });
}

function match(app: App, settings: TopPSettings, target: number): Promise<Outcome<number>> {
  return onModel(app, async (access, text, signal) => {
    const { feedForward } = access.config;
    const size = feedForward.kind === 'moe' ? feedForward : { experts: 0, topK: 0 };
    checkTopP(settings, size);
    const { routing } = await access.score(text.ids, ROUTER_AS_TRAINED, { routing: true, signal });
    const masses = routing ? [massesOf(routing, settings.mass, size.topK)] : [];
    const { p } = await matchMean((q) => estimatedMean(masses, { ...settings, p: q }, size.experts), settings, { target, tolerance: 0.005, trials: 20 });
    return Math.round(p * 1000) / 1000;
  });
}

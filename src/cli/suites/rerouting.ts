/** Suite rerouting: context loss and held-out loss of text away from training, cycle by cycle, beside random logits of equal size. */
import { accessOf, type ModelAccess } from '../../engine/access';
import { ROUTER_AS_TRAINED, type RoutingPlan } from '../../routing/plan';
import type { BenchmarkItem } from '../../methods/c3po/item';
import { parseItems } from '../../methods/c3po/store';
import { rerouteCycle } from '../../methods/rerouting/cycle';
import { deltaNorms, deltaPlan, randomDelta, type Delta } from '../../methods/rerouting/delta';
import { editDistance, gateEntropy } from '../../methods/rerouting/measure';
import { REROUTING_DEFAULTS, type ReroutingSettings } from '../../methods/rerouting/settings';
import { rounded } from './paired';
import { summarise } from './rerouting-summary';
import { readSource, type Suite, type UnitResult } from './suite';
import { wholeNumber } from './top-p';
import { drawExcerpts, parseExcerpts, readUnits } from './texts';

const FILES = { texts: 'public/benchmarks/texts.test.jsonl' } as const;
/** Tokens of a text, and where its cycles are: the first after a prompt, the next after as many tokens as the interval. */
const DEFAULTS = { perDomain: 2, homePerDomain: 0, streams: 12, tokens: 192, contexts: [96, 128], randomDraws: 2 } as const;

/** The paper's layers, and all layers: chosen on validation excerpts, as is the rest of the defaults. */
export const REROUTING_ARMS: Readonly<Record<string, ReroutingSettings>> = {
  confident: REROUTING_DEFAULTS,
  all: { ...REROUTING_DEFAULTS, choice: 'all' },
};

interface Text {
  readonly id: string;
  readonly domain: string;
  readonly group: 'home' | 'away';
  readonly ids: readonly number[];
}

export const reroutingSuite: Suite = {
  name: 'rerouting',
  purpose: 'Added router logits fitted to the text so far: its own loss, and that of what follows.',
  defaults: { items: 'public/benchmarks/single.test.jsonl' },
  settings: {
    texts: `excerpts; default ${FILES.texts}`,
    perDomain: `excerpts of each away domain; default ${DEFAULTS.perDomain}`,
    homePerDomain: `excerpts of each home domain; default ${DEFAULTS.homePerDomain}`,
    streams: `texts made of questions in away wording, each of one family; default ${DEFAULTS.streams}`,
  },
  prepare: async ({ checkpoint, model, set, seed, limit, items, merge }) => {
    const access = accessOf(model, checkpoint.tokenizer);
    const sources = { texts: readSource(set['texts'] ?? FILES.texts, 'texts'), items: readSource(items, 'items') };
    const perDomain = wholeNumber(set['perDomain'], 'perDomain', DEFAULTS.perDomain);
    const homePerDomain = wholeNumber(set['homePerDomain'], 'homePerDomain', DEFAULTS.homePerDomain);
    const streams = wholeNumber(set['streams'], 'streams', DEFAULTS.streams);
    const excerpts = parseExcerpts(sources.texts.text);
    const chosen = (['away', 'home'] as const).flatMap((group) => drawExcerpts(excerpts.filter((one) => one.group === group), group === 'away' ? perDomain : homePerDomain, seed));
    const texts: Text[] = await Promise.all(chosen.map(async ({ id, domain, group, text }) => ({ id, domain, group, ids: (await access.encode(text)).slice(0, DEFAULTS.tokens) })));
    texts.push(...(await questionStreams(access, parseItems(sources.items.text), streams)));
    const used = limit > 0 ? texts.slice(0, limit) : texts;
    const elsewhere = merge === undefined ? undefined : readSource(merge, 'merge');
    const merged = elsewhere === undefined ? [] : readUnits(elsewhere.text, ['arm', 'cycles']);
    const units = Object.keys(REROUTING_ARMS).flatMap((arm) => used.map((text) => ({ id: `${arm}-${text.id}`, run: () => measure(access, arm, text, seed) })));
    const known = new Map(merged.map((unit) => [unit.id, unit]));
    return {
      settings: {
        ...Object.fromEntries(Object.entries(sources).map(([name, { path, sha256 }]) => [name, { path, sha256 }])),
        ...DEFAULTS, seed, perDomain, homePerDomain, streams, limit,
        ...(elsewhere === undefined ? {} : { merge: { path: elsewhere.path, sha256: elsewhere.sha256 } }),
        arms: Object.fromEntries(Object.entries(REROUTING_ARMS).map(([name, settings]) => [name, { ...settings, clamp: null }])),
      },
      // With results from elsewhere, the engine runs its own draw of the texts beside them, and both are compared.
      units: elsewhere === undefined ? units : [...merged.map((unit) => ({ id: unit.id, run: async () => unit })), ...units.filter(({ id }) => known.has(id)).map(({ id, run }) => ({ id: `engine-${id}`, run: async () => ({ ...(await run()), kind: 'check', of: id }) }))],
      summarise: (results) => summarise(results, DEFAULTS.contexts),
    };
  },
};

/** Texts of questions with their answers, a family each, in wording that training did not have. */
async function questionStreams(access: ModelAccess, items: readonly BenchmarkItem[], count: number): Promise<Text[]> {
  const families = [...new Set(items.map(({ family }) => family))].sort().slice(0, count);
  return Promise.all(families.map(async (family) => {
    const own = items.filter((item) => item.family === family && item.template === 'away').slice(0, 40);
    const text = own.map(({ prompt, answer }) => `${prompt}${answer ?? ''}`).join('\n\n');
    return { id: `questions-${family}`, domain: 'questions', group: 'away' as const, ids: (await access.encode(text)).slice(0, DEFAULTS.tokens) };
  }));
}

interface Losses {
  readonly context: number;
  readonly heldOut: number;
}

/** Mean loss of the tokens of the context, and of those after it. */
function lossesOf(logProb: Float32Array, context: number): Losses {
  const mean = (part: Float32Array): number => rounded(-part.reduce((a, b) => a + b, 0) / part.length, 5);
  return { context: mean(logProb.slice(1, context)), heldOut: mean(logProb.slice(context)) };
}

async function measure(access: ModelAccess, arm: string, { domain, group, ids }: Text, seed: number): Promise<UnitResult> {
  const settings = REROUTING_ARMS[arm] ?? REROUTING_DEFAULTS;
  const score = (plan: RoutingPlan) => access.score(ids, plan, { routing: true });
  const plain = await score(ROUTER_AS_TRAINED);
  const cycles: unknown[] = [];
  const last = DEFAULTS.contexts.at(-1) ?? 0;
  let before: Delta | undefined;
  for (const [cycle, context] of DEFAULTS.contexts.entries()) {
    // The text ends with its context here, so that nothing after it costs a pass; both losses are read off one pass below.
    const report = await rerouteCycle(access, ids.slice(0, context), { settings, cycle, ...(before ? { before } : {}) });
    before = report.delta;
    const adapted = await score(deltaPlan(report.delta));
    const random: Losses[] = [];
    for (let draw = 0; draw < DEFAULTS.randomDraws; draw++) random.push(lossesOf((await score(deltaPlan(randomDelta(report.delta, seed * 1000 + draw)))).logProb, context));
    cycles.push({
      context,
      layers: report.layers,
      steps: report.steps.map(({ contextLoss }) => rounded(contextLoss, 5)),
      base: lossesOf(plain.logProb, context),
      adapted: lossesOf(adapted.logProb, context),
      /** Of the tokens after the last cycle's context, the same in all cycles. */
      endBase: lossesOf(plain.logProb, last).heldOut,
      endAdapted: lossesOf(adapted.logProb, last).heldOut,
      random,
      norms: deltaNorms(report.delta).map((norm) => rounded(norm, 4)),
      confidence: report.confidence.map((value) => rounded(value, 4)),
      ...(plain.routing && adapted.routing ? {
        editDistance: editDistance(plain.routing, adapted.routing).map((value) => rounded(value, 4)),
        entropyBefore: gateEntropy(plain.routing).map((value) => rounded(value, 4)),
        entropyAfter: gateEntropy(adapted.routing, report.delta).map((value) => rounded(value, 4)),
      } : {}),
      passes: rounded((report.cost.forward + report.cost.backward) / (context * access.config.layers), 3),
    });
  }
  return { arm, domain, group, tokens: ids.length, cycles };
}

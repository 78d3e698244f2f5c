/** Suite rice: experts found by nPMI with a marker on one split, the marker's probability under steering on another. */
import { PlaygroundError } from '../../base/errors';
import { permutation } from '../../base/pcg';
import { accessOf, type ModelAccess } from '../../engine/access';
import { GREEDY, type RoutingBatch } from '../../engine/engine';
import { ROUTER_AS_TRAINED, type RoutingPlan } from '../../routing/plan';
import { degeneration } from '../../methods/rice/degeneration';
import { countMarker, npmiOf, type Marker, type MarkerCounts } from '../../methods/rice/npmi';
import { chooseExperts, rankExperts, type RankedExpert } from '../../methods/rice/rank';
import { ricePlan } from '../../methods/rice/settings';
import { rounded } from './paired';
import { languageTokens, oneToken, parseStepItems } from './rice-markers';
import { BETAS, DRAWS, PLACES, riceArms, summarise } from './rice-summary';
import { readSource, type Suite, type Unit, type UnitResult } from './suite';
import { drawExcerpts, parseExcerpts, readUnits } from './texts';
import { wholeNumber } from './top-p';

type Earlier = NonNullable<Parameters<Unit['run']>[0]>;

const FILES = { validation: 'public/benchmarks/texts.validation.jsonl', test: 'public/benchmarks/texts.test.jsonl' } as const;
const DEFAULTS = { l: 2, references: 40, texts: 20, excerptTokens: 96, perDomain: 2, generated: 3, newTokens: 40 } as const;
/** What a reader of English does not expect. */
const LANGUAGE = 'german';
const ENGLISH = ['stories', 'tales', 'drama', 'speeches', 'bible'] as const;
/** beta and whether the weights are renormalised, of the runs that write. */
const WRITING = [{ beta: 1, renormalise: true }, { beta: 4, renormalise: true }, { beta: 16, renormalise: true }, { beta: 64, renormalise: true }, { beta: 64, renormalise: false }] as const;

interface Text {
  readonly id: string;
  readonly ids: readonly number[];
}

export const riceSuite: Suite = {
  name: 'rice',
  purpose: 'Experts that go with a marker, scaled up and down, beside random experts of the same layers at equal beta.',
  defaults: { items: 'public/benchmarks/steps.test.jsonl', references: 'public/references/steps.jsonl' },
  settings: {
    l: `experts to steer; default ${DEFAULTS.l}`,
    generated: `questions that are continued under steering; default ${DEFAULTS.generated}`,
    validation: `excerpts on which experts of the language marker are found; default ${FILES.validation}`,
    test: `excerpts on which it is measured; default ${FILES.test}`,
  },
  prepare: async (context) => {
    const access = accessOf(context.model, context.checkpoint.tokenizer);
    const { set, seed, limit, merge } = context;
    const generated = wholeNumber(set['generated'], 'generated', DEFAULTS.generated);
    const l = set['l'] === undefined ? DEFAULTS.l : Number(set['l']);
    if (!Number.isInteger(l) || l < 1 || l > 10) throw new PlaygroundError('bad-input', `l is "${set['l'] ?? ''}", but a whole number from 1 to 10 is wanted.`);
    const sources = {
      items: readSource(context.items, 'items'),
      references: readSource(context.references, 'references'),
      validation: readSource(set['validation'] ?? FILES.validation, 'validation'),
      test: readSource(set['test'] ?? FILES.test, 'test'),
    };
    const encodeAll = async (rows: readonly { readonly id: string; readonly text: string }[], most = Infinity): Promise<Text[]> => Promise.all(rows.map(async ({ id, text }) => ({ id, ids: (await access.encode(text)).slice(0, most) })));
    const drawn = <T>(rows: readonly T[], count: number): T[] => {
      const kept = new Set(permutation(rows.length, seed).slice(0, count));
      return rows.filter((_, i) => kept.has(i));
    };
    const home = parseExcerpts(sources.validation.text).filter(({ group }) => group === 'home');
    const english = parseExcerpts(sources.test.text).filter(({ domain }) => (ENGLISH as readonly string[]).includes(domain));
    const count = limit > 0 ? limit : DEFAULTS.texts;
    const steps = {
      found: await encodeAll(drawn(parseStepItems(sources.references.text), DEFAULTS.references)),
      measured: await encodeAll(drawn(parseStepItems(sources.items.text), count)),
    };
    const language = {
      found: await encodeAll(drawExcerpts(home, DEFAULTS.perDomain, seed), DEFAULTS.excerptTokens),
      measured: await encodeAll(drawExcerpts(english, Math.ceil(count / ENGLISH.length), seed), DEFAULTS.excerptTokens),
    };
    const markers: readonly MarkerCase[] = [
      { name: 'step', ids: [await oneToken(access, '\n\n')], ...steps },
      { name: 'answer', ids: [await oneToken(access, 'answer')], ...steps },
      { name: 'german', ids: await languageTokens(access, home, LANGUAGE), ...language },
    ];
    const memo = new Map<readonly Text[], Promise<Routed[]>>();
    const recorded = (texts: readonly Text[]): Promise<Routed[]> => {
      const known = memo.get(texts) ?? record(access, texts);
      memo.set(texts, known);
      return known;
    };
    const prompts = drawn(steps.measured, generated);
    const elsewhere = merge === undefined ? undefined : readSource(merge, 'merge');
    const merged = elsewhere === undefined ? [] : readUnits(elsewhere.text, ['kind']);
    const known = new Set(merged.map(({ id }) => id));
    const measured = markers.flatMap((marker) => marker.measured.map((text) => ({ id: `${marker.name}-${text.id}`, run: (earlier?: Earlier) => measure(access, marker, text, rankedOf(earlier, marker.name), l) })));
    return {
      settings: {
        ...Object.fromEntries(Object.entries(sources).map(([name, { path, sha256 }]) => [name, { path, sha256 }])),
        ...DEFAULTS, seed, l, texts: count, generated,
        ...(elsewhere === undefined ? {} : { merge: { path: elsewhere.path, sha256: elsewhere.sha256 } }), betas: BETAS, draws: DRAWS, renormalise: 'after-scale',
        markers: markers.map(({ name, ids }) => ({ name, ids })),
      },
      units: [
        ...merged.map((unit) => ({ id: unit.id, run: async () => unit })),
        ...markers.filter(({ name }) => !known.has(`find-${name}`)).map((marker) => ({ id: `find-${marker.name}`, run: async () => find(await recorded(marker.found), marker) })),
        // With results from elsewhere, the engine runs its own draw of the texts beside them, and both are compared.
        ...(elsewhere === undefined ? measured : measured.filter(({ id }) => known.has(id)).map(({ id, run }) => ({ id: `engine-${id}`, run: async (earlier?: Earlier) => ({ ...(await run(earlier)), kind: 'check', of: id }) }))),
        ...prompts.map((text) => ({ id: `write-${text.id}`, run: (earlier?: Earlier) => write(access, text, markers[0]?.ids ?? [], rankedOf(earlier, 'step').at, l) })),
      ],
      summarise: (results) => summarise(results, markers.map(({ name }) => name), l),
    };
  },
};

interface MarkerCase {
  readonly name: string;
  readonly ids: readonly number[];
  readonly found: readonly Text[];
  readonly measured: readonly Text[];
}

type Ranked = Readonly<Record<Marker['place'], readonly RankedExpert[]>>;

interface Routed {
  readonly ids: readonly number[];
  readonly routing: RoutingBatch;
}

async function record(access: ModelAccess, texts: readonly Text[]): Promise<Routed[]> {
  const out: Routed[] = [];
  for (const { ids } of texts) {
    const { routing } = await access.score(ids, ROUTER_AS_TRAINED, { routing: true });
    if (routing !== undefined) out.push({ ids, routing });
  }
  return out;
}

/** Counts and scores of all experts, in both places, and how well the ranks of two halves of the texts agree. */
function find(texts: readonly Routed[], { ids }: MarkerCase): UnitResult {
  const of = (place: Marker['place'], part: readonly Routed[]): MarkerCounts => countMarker(part, { ids, place });
  const halves = [texts.filter((_, i) => i % 2 === 0), texts.filter((_, i) => i % 2 === 1)].map((half) => rankExperts([{ weight: 1, counts: of('at', half) }]).slice(0, 10));
  const names = halves.map((half) => new Set(half.map(({ layer, expert }) => `${layer}.${expert}`)));
  return {
    kind: 'found',
    ...Object.fromEntries(PLACES.map((place) => {
      const counts = of(place, texts);
      return [place, { tokens: counts.tokens, markers: counts.markers, layers: counts.layers, experts: counts.experts, active: [...counts.active], together: [...counts.together], npmi: Array.from(npmiOf(counts), (value) => rounded(value, 4)) }];
    })),
    sharedTop10: [...(names[0] ?? [])].filter((name) => names[1]?.has(name) === true).length / 10,
  };
}

interface StoredCounts extends Omit<MarkerCounts, 'active' | 'together'> {
  readonly active: readonly number[];
  readonly together: readonly number[];
}

function rankedOf(earlier: Earlier | undefined, marker: string): Ranked {
  const found = earlier?.(`find-${marker}`) as unknown as Readonly<Record<Marker['place'], StoredCounts>>;
  const ranked = (place: Marker['place']): RankedExpert[] => rankExperts([{ weight: 1, counts: { ...found[place], active: Uint32Array.from(found[place].active), together: Uint32Array.from(found[place].together) } }]);
  return { at: ranked('at'), before: ranked('before') };
}

/** The marker's probability after each token of a text, under every arm. */
async function measure(access: ModelAccess, { name, ids }: MarkerCase, text: Text, ranked: Ranked, l: number): Promise<UnitResult> {
  const wanted = new Set(ids);
  const next = text.ids.slice(1).map((id) => wanted.has(id));
  const arms: Record<string, unknown> = {};
  for (const arm of riceArms()) {
    const plan: RoutingPlan = arm.set === 'none' ? ROUTER_AS_TRAINED : ricePlan(chooseExperts(ranked[arm.place], l, arm.set, arm.draw), { beta: arm.beta, renormalise: true });
    const { watched, logProb } = await access.score(text.ids, plan, { watch: [ids] });
    const after = [...(watched ?? [])].slice(0, -1);
    const mean = (values: readonly number[]): number | null => (values.length === 0 ? null : rounded(values.reduce((a, b) => a + b, 0) / values.length));
    arms[arm.name] = {
      all: mean(after),
      there: mean(after.filter((_, t) => next[t] === true)),
      elsewhere: mean(after.filter((_, t) => next[t] !== true)),
      nats: rounded(-logProb.slice(1).reduce((a, b) => a + b, 0) / (text.ids.length - 1), 4),
    };
  }
  return { kind: 'measured', marker: name, arms };
}

/** Greedy continuations of a question: length, markers, and whether they fell apart. */
async function write(access: ModelAccess, text: Text, markerIds: readonly number[], ranked: readonly RankedExpert[], l: number): Promise<UnitResult> {
  const firstBlank = text.ids.findIndex((id) => markerIds.includes(id));
  const prompt = text.ids.slice(0, firstBlank + 1);
  const perplexed = async (ids: readonly number[]): Promise<Float32Array> => (await access.score([...prompt, ...ids], ROUTER_AS_TRAINED)).logProb.slice(prompt.length);
  const plain = (await access.generate(prompt, ROUTER_AS_TRAINED, DEFAULTS.newTokens, GREEDY)).ids;
  const reference = { ids: plain, logProb: await perplexed(plain) };
  const rows = [];
  for (const { beta, renormalise } of WRITING) {
    const ids = beta === 1 ? plain : (await access.generate(prompt, ricePlan(chooseExperts(ranked, l, 'top'), { beta, renormalise }), DEFAULTS.newTokens, GREEDY)).ids;
    const judged = degeneration({ ids, logProb: await perplexed(ids) }, reference);
    rows.push({ beta, renormalise, tokens: ids.length, markers: ids.filter((id) => markerIds.includes(id)).length, repetition: rounded(judged.repetition, 4), perplexity: rounded(Math.min(judged.perplexity, 1e9), 3), degenerate: judged.degenerate });
  }
  return { kind: 'written', rows };
}

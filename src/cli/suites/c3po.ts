/** `--suite c3po`: accuracy of every arm on benchmark items, ablations, and comparison with another implementation. */
import { PlaygroundError } from '../../base/errors';
import { drawn } from '../../analysis/paired';
import { accessOf } from '../../engine/access';
import { moeLayerCount, type ModelConfig } from '../../model/config';
import { runItem, type ItemResult, type ItemRun } from '../../methods/c3po/benchmark';
import type { BenchmarkItem } from '../../methods/c3po/item';
import { C3poSession } from '../../methods/c3po/session';
import { ARMS, defaultSettings } from '../../methods/c3po/settings';
import { parseItems, parseReferences } from '../../methods/c3po/store';
import { flatSummary, summariseArms, summariseSteps } from '../../state/c3poSummary';
import { ablationRows, chosenRows, rowName, type AblationRow } from './c3po-ablation';
import { compareUnits, summariseComparison } from './c3po-compare';
import { mergeItem, readMerge, readOther, type MergedArms } from './c3po-files';
import { readRunSettings, SETTING_HELP } from './c3po-settings';
import { armTable } from './c3po-table';
import { readSource, type PreparedSuite, type Suite, type SuiteContext, type Summary, type Unit, type UnitResult } from './suite';

type Labelled = BenchmarkItem & { readonly answer: string };

function isLabelled(item: BenchmarkItem): item is Labelled {
  return item.answer !== undefined;
}

/** Shape of the references of a model. Throws `bad-input` for a dense one. */
function storeShape({ config }: { readonly config: ModelConfig }): { layers: number; experts: number; width: number } {
  if (config.feedForward.kind === 'dense') throw new PlaygroundError('bad-input', 'This model has no experts to re-mix: choose one with routed experts.');
  return { layers: moeLayerCount(config), experts: config.feedForward.experts, width: config.width };
}

function chosenItems(items: readonly BenchmarkItem[], template: 'home' | 'away' | 'all', limit: number, seed: number): Labelled[] {
  const unlabelled = items.find((item) => !isLabelled(item));
  if (unlabelled !== undefined) throw new PlaygroundError('bad-input', `The item "${unlabelled.id}" has no answer: accuracy needs labelled items.`);
  const fitting = items.filter(isLabelled).filter((item) => template === 'all' || item.template === undefined || item.template === template);
  if (fitting.length === 0) throw new PlaygroundError('bad-input', `None of the items has ${template} wording: choose others with --set template=all.`);
  return drawn(fitting, limit, seed);
}

function withoutMerged<T>(arms: Readonly<Record<string, T>>, merged: MergedArms | undefined): Record<string, T> {
  return Object.fromEntries(Object.entries(arms).filter(([name]) => merged?.arms[name] === undefined));
}

async function prepare(context: SuiteContext): Promise<PreparedSuite> {
  const { model, checkpoint, set, limit, seed } = context;
  const items = readSource(context.items, 'items');
  const references = readSource(context.references, 'references');
  const store = parseReferences(references.text, storeShape(model));
  const session = new C3poSession(accessOf(model, checkpoint.tokenizer), store);
  const { ablations, ...rest } = set;
  const run = readRunSettings(rest, { ...defaultSettings(session.shape), seed }, session.shape);
  const common = { items: items.path, itemsSha256: items.sha256, references: references.path, referencesSha256: references.sha256, template: run.template, limit, seed };
  const listed = parseItems(items.text);

  if (context.compare !== undefined) {
    const units = compareUnits(session, listed, run.arms, readOther(context.compare));
    return { settings: { ...common, compare: context.compare, arms: run.arms }, units, summarise: summariseComparison };
  }

  const chosen = chosenItems(listed, run.template, limit, seed);
  if (context.ablate) {
    const { ngd = run.shared } = run.arms;
    const rows = chosenRows(ablationRows(ngd, session.shape), ablations === undefined ? [] : ablations.split(',').map((axis) => axis.trim()));
    const arms = { ...(run.arms['base'] && { base: run.arms['base'] }), ...Object.fromEntries(rows.map((row) => [rowName(row), row.settings])) };
    return { settings: { ...common, varied: ngd, ablation: Object.keys(arms) }, units: unitsOf(session, chosen, arms, []), summarise: (results) => summariseAblation(results, rows) };
  }

  const merged = context.merge === undefined ? undefined : readMerge(context.merge);
  const own = withoutMerged(run.arms, merged);
  const counted = own['ngdLogits'] ? {} : { ngdLogits: run.all.ngdLogits };
  const options = new Map(chosen.map((item) => [item.id, item.options]));
  const units = unitsOf(session, chosen, own, ['ngd', 'oracle'].filter((arm) => own[arm] !== undefined), counted);
  return {
    settings: { ...common, arms: own, counted },
    units,
    summarise: (results) => {
      const rows = itemsOf(results).map((item) => (merged ? mergeItem(item, options.get(item.id) ?? [], merged) : item));
      return summariseRun(rows, ARMS.filter((arm) => own[arm] ?? merged?.arms[arm]), run.carriedBy, context, merged);
    },
  };
}

function unitsOf(session: C3poSession, items: readonly Labelled[], arms: ItemRun['arms'], watched: readonly string[], counted: ItemRun['arms'] = {}): Unit[] {
  return items.map((item) => ({
    id: item.id,
    run: async (): Promise<UnitResult> => {
      const { id: _, ...result } = await runItem(session, item, { arms, watched, counted });
      return { ...result };
    },
  }));
}

/** Units of this suite are item results. */
function itemsOf(results: readonly (UnitResult & { readonly id: string })[]): readonly ItemResult[] {
  return results as unknown as readonly ItemResult[];
}

function summariseRun(items: readonly ItemResult[], arms: readonly string[], carriedBy: string, context: SuiteContext, merged: MergedArms | undefined): Summary {
  const rows = summariseArms(items, arms);
  const elsewhere = merged ? Object.keys(merged.arms) : [];
  const here = rows.map(({ arm }) => arm).filter((arm) => !elsewhere.includes(arm));
  const ran = { ranHere: `${here.join(', ')}: ${context.engine.backend}`, ranElsewhere: merged ? `${elsewhere.join(', ')}: ${merged.ranBy}` : '' };
  return {
    figures: { ...flatSummary(rows, carriedBy), ...ran },
    lines: armTable(rows),
    details: {
      byStep: Object.fromEntries(['ngd', 'oracle'].map((arm) => [arm, summariseSteps(items, arm)])),
      byFamily: byFamily(items, arms),
      ...(merged && { merged: context.merge, mergedItems: Object.fromEntries(items.map((item) => [item.id, Object.fromEntries(elsewhere.map((arm) => [arm, item.arms[arm]?.predicted]))])) }),
    },
  };
}

/** Accuracy of each arm by family. */
function byFamily(items: readonly ItemResult[], arms: readonly string[]): Record<string, Record<string, number>> {
  const families = [...new Set(items.map(({ family }) => family))].toSorted();
  return Object.fromEntries(
    families.map((family) => {
      const rows = summariseArms(items.filter((item) => item.family === family), arms);
      return [family, { n: rows[0]?.n ?? 0, ...Object.fromEntries(rows.map(({ arm, share }) => [arm, share])) }];
    }),
  );
}

function summariseAblation(results: readonly (UnitResult & { readonly id: string })[], rows: readonly AblationRow[]): Summary {
  const summary = summariseArms(itemsOf(results), ['base', ...rows.map(rowName)]);
  return {
    figures: { n: results.length, ...Object.fromEntries(summary.map(({ arm, share }) => [arm, share])) },
    lines: armTable(summary),
    details: {
      ablation: summary.slice(1).map(({ arm, n, count, share, low, high, fixed, broken, p, cost }, i) => ({ axis: rows[i]?.axis, value: rows[i]?.value, arm, n, count, share, low, high, fixed, broken, p, cost })),
    },
  };
}

export const c3po: Suite = {
  name: 'c3po',
  purpose: 'C3PO on single-token questions: every arm with interval, flips and an exact test against base, the share of the base-to-oracle gap closed, and cost.',
  defaults: { items: 'public/benchmarks/single.test.jsonl', references: 'public/references/single.jsonl' },
  settings: { ...SETTING_HELP, ablations: 'With --ablate: axes to vary, parted by commas. Default: all.' },
  prepare,
};

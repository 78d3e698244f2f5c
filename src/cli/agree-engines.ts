/** Holds one engine against another on many prompts, and under the example plans: `npm run agree -- --engine onnx`. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { type Agreement, type AgreementLimits, type CloseDecision, compareTraces, type Criterion } from '../analysis/agreement';
import type { Engine, LoadedModel } from '../engine/engine';
import type { Checkpoint } from '../model/checkpoint';
import { type RoutingPlan, ROUTER_AS_TRAINED } from '../routing/plan';
import type { EngineName } from './engines';
import { openEngine } from './engines';
import { readText } from './files';
import { readCheckpoint } from './read-checkpoint';
import { runTrace } from './run-trace';
import { drawExcerpts, parseExcerpts } from './suites/texts';
import { readPlan } from './trace';

export interface EnginesRequest {
  readonly engine: EngineName;
  readonly against: EngineName;
  readonly model: string;
  /** Excerpts to begin with, as lines of JSON (`suites/texts.ts`). */
  readonly texts: string;
  readonly prompts: number;
  /** Prompts that each plan is run on. */
  readonly planPrompts: number;
  readonly plans: string;
  readonly tokens: number;
}

/** One rule of routing on some prompts. */
export interface EnginesRow {
  readonly plan: string;
  readonly prompts: readonly string[];
  /** Of all prompts together. */
  readonly agreement: Agreement;
  /** By prompt: decisions too close to call. */
  readonly close: readonly (CloseDecision & { readonly prompt: string })[];
}

/** Words of an excerpt that make its prompt, by turns, so that lengths differ. */
const PROMPT_WORDS = [24, 16, 12, 8];

/** The beginnings of excerpts of all domains, in the order of the file. */
export function promptsFrom(file: string, count: number): string[] {
  const excerpts = parseExcerpts(file);
  const domains = new Set(excerpts.map(({ domain }) => domain)).size;
  const drawn = drawExcerpts(excerpts, Math.ceil(count / domains), 1);
  return Array.from({ length: Math.min(count, drawn.length) }, (_, i) => {
    const { text } = drawn[Math.floor((i * drawn.length) / count)] ?? { text: '' };
    return text.split(' ').slice(0, PROMPT_WORDS[i % PROMPT_WORDS.length]).join(' ');
  });
}

function mergeCriterion(parts: readonly Criterion[]): Criterion {
  const first = parts[0];
  if (first === undefined) throw new RangeError('a criterion of no run');
  const n = parts.reduce((sum, part) => sum + part.n, 0);
  const share = first.name.startsWith('share ');
  const counted = first.name.endsWith(' that differ');
  const value = share
    ? parts.reduce((sum, part) => sum + part.value * part.n, 0) / Math.max(1, n)
    : counted
      ? parts.reduce((sum, part) => sum + part.value, 0)
      : Math.max(...parts.map((part) => part.value));
  return { ...first, n, value, pass: value <= first.limit };
}

/** Several runs as one: counts add up, differences are the largest, shares are of all decisions. */
export function mergeAgreements(parts: readonly Agreement[]): Agreement {
  const sum = (of: (part: Agreement) => number): number => parts.reduce((total, part) => total + of(part), 0);
  const criteria = (parts[0]?.criteria ?? []).map((_, i) => mergeCriterion(parts.flatMap((part) => part.criteria[i] ?? [])));
  return {
    pass: criteria.every((criterion) => criterion.pass),
    criteria,
    close: parts.flatMap((part) => part.close),
    tokens: sum((part) => part.tokens),
    tokensCompared: sum((part) => part.tokensCompared),
    decisions: sum((part) => part.decisions),
    decisionsCompared: sum((part) => part.decisionsCompared),
  };
}

interface Side {
  readonly engine: Engine;
  readonly model: LoadedModel;
}

/** Runs greedily on both sides and compares, prompt by prompt. */
export async function compareEngines(
  [left, right]: readonly [Side, Side],
  checkpoint: Checkpoint,
  { plan, name, prompts, tokens, limits }: { plan: RoutingPlan; name: string; prompts: readonly string[]; tokens: number; limits: AgreementLimits },
): Promise<EnginesRow> {
  const parts: Agreement[] = [];
  for (const prompt of prompts) {
    const request = { title: '', prompt, maxNewTokens: tokens, sampling: { temperature: 0, topK: 0, topP: 1, seed: 1 }, plan, withLogits: true };
    const run = async ({ engine, model }: Side) => (await runTrace(model, checkpoint, engine.info, request)).trace;
    parts.push(compareTraces(await run(left), await run(right), limits));
  }
  const close = parts.flatMap((part, i) => part.close.map((decision) => ({ prompt: prompts[i] ?? '', ...decision })));
  return { plan: name, prompts, agreement: mergeAgreements(parts), close };
}

/** All rows: as trained, then each plan of the folder; `onRow` sees each when it is done. */
export async function agreeEngines(request: EnginesRequest, limits: AgreementLimits, onRow: (row: EnginesRow) => void): Promise<EnginesRow[]> {
  const checkpoint = await readCheckpoint(request.model);
  const prompts = promptsFrom(readText(request.texts), request.prompts);
  const side = async (name: EngineName): Promise<Side> => {
    const engine = await openEngine(name);
    return { engine, model: await engine.load(checkpoint) };
  };
  const sides = [await side(request.against), await side(request.engine)] as const;
  const hasRouter = checkpoint.config.feedForward.kind === 'moe';
  const plans = hasRouter && request.planPrompts > 0 ? readdirSync(request.plans).filter((file) => file.endsWith('.json')) : [];
  const rows: EnginesRow[] = [];
  try {
    const add = async (name: string, plan: RoutingPlan, on: readonly string[]): Promise<void> => {
      const row = await compareEngines(sides, checkpoint, { plan, name, prompts: on, tokens: request.tokens, limits });
      rows.push(row);
      onRow(row);
    };
    await add('as trained', ROUTER_AS_TRAINED, prompts);
    for (const file of plans) await add(file, readPlan(join(request.plans, file), checkpoint.config), prompts.slice(0, request.planPrompts));
  } finally {
    for (const { engine } of sides) engine.dispose();
  }
  return rows;
}

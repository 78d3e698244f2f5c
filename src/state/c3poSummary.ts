/** Figures of a C3PO benchmark from its items: the same on the page and in the file that `npm run evaluate` writes. */
import { flips, wilson, type Share } from '../analysis/paired';
import { bootstrap } from '../base/bootstrap';
import type { ArmResult, ItemResult } from '../methods/c3po/benchmark';
import { ARMS } from '../methods/c3po/settings';

export interface ArmSummary extends Share {
  readonly arm: string;
  /** Against base, on the same items; of base itself none, with p = 1. */
  readonly fixed: number;
  readonly broken: number;
  readonly p: number;
  /** (arm - base) / (oracle - base); NaN where the oracle gains nothing. */
  readonly gapClosed: number;
  /** 95 % bootstrap over items. */
  readonly gapInterval: { readonly low: number; readonly high: number };
  /** Mean passes relative to base; NaN for an arm that ran elsewhere. */
  readonly cost: number;
  /** Median; NaN as above. */
  readonly milliseconds: number;
  /** Mean change of the mixing weights in a layer; NaN where there is none. */
  readonly change: number;
}

function rightOf(items: readonly ItemResult[], arm: string): boolean[] {
  return items.map(({ arms, answer }) => arms[arm]?.predicted === answer);
}

function mean(values: readonly number[]): number {
  return values.length === 0 ? NaN : values.reduce((a, b) => a + b, 0) / values.length;
}

function middle(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[sorted.length >> 1] ?? NaN;
}

function measured(items: readonly ItemResult[], arm: string, pick: (result: ArmResult) => number | undefined): number[] {
  return items.flatMap(({ arms }) => {
    const result = arms[arm];
    const value = result && pick(result);
    return value !== undefined && Number.isFinite(value) ? [value] : [];
  });
}

/** Share of the distance from base to oracle that an arm closes, with its interval over items; NaN where the oracle gains nothing. */
function gapOf(base: readonly boolean[], oracle: readonly boolean[], arm: readonly boolean[]): Pick<ArmSummary, 'gapClosed' | 'gapInterval'> {
  const gained = (right: readonly boolean[]): number[] => right.map((is, i) => Number(is) - Number(base[i]));
  const headroom = gained(oracle);
  if (headroom.reduce((a, b) => a + b, 0) <= 0) return NO_GAP;
  const { mean: gapClosed, low, high } = bootstrap(gained(arm), headroom);
  return { gapClosed, gapInterval: { low, high } };
}

const NO_GAP = { gapClosed: NaN, gapInterval: { low: NaN, high: NaN } } as const;

/** One row for each arm that all items have, in the order given. */
export function summariseArms(items: readonly ItemResult[], arms: readonly string[]): ArmSummary[] {
  const base = rightOf(items, 'base');
  const oracle = rightOf(items, 'oracle');
  const hasOracle = items.every((item) => item.arms['oracle'] !== undefined);
  return arms
    .filter((arm) => items.every((item) => item.arms[arm] !== undefined))
    .map((arm) => {
      const right = rightOf(items, arm);
      return {
        arm,
        ...wilson(right.filter(Boolean).length, items.length),
        ...flips(base, right),
        ...(hasOracle ? gapOf(base, oracle, right) : NO_GAP),
        cost: mean(measured(items, arm, ({ cost }) => cost)),
        milliseconds: middle(measured(items, arm, ({ milliseconds }) => milliseconds)),
        change: mean(measured(items, arm, ({ change }) => change)),
      };
    });
}

/** Accuracy and flips after each step of an arm whose steps were watched; empty for others. */
export function summariseSteps(items: readonly ItemResult[], arm: string): { readonly step: number; readonly accuracy: Share; readonly fixed: number; readonly broken: number }[] {
  const base = rightOf(items, 'base');
  const steps = Math.min(...items.map(({ arms }) => arms[arm]?.steps?.length ?? 0));
  return Array.from({ length: Number.isFinite(steps) ? steps : 0 }, (_, step) => {
    const right = items.map(({ arms, answer }) => arms[arm]?.steps?.[step] === answer);
    const { fixed, broken } = flips(base, right);
    return { step, accuracy: wilson(right.filter(Boolean).length, items.length), fixed, broken };
  });
}

const known = (value: number): number | null => (Number.isFinite(value) ? value : null);

/** The rows of all arms that a results file's summary has, as `flatSummary` wrote them. */
export function armsOf(summary: Readonly<Record<string, number | string | boolean | null>>): ArmSummary[] {
  const number = (name: string): number => {
    const value = summary[name];
    return typeof value === 'number' ? value : NaN;
  };
  return ARMS.filter((arm) => typeof summary[arm] === 'number').map((arm) => {
    const share = number(arm);
    const n = number('n');
    const gapInterval = arm === summary['carriedBy'] ? { low: number('gapClosedLow'), high: number('gapClosedHigh') } : NO_GAP.gapInterval;
    return {
      arm,
      n,
      count: Math.round(share * n),
      share,
      low: number(`${arm}Low`),
      high: number(`${arm}High`),
      fixed: number(`${arm}Fixed`),
      broken: number(`${arm}Broken`),
      p: number(`${arm}P`),
      gapClosed: number(`${arm}Gap`),
      gapInterval,
      cost: number(`${arm}Cost`),
      milliseconds: number(`${arm}Milliseconds`),
      change: NaN,
    };
  });
}

/**
 * The flat figures of a results file. `n` and the accuracy of each arm stand under their own names; details of an arm under
 * `<arm>Low`, `High`, `Fixed`, `Broken`, `P`, `Gap`, `Cost`, `Milliseconds`.
 * @param carriedBy the arm that `gapClosed` and `mcnemarP` speak of
 */
export function flatSummary(rows: readonly ArmSummary[], carriedBy: string): Record<string, number | string | null> {
  const carrier = rows.find(({ arm }) => arm === carriedBy);
  const out: Record<string, number | string | null> = { n: rows[0]?.n ?? 0 };
  for (const { arm, share } of rows) out[arm] = known(share);
  out['carriedBy'] = carriedBy;
  out['gapClosed'] = known(carrier?.gapClosed ?? NaN);
  out['gapClosedLow'] = known(carrier?.gapInterval.low ?? NaN);
  out['gapClosedHigh'] = known(carrier?.gapInterval.high ?? NaN);
  out['mcnemarP'] = known(carrier?.p ?? NaN);
  for (const { arm, low, high, fixed, broken, p, gapClosed, cost, milliseconds } of rows) {
    const figures = { Low: low, High: high, Fixed: fixed, Broken: broken, P: p, Gap: gapClosed, Cost: cost, Milliseconds: milliseconds };
    for (const [name, value] of Object.entries(figures)) out[arm + name] = known(value);
  }
  return out;
}

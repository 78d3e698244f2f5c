/** Tables and figures of the suite rerouting. */
import { bootstrap } from '../../base/bootstrap';
import { flat, rounded, shown } from './paired';
import type { Summary, UnitResult } from './suite';

interface Losses {
  readonly context: number;
  readonly heldOut: number;
}

interface Cycle {
  readonly context: number;
  readonly layers: readonly number[];
  readonly steps: readonly number[];
  readonly base: Losses;
  readonly adapted: Losses;
  readonly endBase: number;
  readonly endAdapted: number;
  readonly random: readonly Losses[];
  readonly norms: readonly number[];
  readonly confidence: readonly number[];
  readonly editDistance?: readonly number[];
  readonly entropyBefore?: readonly number[];
  readonly entropyAfter?: readonly number[];
  readonly passes: number;
}

interface TextResult {
  readonly arm: string;
  readonly domain: string;
  readonly group: 'home' | 'away';
  readonly cycles: readonly Cycle[];
}

const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length;

/** Means by place of several lists of the same length. */
function meanByPlace(lists: readonly (readonly number[])[]): number[] {
  return (lists[0] ?? []).map((_, i) => rounded(mean(lists.map((list) => list[i] ?? NaN)), 4));
}

export function summarise(results: readonly (UnitResult & { readonly id: string })[], contexts: readonly number[]): Summary {
  const all = results.filter((row) => row['kind'] !== 'check') as unknown as readonly TextResult[];
  const checks = results.filter((row) => row['kind'] === 'check') as unknown as readonly (TextResult & { readonly of: string })[];
  const arms = [...new Set(all.map(({ arm }) => arm))];
  const figures: Record<string, number | string | boolean | null> = {};
  const lines: string[] = [];
  const tables: Record<string, unknown> = {};
  for (const arm of arms) {
    const texts = all.filter((row) => row.arm === arm && row.group === 'away');
    const home = all.filter((row) => row.arm === arm && row.group === 'home');
    const cycles = contexts.map((context, c) => {
      const own = texts.flatMap(({ cycles: of }) => of[c] ?? []);
      const heldOut = bootstrap(own.map(({ base, adapted }) => adapted.heldOut - base.heldOut));
      return {
        context,
        steps: meanByPlace(own.map(({ steps }) => steps)),
        contextFall: bootstrap(own.map(({ steps }) => (steps.at(-1) ?? NaN) - (steps[0] ?? NaN))),
        heldOut,
        randomContext: bootstrap(own.map(({ base, random }) => mean(random.map((draw) => draw.context)) - base.context)),
        randomHeldOut: bootstrap(own.map(({ base, random }) => mean(random.map((draw) => draw.heldOut)) - base.heldOut)),
        heldOutLessRandom: bootstrap(own.map(({ adapted, random }) => adapted.heldOut - mean(random.map((draw) => draw.heldOut)))),
        end: bootstrap(own.map(({ endBase, endAdapted }) => endAdapted - endBase)),
        baseHeldOut: rounded(mean(own.map(({ base }) => base.heldOut)), 4),
        norms: meanByPlace(own.map(({ norms }) => norms)),
        confidence: meanByPlace(own.map(({ confidence }) => confidence)),
        chosen: meanByPlace(own.map(({ layers, norms }) => norms.map((_, layer) => (layers.includes(layer) ? 1 : 0)))),
        editDistance: meanByPlace(own.flatMap(({ editDistance }) => (editDistance ? [editDistance] : []))),
        entropyBefore: meanByPlace(own.flatMap(({ entropyBefore }) => (entropyBefore ? [entropyBefore] : []))),
        entropyAfter: meanByPlace(own.flatMap(({ entropyAfter }) => (entropyAfter ? [entropyAfter] : []))),
        passes: rounded(mean(own.map(({ passes }) => passes)), 3),
      };
    });
    const domains = [...new Set(texts.map(({ domain }) => domain))].sort().map((domain) => {
      const own = texts.filter((row) => row.domain === domain).flatMap(({ cycles: of }) => of.at(-1) ?? []);
      return { domain, n: own.length, heldOut: rounded(mean(own.map(({ base, adapted }) => adapted.heldOut - base.heldOut)), 4) };
    });
    const homeHeldOut = bootstrap(home.flatMap(({ cycles: of }) => of.at(-1) ?? []).map(({ base, adapted }) => adapted.heldOut - base.heldOut));
    const [first, last] = [cycles[0], cycles.at(-1)];
    if (first === undefined || last === undefined) continue;
    Object.assign(figures, {
      [`${arm}N`]: texts.length,
      ...Object.assign({}, ...cycles.map((cycle, c) => ({ ...flat(`${arm}Cycle${c + 1}ContextFall`, cycle.contextFall), ...flat(`${arm}Cycle${c + 1}HeldOut`, cycle.heldOut), ...flat(`${arm}Cycle${c + 1}Random`, cycle.randomHeldOut), ...flat(`${arm}Cycle${c + 1}HeldOutLessRandom`, cycle.heldOutLessRandom) })) as Record<string, number | null>[]) as Record<string, number | null>,
      ...flat(`${arm}EndAfterFirst`, first.end),
      ...flat(`${arm}EndAfterLast`, last.end),
      ...(home.length > 0 ? flat(`${arm}Home`, homeHeldOut) : {}),
      [`${arm}Passes`]: last.passes,
      [`${arm}EditDistance`]: rounded(mean(last.editDistance), 4),
      [`${arm}EntropyChange`]: rounded(mean(last.entropyAfter) - mean(last.entropyBefore), 4),
    });
    tables[arm] = { cycles, domains, ...(home.length > 0 ? { home: homeHeldOut } : {}) };
    lines.push(
      `${arm}: ${texts.length} away texts`,
      ...cycles.map((cycle, c) => `  cycle ${c + 1}, context ${cycle.context}: context loss ${shown(cycle.contextFall)}; held out ${shown(cycle.heldOut)}; random logits ${shown(cycle.randomHeldOut)}; difference ${shown(cycle.heldOutLessRandom)}`),
      `  tokens after the last context: ${shown(first.end)} after one cycle, ${shown(last.end)} after ${cycles.length}`,
      `  choices changed ${shown({ ...last.end, mean: mean(last.editDistance), low: Math.min(...last.editDistance), high: Math.max(...last.editDistance) }, 3)} (least and most of a layer); ${last.passes} passes over the context a cycle`,
      ...domains.map(({ domain, n, heldOut }) => `    ${domain.padEnd(12)} ${heldOut.toFixed(4)}, n ${n}`),
      ...(home.length > 0 ? [`  home texts: ${shown(homeHeldOut)}, n ${home.length}`] : []),
    );
  }
  if (checks.length > 0) {
    const largest = Math.max(...checks.map((check) => largestDifference(check, results.find(({ id }) => id === check.of) as unknown as TextResult | undefined)));
    Object.assign(figures, { ran: 'PyTorch, training/rerouting.py', checkedOnEngine: checks.length, largestDifference: rounded(largest, 5) });
    lines.push(`units computed by training/rerouting.py; ${checks.length} of them run on the engine as well: losses differ by ${largest.toFixed(5)} nats at most`);
  }
  return { figures, lines, details: { arms: tables } };
}

/** Between two computations of a unit, over all its losses, nats. */
function largestDifference(a: TextResult, b: TextResult | undefined): number {
  const losses = ({ cycles }: TextResult): number[] => cycles.flatMap(({ steps, base, adapted, random, endAdapted }) => [...steps, base.context, base.heldOut, adapted.context, adapted.heldOut, endAdapted, ...random.flatMap(({ context, heldOut }) => [context, heldOut])]);
  const other = b === undefined ? [] : losses(b);
  return Math.max(...losses(a).map((value, i) => Math.abs(value - (other[i] ?? NaN))));
}

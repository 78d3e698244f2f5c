/** Arms, tables and figures of the suite rice. */
import { bootstrap } from '../../base/bootstrap';
import type { Marker } from '../../methods/rice/npmi';
import type { ExpertSet } from '../../methods/rice/rank';
import { flat, rounded, shown } from './paired';
import type { Summary, UnitResult } from './suite';

export const BETAS = [0, 4, 16, 64] as const;
/** The beta whose control has the most draws, and that the figures without a beta in their name are about. */
export const MAIN_BETA = 4;
export const DRAWS = { main: 5, other: 1 } as const;
export const PLACES = ['at', 'before'] as const satisfies readonly Marker['place'][];

export interface RiceArm {
  readonly name: string;
  readonly set: ExpertSet | 'none';
  readonly place: Marker['place'];
  readonly beta: number;
  readonly draw: number;
}

/** Nothing steered; the top experts at every beta; random ones of the same layers; the last; the top ones of the token before. */
export function riceArms(): (RiceArm & { readonly set: ExpertSet | 'none' })[] {
  const at = { place: 'at', draw: 0 } as const;
  return [
    { name: 'base', set: 'none', beta: 1, ...at },
    ...BETAS.map((beta) => ({ name: `top${beta}`, set: 'top' as const, beta, ...at })),
    ...BETAS.flatMap((beta) => Array.from({ length: beta === MAIN_BETA ? DRAWS.main : DRAWS.other }, (_, draw) => ({ name: `random${beta}.${draw}`, set: 'random' as const, place: 'at' as const, beta, draw }))),
    { name: `bottom${MAIN_BETA}`, set: 'bottom', beta: MAIN_BETA, ...at },
    ...[0, MAIN_BETA, 64].map((beta) => ({ name: `before${beta}`, set: 'top' as const, place: 'before' as const, beta, draw: 0 })),
  ];
}

type Part = 'all' | 'there' | 'elsewhere';
type Measured = Readonly<Record<string, Readonly<Record<Part | 'nats', number | null>>>>;

interface Written {
  readonly beta: number;
  readonly renormalise: boolean;
  readonly tokens: number;
  readonly markers: number;
  readonly repetition: number;
  readonly perplexity: number;
  readonly degenerate: boolean;
}

const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length;

export function summarise(results: readonly (UnitResult & { readonly id: string })[], markers: readonly string[], l: number): Summary {
  const figures: Record<string, number | string | boolean | null> = { l, mainBeta: MAIN_BETA };
  const lines: string[] = [];
  const tables: Record<string, unknown> = {};
  for (const marker of markers) {
    const texts = results.filter((row) => row['kind'] === 'measured' && row['marker'] === marker).map((row) => row['arms'] as Measured);
    const values = (arm: string, part: Part): number[] => texts.map((arms) => arms[arm]?.[part] ?? NaN);
    const randomOf = (beta: number, part: Part): number[] => {
      const draws = riceArms().filter((arm) => arm.set === 'random' && arm.beta === beta).map(({ name }) => values(name, part));
      return texts.map((_, i) => mean(draws.map((draw) => draw[i] ?? NaN)));
    };
    const less = (a: readonly number[], b: readonly number[]): number[] => a.flatMap((value, i) => (Number.isFinite(value - (b[i] ?? NaN)) ? [value - (b[i] ?? NaN)] : []));
    const main = bootstrap(less(values(`top${MAIN_BETA}`, 'all'), randomOf(MAIN_BETA, 'all')));
    const above = riceArms().filter((arm) => arm.set === 'random' && arm.beta === MAIN_BETA).filter(({ name }) => mean(values(`top${MAIN_BETA}`, 'all')) > mean(values(name, 'all'))).length;
    const sweep = BETAS.map((beta) => ({
      beta,
      top: bootstrap(values(`top${beta}`, 'all')),
      random: bootstrap(randomOf(beta, 'all')),
      topLessRandom: bootstrap(less(values(`top${beta}`, 'all'), randomOf(beta, 'all'))),
      there: bootstrap(less(values(`top${beta}`, 'there'), randomOf(beta, 'there'))),
      elsewhere: bootstrap(less(values(`top${beta}`, 'elsewhere'), randomOf(beta, 'elsewhere'))),
      topNats: rounded(mean(texts.map((arms) => arms[`top${beta}`]?.nats ?? NaN)), 4),
      randomNats: rounded(mean(riceArms().filter((arm) => arm.set === 'random' && arm.beta === beta).map(({ name }) => mean(texts.map((arms) => arms[name]?.nats ?? NaN)))), 4),
    }));
    const before = [0, MAIN_BETA, 64].map((beta) => ({ beta, lessBase: bootstrap(less(values(`before${beta}`, 'all'), values('base', 'all'))) }));
    const base = bootstrap(values('base', 'all'));
    const found = results.find(({ id }) => id === `find-${marker}`);
    Object.assign(figures, {
      [`${marker}N`]: texts.length,
      ...flat(`${marker}Base`, base),
      ...flat(`${marker}Top`, bootstrap(values(`top${MAIN_BETA}`, 'all'))),
      ...flat(`${marker}Random`, bootstrap(randomOf(MAIN_BETA, 'all'))),
      ...flat(`${marker}TopLessRandom`, main),
      ...flat(`${marker}TopLessRandomAt64`, sweep.find(({ beta }) => beta === 64)?.topLessRandom ?? main),
      ...flat(`${marker}OffLessBase`, bootstrap(less(values('top0', 'all'), values('base', 'all')))),
      ...flat(`${marker}BottomLessBase`, bootstrap(less(values(`bottom${MAIN_BETA}`, 'all'), values('base', 'all')))),
      [`${marker}DrawsBelowTop`]: above,
      [`${marker}SharedTop10`]: (found?.['sharedTop10'] as number | undefined) ?? null,
    });
    tables[marker] = { base, sweep, before };
    lines.push(
      `${marker}: ${texts.length} texts, probability of the marker ${shown(base)} unsteered`,
      ...sweep.map((row) => `  beta ${String(row.beta).padStart(2)}: top ${shown(row.top)}, random ${shown(row.random)}, difference ${shown(row.topLessRandom)}; loss ${row.topNats.toFixed(3)} and ${row.randomNats.toFixed(3)}`),
      `  top above ${above} of ${DRAWS.main} random draws at beta ${MAIN_BETA}; ranks of two halves share ${String(figures[`${marker}SharedTop10`])} of the first ten`,
      ...before.map((row) => `  experts of the token before, beta ${row.beta}: ${shown(row.lessBase)} against unsteered`),
    );
  }
  const rows = results.filter((row) => row['kind'] === 'written').flatMap((row) => row['rows'] as readonly Written[]);
  const written = [...new Map(rows.map(({ beta, renormalise }) => [`${beta}${String(renormalise)}`, { beta, renormalise }])).values()].map(({ beta, renormalise }) => {
    const own = rows.filter((row) => row.beta === beta && row.renormalise === renormalise);
    const of = (key: 'tokens' | 'markers' | 'repetition' | 'perplexity'): number => rounded(mean(own.map((row) => row[key])), 3);
    return { beta, renormalise, n: own.length, tokens: of('tokens'), markers: of('markers'), repetition: of('repetition'), perplexity: of('perplexity'), degenerate: own.filter((row) => row.degenerate).length };
  });
  for (const row of written) {
    figures[`degenerateBeta${row.beta}${row.renormalise ? '' : 'Plain'}`] = row.degenerate;
    lines.push(`written with beta ${row.beta}${row.renormalise ? '' : ', not renormalised'}: ${row.tokens} tokens, ${row.markers} markers, repetition ${row.repetition}, perplexity ${row.perplexity}, ${row.degenerate} of ${row.n} fell apart`);
  }
  const checks = results.filter((row) => row['kind'] === 'check');
  if (checks.length > 0) {
    const largest = Math.max(...checks.map((check) => largestDifference(check['arms'] as Measured, results.find(({ id }) => id === check['of'])?.['arms'] as Measured | undefined)));
    Object.assign(figures, { ran: 'PyTorch, training/rice.py', checkedOnEngine: checks.length, largestDifference: rounded(largest, 6) });
    lines.push(`texts computed by training/rice.py; ${checks.length} of them run on the engine as well: probabilities differ by ${largest.toFixed(6)} at most`);
  }
  return { figures, lines, details: { markers: tables, written } };
}

/** Between two computations of a text, over the marker's mean probability in all arms. */
function largestDifference(a: Measured, b: Measured | undefined): number {
  return Math.max(...Object.entries(a).map(([arm, { all }]) => Math.abs((all ?? NaN) - (b?.[arm]?.all ?? NaN))));
}

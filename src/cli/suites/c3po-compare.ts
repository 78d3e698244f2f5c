/** `--suite c3po --compare FILE`: the engine's run beside another implementation's, item by item. */
import { PlaygroundError } from '../../base/errors';
import type { BenchmarkItem } from '../../methods/c3po/item';
import { runToEnd, type C3poSession } from '../../methods/c3po/session';
import type { C3poSettings } from '../../methods/c3po/settings';
import type { OtherItem } from './c3po-files';
import type { Summary, Unit, UnitResult } from './suite';

/** Largest difference of a final mixing weight. */
export const OMEGA_LIMIT = 1e-2;
/** Share of answers that must agree. */
export const ANSWER_LIMIT = 0.97;

/** How an arm compares on an item. */
interface Compared {
  readonly arm: string;
  /** null where the other file lists none for the arm. */
  readonly sameNeighbours: boolean | null;
  /** Largest absolute difference; null where the other file has no weights for the arm. */
  readonly omega: number | null;
  readonly sameAnswer: boolean;
}

async function compareArm(session: C3poSession, item: BenchmarkItem, arm: string, settings: C3poSettings, other: OtherItem): Promise<Compared> {
  const question = await session.open(item);
  try {
    const { neighbours, omega, after } = await runToEnd(session.run(question, settings, { watch: false }));
    const ids = neighbours.map(({ index }) => session.store.references[index]?.id ?? '');
    const theirs = Array.isArray(other.neighbours) ? (arm === 'ngd' ? other.neighbours : undefined) : other.neighbours[arm];
    const weights = other.omega[arm]?.flat();
    if (weights !== undefined && weights.length !== omega.length) {
      throw new PlaygroundError('bad-file', `The other run has ${weights.length} mixing weights for ${arm} on "${item.id}", but ${omega.length} are wanted: were the same layers chosen?`);
    }
    return {
      arm,
      sameNeighbours: theirs === undefined ? null : theirs.toSorted().join('\n') === ids.toSorted().join('\n'),
      omega: weights === undefined ? null : Math.max(...weights.map((value, i) => Math.abs(value - (omega[i] ?? NaN)))),
      sameAnswer: item.options[after.option] === other.answer[arm],
    };
  } finally {
    question.dispose();
  }
}

/** One unit for each item of the other file. Throws `bad-file` for items and arms that this run has not. */
export function compareUnits(session: C3poSession, items: readonly BenchmarkItem[], arms: Readonly<Record<string, C3poSettings>>, others: readonly OtherItem[]): Unit[] {
  const byId = new Map(items.map((item) => [item.id, item]));
  return others.map((other) => {
    const item = byId.get(other.id);
    if (item === undefined) throw new PlaygroundError('bad-file', `The other run has the item "${other.id}", which --items does not list.`);
    const names = Object.keys(other.answer);
    const unknown = names.find((name) => arms[name] === undefined);
    if (unknown !== undefined) throw new PlaygroundError('bad-file', `The other run has the arm "${unknown}", which this one has not: it has ${Object.keys(arms).join(', ')}.`);
    return {
      id: other.id,
      run: async (): Promise<UnitResult> => {
        const compared: Compared[] = [];
        for (const name of names) {
          const settings = arms[name];
          if (settings) compared.push(await compareArm(session, item, name, settings, other));
        }
        return { compared };
      },
    };
  });
}

const share = (values: readonly boolean[]): number | null => (values.length === 0 ? null : values.filter(Boolean).length / values.length);

/** Figures over all items, by arm. */
export function summariseComparison(results: readonly UnitResult[]): Summary {
  const all = results.flatMap(({ compared }) => compared as readonly Compared[]);
  const arms = [...new Set(all.map(({ arm }) => arm))];
  const figures: Record<string, number | boolean | null> = { n: results.length };
  const lines = [`${results.length} items`, 'arm | same neighbours | largest difference of a weight | same answer'];
  let pass = true;
  for (const arm of arms) {
    const rows = all.filter((row) => row.arm === arm);
    const neighbours = share(rows.flatMap(({ sameNeighbours }) => sameNeighbours ?? []));
    const known = rows.flatMap(({ omega }) => omega ?? []);
    const omega = known.length === 0 ? null : Math.max(...known);
    const answers = share(rows.map(({ sameAnswer }) => sameAnswer)) ?? 0;
    Object.assign(figures, { [`${arm}Neighbours`]: neighbours, [`${arm}Omega`]: omega, [`${arm}Answers`]: answers });
    pass &&= (neighbours ?? 1) === 1 && (omega ?? 0) <= OMEGA_LIMIT && answers >= ANSWER_LIMIT;
    lines.push(`${arm} | ${neighbours ?? '-'} | ${omega?.toExponential(2) ?? '-'} | ${answers.toFixed(4)}`);
  }
  lines.push(pass ? 'The two runs agree.' : `The two runs do NOT agree (same neighbours everywhere, weights within ${OMEGA_LIMIT}, at least ${100 * ANSWER_LIMIT} % of the answers).`);
  return { figures: { ...figures, pass }, lines, pass };
}

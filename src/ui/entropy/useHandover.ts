import { useMemo } from 'react';
import { shareAbove } from '../../analysis/threshold';
import { benchRows, type BenchRow } from '../../state/entropy/bench';
import { ownSettings } from '../../state/entropy/settings';
import { curvePlaces, handoverPoints, placeAt, type CurvePlace } from '../../state/entropy/shipped';
import { useAppState } from '../context';
import { useShipped } from '../steering/useShipped';
import { useCalibration } from './useCalibration';

export interface Handover {
  /** Whether the curve comes with the page, or was measured in it. */
  readonly source: 'shipped' | 'here' | 'none';
  readonly n: number;
  readonly entropy: readonly CurvePlace[];
  readonly random: readonly CurvePlace[];
  /** Measured in the page, beside a shipped curve. */
  readonly here: readonly CurvePlace[];
  /** What is set now; undefined where no curve says it. */
  readonly now: CurvePlace | undefined;
}

/** The curve of right answers, from the shipped results or from what was measured here, and where the threshold stands on it. */
export function useHandover(): Handover {
  const results = useShipped('glimprouter');
  const measured = useAppState((state) => state.entropy.bench.results);
  const points = useMemo(() => (results === undefined ? [] : handoverPoints(results)), [results]);
  const own = useMemo(() => placesOf(benchRows(measured)), [measured]);
  const shipped = useMemo(() => ({ entropy: curvePlaces(points, 'entropy'), random: curvePlaces(points, 'random') }), [points]);
  const has = shipped.entropy.length > 1;
  const curve = has ? shipped : own;
  const now = useNow(curve);
  const n = has ? (points.find(({ arm }) => arm === 'large')?.accuracy.n ?? 0) : measured.length;
  return { source: has ? 'shipped' : own.entropy.length > 1 ? 'here' : 'none', n, ...curve, here: has ? own.entropy : [], now };
}

function placesOf(rows: readonly BenchRow[]): { readonly entropy: readonly CurvePlace[]; readonly random: readonly CurvePlace[] } {
  const place = (row: BenchRow): CurvePlace => ({ target: row.group === 'large' ? 1 : (row.target ?? 0), share: row.largeShare, cost: row.cost, y: row.share, low: row.low, high: row.high, time: undefined });
  const of = (group: 'entropy' | 'random'): readonly CurvePlace[] => rows.filter((row) => row.group === group || row.group === 'small' || row.group === 'large').map(place).sort((a, b) => a.target - b.target);
  return { entropy: of('entropy'), random: of('random') };
}

/** Where the rule that is set stands: first tokens by their share of the calibration set, coins by theirs, either model alone at its end. */
function useNow({ entropy, random }: Pick<Handover, 'entropy' | 'random'>): CurvePlace | undefined {
  const changes = useAppState((state) => state.entropy.changes);
  const tau = useAppState((state) => state.view.tau);
  const candidates = useAppState((state) => state.view.candidates);
  const calibration = useCalibration();
  const { method, gate, largeShare, pair } = ownSettings({ changes });
  if (pair === 'one') return undefined;
  switch (method) {
    case 'small':
      return entropy[0];
    case 'large':
      return entropy.at(-1);
    case 'random':
      return placeAt(random, largeShare);
    case 'glimprouter':
      return gate === 'entropy' && candidates === 'all' && calibration !== undefined ? placeAt(entropy, shareAbove(calibration, tau).share) : undefined;
    default:
      return undefined;
  }
}

import { poolSize } from '../../state/remix/data';
import { spaceOf } from '../../state/remix/neighbours';
import type { C3poSettings, RouterShape } from '../../state/remix/types';
import { strings } from '../../state/strings';
import { formatCount } from '../../viz/format';
import { useAppState } from '../context';
import { percent } from '../model/Interval';
import type { ShippedArms } from './shippedArms';
import { useShippedArms } from './useShippedArms';

/** What ran, where it differs from the paper, and the figures of both. */
export function HonestLine({ shape }: { readonly shape: RouterShape }) {
  const mix = useAppState((state) => state.remix.mix);
  const run = useAppState((state) => state.remix.run);
  const data = useAppState((state) => state.remix.data);
  const excluded = useAppState((state) => state.remix.excluded);
  const shipped = useShippedArms();
  const text = strings.remix.honest;
  const ran = run.phase === 'done' ? run.result.settings : run.phase === 'running' || run.phase === 'cancelled' ? run.settings : undefined;
  const names = strings.remix.control;
  const token = (settings: C3poSettings): string => names.tokens(settings.token.place, settings.token.count);
  const pool = (settings: C3poSettings): string => (data.phase === 'ready' ? formatCount(poolSize(data.store, settings.pool, excluded)) : '');
  const what =
    mix?.source === 'hand'
      ? text.hand(mix.layers)
      : ran === undefined || mix?.source === 'router'
        ? text.router
        : ran.method === 'base' || ran.method === 'oracle'
          ? text.plain(names.shortMethods[ran.method], ran.layers, token(ran))
          : text.method(names.shortMethods[ran.method], ran.k, { embedding: 'nearest', pathway: 'nearest', random: 'random' }[spaceOf(ran)], pool(ran), ran.layers, token(ran)) + (ran.neighbourhood === 'random' ? text.seed(ran.seed) : '');
  return (
    <p className="honest">
      <b className="b">{text.ran}</b> {what}
      {ran?.method === 'oracle' && mix?.source === 'method' && <span className="rlabel">{text.label}</span>}
      {'. '}
      <b className="b">{text.differs}</b> {text.deviations(shape.layers)}. <b className="b">{text.paper}</b> {text.paperFigures}
      {shipped !== undefined && (
        <>
          {' '}
          <b className="b">{text.ours}</b> {ourFigures(shipped)}
        </>
      )}
    </p>
  );
}

/** The arm of ours that carries the result, beside base and oracle. */
function ourFigures({ n, arms, gap, carriedBy }: ShippedArms): string {
  const of = (arm: 'base' | 'oracle' | typeof carriedBy): string => percent(arms[arm]?.accuracy ?? 0);
  return strings.remix.honest.ourFigures(of('base'), strings.remix.bench.arm[carriedBy], of(carriedBy), of('oracle'), percent(gap(carriedBy) ?? 0), formatCount(n));
}

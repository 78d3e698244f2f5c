import type { C3poSettings, RouterShape } from '../../state/remix/types';
import { strings } from '../../state/strings';
import { useAppState } from '../context';
import { useRemixView } from './useRemixView';

/** What ran, where it differs from the paper, and the figures of both. */
export function HonestLine({ shape }: { readonly shape: RouterShape }) {
  const mix = useAppState((state) => state.remix.mix);
  const run = useAppState((state) => state.remix.run);
  const { space } = useRemixView(shape);
  const text = strings.remix.honest;
  const ran = run.phase === 'done' ? run.result.settings : run.phase === 'running' || run.phase === 'cancelled' ? run.settings : undefined;
  const names = strings.remix.control;
  const token = (settings: C3poSettings): string => names.tokens(settings.token.place, settings.token.count);
  const what =
    mix?.source === 'hand'
      ? text.hand(mix.layers)
      : ran === undefined || mix?.source === 'router'
        ? text.router
        : ran.method === 'base' || ran.method === 'oracle'
          ? text.plain(names.shortMethods[ran.method], ran.layers, token(ran))
          : text.method(names.shortMethods[ran.method], ran.k, { embedding: 'nearest', pathway: 'nearest', random: 'random' }[space], ran.layers, token(ran));
  return (
    <p className="honest">
      <b className="b">{text.ran}</b> {what}
      {ran?.method === 'oracle' && mix?.source === 'method' && <span className="rlabel">{text.label}</span>}
      {'. '}
      <b className="b">{text.differs}</b> {text.deviations(shape.layers)}. <b className="b">{text.paper}</b> {text.paperFigures}
    </p>
  );
}

import type { DataTable } from '../../base/table';
import { mixed, ranked, rowOf } from '../../state/remix/omega';
import type { Mix } from '../../state/remix/state';
import type { RouterShape } from '../../state/remix/types';
import { strings } from '../../state/strings';
import { useAppState } from '../context';
import { Panel } from '../Panel';
import { useSize } from '../useSize';
import { LogitsPanel } from './LogitsPanel';
import { runSteps } from './LossPanel';
import { OmegaHeat, type OmegaRow } from './OmegaHeat';

const HEAD = 46;
const WIDEST = 32;
/** Narrower than this, the two grids stand one under the other. */
const NARROWEST = 24;

/** What the method moves: mixing weights of the last token, or the logits that are added on every token. */
export function OmegaPanel({ shape }: { readonly shape: RouterShape }) {
  const run = useAppState((state) => state.remix.run);
  const byHand = useAppState((state) => state.remix.mix?.source === 'hand' || state.remix.mix?.source === 'uniform' || state.remix.mix?.source === 'neighbours');
  const settings = run.phase === 'done' ? run.result.settings : run.phase === 'running' || run.phase === 'cancelled' ? run.settings : undefined;
  const steps = runSteps(run);
  return settings?.method === 'ngdLogits' && steps.length > 0 && !byHand ? <LogitsPanel settings={settings} steps={steps} /> : <MixingPanel shape={shape} />;
}

/** Mixing weights of the chosen layers before and after, the cut outlined. */
function MixingPanel({ shape }: { readonly shape: RouterShape }) {
  const mix = useAppState((state) => state.remix.mix);
  const { ref, width } = useSize<HTMLDivElement>();
  const text = strings.remix.omega;
  const rows = mix === undefined ? [] : omegaRows(mix, shape);
  const half = Math.floor((width - 2 * HEAD - 16) / (2 * shape.experts));
  const cell = Math.max(10, Math.min(WIDEST, half >= NARROWEST ? half : Math.floor((width - HEAD) / shape.experts)));
  return (
    <Panel id="remix-omega" className="p-omega" title={text.title} formula={text.formula} n="" table={rows.length === 0 ? undefined : () => omegaTable(rows, shape)}>
      <div ref={ref}>{rows.length === 0 ? <p className="nothing">{strings.remix.mix.empty}</p> : width > 0 && <OmegaHeat rows={rows} experts={shape.experts} cell={cell} />}</div>
      {rows.length > 0 && (
        <div className="keys" aria-hidden="true">
          <span>
            <i className="okey inside" />
            {text.keys.inside}
          </span>
          <span>
            <i className="okey crossed" />
            {text.keys.crossed}
          </span>
        </div>
      )}
    </Panel>
  );
}

export function omegaRows(mix: Mix, { experts, topK }: RouterShape): OmegaRow[] {
  const omega = mixed(mix);
  return mix.layers.map((layer, c) => {
    const [before, after] = [rowOf(mix.router, c, experts), rowOf(omega, c, experts)];
    return { layer, before, after, chosenBefore: ranked(before).slice(0, topK), chosenAfter: ranked(after).slice(0, topK) };
  });
}

function omegaTable(rows: readonly OmegaRow[], { experts }: RouterShape): DataTable {
  const [layer, expert, before, after, was, is] = strings.remix.omega.columns;
  const { yes, no } = strings.remix.neighbours;
  return {
    columns: [{ name: layer }, { name: expert }, { name: before, decimals: 4 }, { name: after, decimals: 4 }, { name: was }, { name: is }],
    rows: rows.flatMap((row) => Array.from({ length: experts }, (_, e) => [row.layer, e, row.before[e], row.after[e], row.chosenBefore.includes(e) ? yes : no, row.chosenAfter.includes(e) ? yes : no])),
  };
}

import { setCut, setScope } from '../../state/editActions';
import { planOf } from '../../state/editPlan';
import type { EditList } from '../../state/edits';
import type { LayerView } from '../../state/layerView';
import { ruleAt, type RoutingRule } from '../../state/ruleAt';
import { strings } from '../../state/strings';
import { formatShare } from '../../viz/format';
import { useApp, useAppState } from '../context';

const STEP = 0.05;
/** Where top-p of experts starts when it is switched on. */
const FIRST_P = 0.5;

const shareText = (p: number): string => (p >= 1 ? '1' : formatShare(p));

/** The dashed line between the chosen experts and the rest, and what decides where it lies. */
export function CutRow({ view, rule, columns, fixed }: { readonly view: LayerView; readonly rule: RoutingRule | undefined; readonly columns: number; readonly fixed: boolean }) {
  const app = useApp();
  const trace = useAppState((state) => (state.traces.baseline ?? state.traces.current)?.trace);
  const layers = useAppState((state) => state.edits.layers);
  const text = strings.edits.router;
  const selection = rule?.selection;
  if (trace === undefined || selection === undefined) return null;
  const byShare = selection.kind === 'top-p';
  const words = byShare ? strings.router.p(shareText(selection.p), view.chosen.length) : strings.router.k(selection.k);
  if (fixed) {
    return (
      <tr className="cutrow">
        <td colSpan={columns}>
          <div className="cutline">
            <span>
              {byShare ? strings.router.cutTopP : strings.router.cutTopK} <b className="b">{words}</b>
            </span>
          </div>
        </td>
      </tr>
    );
  }
  const asks = (list: EditList, wanted: { readonly k: number } | { readonly p: number }): boolean => {
    const { selection: got } = ruleAt(planOf(list, trace.model, trace.run.plan), trace, view.layer, view.token);
    return 'k' in wanted ? got.kind === 'top-k' && got.k === wanted.k : got.kind === 'top-p' && got.p === wanted.p;
  };
  const set = (wanted: { readonly k: number } | { readonly p: number }): void => setCut(app, wanted, view.layer, (list) => asks(list, wanted));
  const step = (by: number): void => {
    if (byShare) set({ p: Math.round(100 * Math.min(1, Math.max(STEP, selection.p + by * STEP))) / 100 });
    else set({ k: Math.min(view.experts, Math.max(1, selection.k + by)) });
  };
  const least = byShare ? selection.p <= STEP : selection.k <= 1;
  const most = byShare ? selection.p >= 1 : selection.k >= view.experts;
  return (
    <tr className="cutrow">
      <td colSpan={columns}>
        <div className="cutline">
          <span>
            <select
              className="quiet"
              aria-label={text.cut}
              value={selection.kind}
              onChange={(event) => set(event.target.value === 'top-p' ? { p: FIRST_P } : { k: trace.model.topK })}
            >
              <option value="top-k">{strings.router.cutTopK}</option>
              <option value="top-p">{strings.router.cutTopP}</option>
            </select>
            <b className="b">{words}</b>
          </span>
          <span className="stepper" data-chrome="">
            <button type="button" aria-label={byShare ? text.shareLess : text.fewer} disabled={least} onClick={() => step(-1)}>
              {'\u2212'}
            </button>
            <button type="button" aria-label={byShare ? text.shareMore : text.more} disabled={most} onClick={() => step(1)}>
              +
            </button>
          </span>
          <select className="quiet end" data-chrome="" aria-label={strings.edits.scope.layers} value={layers} onChange={(event) => setScope(app, { layers: event.target.value === 'all' ? 'all' : 'one' })}>
            <option value="one">{strings.edits.scope.oneLayer(view.layer)}</option>
            <option value="all">{strings.edits.scope.allLayers}</option>
          </select>
        </div>
      </td>
    </tr>
  );
}

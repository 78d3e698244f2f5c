import { useMemo } from 'react';
import { planOf } from '../../state/editPlan';
import { layerView, type LayerView } from '../../state/layerView';
import { textsAgree } from '../../state/nextPair';
import { ruleAt, type RoutingRule } from '../../state/ruleAt';
import { useAppState } from '../context';

/** The same layer and token in the run before the edits; undefined without edits, or where the texts already differ. */
export function useLayerBefore(view: LayerView): LayerView | undefined {
  const now = useAppState((state) => state.traces.current?.trace);
  const before = useAppState((state) => state.traces.baseline?.trace);
  const { token, row } = view;
  return useMemo(() => (now === undefined || before === undefined || !textsAgree(now, before, token) ? undefined : layerView(before, token, row)), [now, before, token, row]);
}

/** What the edits that are on ask of a layer at a token, whether or not that has been run yet. */
export function useWantedRule(view: LayerView): RoutingRule | undefined {
  const list = useAppState((state) => state.edits.list);
  const trace = useAppState((state) => (state.traces.baseline ?? state.traces.current)?.trace);
  const { token, layer } = view;
  return useMemo(() => (trace === undefined ? undefined : ruleAt(planOf(list, trace.model, trace.run.plan), trace, layer, token)), [list, trace, layer, token]);
}

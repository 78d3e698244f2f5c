import { useState } from 'react';
import { endGesture, resetTuning, setScope, tune, type Tuning } from '../../state/editActions';
import { MOST_BIAS, MOST_FACTOR } from '../../state/editUrl';
import type { LayerView } from '../../state/layerView';
import type { RoutingRule } from '../../state/ruleAt';
import { strings } from '../../state/strings';
import { slotLetter } from '../../viz/scale';
import { useApp, useAppState } from '../context';
import { useSlots } from '../useFocusedLayer';
import { biasText, weightText } from './editText';
import { Tuner } from './Tuner';

const TUNINGS: readonly Tuning[] = ['bias', 'weight', 'factor'];
const RANGE: Readonly<Record<Tuning, { readonly min: number; readonly max: number; readonly step: number; readonly bounds: readonly [number, number] }>> = {
  bias: { min: -5, max: 5, step: 0.1, bounds: [-MOST_BIAS, MOST_BIAS] },
  weight: { min: 0, max: 1, step: 0.01, bounds: [0, 2] },
  factor: { min: 0, max: MOST_FACTOR, step: 0.05, bounds: [0, MOST_FACTOR] },
};

/** The expert that the tools act on: the one in focus, else the first that ran. */
export function useToolExpert(view: LayerView): number {
  const expert = useAppState((state) => state.focus.expert);
  return expert ?? view.chosen[0] ?? 0;
}

/** Weights of the experts that ran, to two decimals, by id. */
function mixOf(view: LayerView): Record<string, number> {
  return Object.fromEntries(view.chosen.map((expert, rank) => [expert, Math.round(100 * (view.mix[rank] ?? 0)) / 100]));
}

function valueOf(kind: Tuning, view: LayerView, rule: RoutingRule | undefined, expert: number): number {
  if (kind === 'bias') return rule?.bias[expert] ?? 0;
  if (kind === 'factor') return rule?.scale[expert] ?? 1;
  return rule?.override?.[expert] ?? view.mix[view.chosen.indexOf(expert)] ?? 0;
}

/** One expert's logit, weight or factor, by hand. */
export function ExpertTools({ view, rule }: { readonly view: LayerView; readonly rule: RoutingRule | undefined }) {
  const app = useApp();
  const [kind, setKind] = useState<Tuning>('bias');
  const expert = useToolExpert(view);
  const text = strings.edits.router;
  const letter = slotLetter(useSlots(view).get(expert) ?? -1);
  const value = valueOf(kind, view, rule, expert);
  const changed = kind === 'bias' ? value !== 0 : kind === 'factor' ? value !== 1 : rule?.override !== undefined;
  const label = { bias: text.biasLong, weight: text.mixLong, factor: text.scaleLong }[kind](expert);
  const exact = { bias: text.biasExact, weight: text.mixExact, factor: text.scaleExact }[kind](expert);
  return (
    <div className={`xtools slot-${letter === '' ? 'none' : letter}`} role="group" aria-label={text.tool(expert)} data-chrome="">
      <span className="sw">{letter}</span>
      <b className="b">{strings.sentence.expert(expert)}</b>
      <select className="quiet" aria-label={text.mode} value={kind} onChange={(event) => setKind(TUNINGS.find((name) => name === event.target.value) ?? 'bias')}>
        {TUNINGS.map((name) => (
          <option key={name} value={name}>
            {text.tunings[name]}
          </option>
        ))}
      </select>
      <Tuner
        key={`${kind} ${view.layer}.${expert}`}
        {...RANGE[kind]}
        value={value}
        text={kind === 'bias' ? biasText : weightText}
        label={label}
        exact={exact}
        onTune={(next) => tune(app, kind, view.layer, expert, next, mixOf(view))}
        onEnd={() => endGesture(app)}
      />
      <button type="button" className="link" aria-label={text.resetLong(expert)} disabled={!changed} onClick={() => resetTuning(app, kind, view.layer, expert)}>
        {text.resetOne}
      </button>
    </div>
  );
}

/** What new edits cover: always in sight beside the tools that make them. */
export function ScopeChoice() {
  const app = useApp();
  const scope = useAppState((state) => state.edits.scope);
  const token = useAppState((state) => state.focus.token);
  const text = strings.edits.scope;
  return (
    <div className="scope" data-chrome="">
      <span className="q" id="edit-scope">
        {text.label}
      </span>
      <span className="seg" role="group" aria-labelledby="edit-scope">
        <button type="button" aria-pressed={scope === 'all'} onClick={() => setScope(app, { scope: 'all' })}>
          {text.all}
        </button>
        <button type="button" aria-pressed={scope === 'from'} onClick={() => setScope(app, { scope: 'from' })}>
          {text.from(token + 1)}
        </button>
      </span>
    </div>
  );
}

import { setStage, stepLayer } from '../state/focus';
import type { LayerView } from '../state/layerView';
import { flowTable } from '../state/panelTables';
import { STAGES } from '../state/state';
import { strings } from '../state/strings';
import { formatShare } from '../viz/format';
import { tokenLabel } from '../viz/tokenMarks';
import { useApp, useAppState } from './context';
import { FlowFigure } from './FlowFigure';
import { FlowTable } from './FlowTable';
import { LayerStepper } from './LayerStepper';
import { Panel } from './Panel';
import { useFocusedLayer, useFocusedText } from './useFocusedLayer';

/** One layer opened up: token, router, cut, experts, sum. */
export function FlowPanel() {
  const view = useFocusedLayer();
  const app = useApp();
  return (
    <Panel
      id="layer"
      className="p-flow"
      label={strings.flow.region}
      title={view === undefined ? strings.flow.region : strings.flow.title(view.layer)}
      formula={strings.dock.formula.flow}
      n={strings.dock.n.one}
      table={view === undefined ? undefined : () => flowTable(view)}
      head={null}
      tools={
        <span className="ax open" data-chrome="">
          {strings.flow.layer}
          <LayerStepper onStep={(by) => stepLayer(app, by)} />
        </span>
      }
    >
      {view === undefined ? <p className="nothing">{strings.heat.empty}</p> : <FlowBody view={view} />}
    </Panel>
  );
}

/** Stages, caption, figure and table of one layer, for the panel and for the phone's sheet. */
export function FlowBody({ view }: { readonly view: LayerView }) {
  const app = useApp();
  const text = useFocusedText();
  const stage = useAppState((state) => state.focus.stage);
  const caption = flowCaption(view, stage, tokenLabel(text));
  return (
    <>
      <ol className="stages" aria-label={strings.flow.stageGroup}>
        {STAGES.map((name, i) => (
          <li key={name}>
            <button type="button" className={i < stage ? 'done' : undefined} aria-current={i === stage ? 'step' : undefined} onClick={() => setStage(app, i)}>
              <em>{i + 1}</em>{' '}
              {strings.flow.stages[name]}
            </button>
          </li>
        ))}
      </ol>
      <p className="cap">
        <bdi>{caption}</bdi>
      </p>
      <FlowFigure view={view} text={text} stage={stage} caption={caption} />
      <FlowTable view={view} />
    </>
  );
}

function listed(parts: readonly string[]): string {
  return parts.length < 2 ? parts.join('') : `${parts.slice(0, -1).join(', ')}${strings.flow.and}${parts.at(-1) ?? ''}`;
}

/** The sentence of a stage. */
export function flowCaption(view: LayerView, stage: number, token: string): string {
  const text = strings.flow.caption;
  if (view.chosen.length === 0) return text.nothing;
  switch (STAGES[stage]) {
    case 'score':
      return text.score(view.experts, token);
    case 'cut':
      return text.cut(view.chosen.length, view.experts - view.chosen.length);
    case 'run':
      return text.run(listed(view.chosen.map((expert) => strings.sentence.expert(expert))));
    default:
      if (Number.isNaN(view.mix[0])) return text.combineUnknown(listed(view.chosen.map((expert) => strings.sentence.expert(expert))));
      return text.combine(listed(view.chosen.map((expert, rank) => strings.flow.part(formatShare(view.mix[rank] ?? 0), expert))));
  }
}
